//! Helpers for the texts of windows: bars that fill, and lists.

use ostankino::Html;

/// A bar of `width` signs, filled as far as `part` is of `whole`, and the percentage.
///
/// ```
/// use ostankino_dialogs::texts::progress;
///
/// assert_eq!(progress(3, 8, 10), "▓▓▓░░░░░░░ 37 %");
/// assert_eq!(progress(0, 0, 4), "░░░░ 0 %");
/// ```
#[must_use]
pub fn progress(part: u64, whole: u64, width: usize) -> String {
    let of = |most: u64| {
        let filled = u128::from(part.min(whole)) * u128::from(most);
        filled.checked_div(whole.into()).unwrap_or(0)
    };
    let filled = usize::try_from(of(width as u64)).unwrap_or(width);
    let (full, empty) = ("▓".repeat(filled), "░".repeat(width - filled));
    format!("{full}{empty} {} %", of(100))
}

/// A line for each item, with a bullet before it.
///
/// ```
/// use ostankino::html;
/// use ostankino_dialogs::texts::list;
///
/// let cart = [("Борщ", 2), ("Щи & хлеб", 1)];
/// let text = html!("<b>Корзина</b>\n{}", list(cart, |(name, count)| html!("{name} × {count}")));
/// assert_eq!(text, "<b>Корзина</b>\n• Борщ × 2\n• Щи &amp; хлеб × 1");
/// ```
#[must_use]
pub fn list<I, H: Into<Html>>(
    items: impl IntoIterator<Item = I>,
    mut line: impl FnMut(I) -> H,
) -> Html {
    lines(items, |_, item| {
        let mut text = Html::markup("• ");
        text.push(line(item));
        text
    })
}

/// A line for each item, numbered from `first` on: that of a page is its [`offset`](crate::Page::offset) and one.
///
/// ```
/// use ostankino_dialogs::texts::numbered;
///
/// assert_eq!(numbered(9, ["Уха", "Щи"], |name| name), "9. Уха\n10. Щи");
/// ```
#[must_use]
pub fn numbered<I, H: Into<Html>>(
    first: u64,
    items: impl IntoIterator<Item = I>,
    mut line: impl FnMut(I) -> H,
) -> Html {
    lines(items, |n, item| {
        let mut text = Html::from(format!("{}. ", first.saturating_add(n)));
        text.push(line(item));
        text
    })
}

fn lines<I>(items: impl IntoIterator<Item = I>, mut line: impl FnMut(u64, I) -> Html) -> Html {
    let lines = (0..).zip(items).map(|(n, item)| line(n, item));
    Html::join(lines, "\n")
}
