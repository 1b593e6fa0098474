//! Texts for the HTML parse mode.

mod markup;
mod page;
mod plain;
mod shorten;
mod split;
#[doc(hidden)]
pub mod writer;

use std::borrow::Cow;

pub use self::{markup::Html, plain::Plain};
#[doc(hidden)]
pub use page::for_page;
#[doc(hidden)]
pub use shorten::{is_blank, plain, shorten, shorten_plain};
pub(crate) use split::split;

/// Makes `text` safe inside an HTML text that is put together by hand; [`html!`](crate::html!) and
/// [`Html::escaped`] do it by themselves.
///
/// ```
/// assert_eq!(ostankino_core::html::escape("a <3 & b"), "a &lt;3 &amp; b");
/// ```
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['<', '>', '&', '"']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    escape_into(text, &mut out);
    Cow::Owned(out)
}

fn escape_into(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
}

/// Makes an [`Html`] text: the tags of the literal are checked by the compiler, its arguments are
/// escaped while the program runs.
///
/// ```
/// use ostankino_core::html;
///
/// let (name, price, url) = ("Чай & кофе", 9.5, "https://example.org/?a=1&b=2");
/// let text = html!("<a href=\"{url}\">{name}</a>, {price:.2} ₽, {} шт.", 1 + 1);
/// assert_eq!(
///     text,
///     "<a href=\"https://example.org/?a=1&amp;b=2\">Чай &amp; кофе</a>, 9.50 ₽, 2 шт."
/// );
/// ```
///
/// Arguments are as those of [`format!`]: `{name}`, `{}`, `{0}`, `name = value`, with `:>5`, `:.2`, `:?`
/// and so on behind them; anything that can be formatted may be one. One that is [`Html`] is markup
/// already and stays so, hence texts can be made of texts:
///
/// ```
/// use ostankino_core::{Html, html};
///
/// let line = |name: &str| html!("<b>{name}</b>");
/// let lines = Html::join(["a", "<b>"].map(line), "\n");
/// assert_eq!(html!("{lines}!"), "<b>a</b>\n<b>&lt;b&gt;</b>!");
/// ```
///
/// The literal must be whole: Telegram's [tags](https://core.telegram.org/bots/api#html-style) only, each
/// closed, `&lt;` and `&amp;` for `<` and `&`; otherwise it does not compile:
///
/// ```compile_fail
/// ostankino_core::html!("<b>a</i>");
/// ```
///
/// Without arguments it is a constant: `const HELP: Html = html!("<b>Помощь</b>");`.
#[macro_export]
macro_rules! html {
    ($($template:tt)*) => { $crate::__private::html!([$crate] $($template)*) };
}

#[cfg(test)]
mod tests;
