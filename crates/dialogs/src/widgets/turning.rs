//! The buttons that turn pages.

use ostankino::reply::Button;

use crate::At;

/// What stands where nothing can be pressed: Telegram takes no button without a name.
pub(super) const NOTHING: &str = "·";

/// From how many pages on there are buttons that lead to the first and the last.
const MANY: u64 = 5;

/// `‹ 2 / 4 ›`, or `« ‹ 2 / 7 › »`. The last page goes along, so that a press does not turn past it.
pub(super) fn buttons(at: &At<'_>, id: &str, page: u64, pages: u64) -> Vec<Button> {
    let last = pages.saturating_sub(1);
    let turn = |label: &'static str, way: &str, is_there: bool| match is_there {
        true => at.button(id, label, &format!("{way}{last}")),
        false => at.button(id, NOTHING, ""),
    };
    let mut buttons = vec![
        turn("‹", "-", page > 0),
        at.button(id, format!("{} / {pages}", page + 1), ""),
        turn("›", "+", page < last),
    ];
    if pages >= MANY {
        buttons.insert(0, turn("«", "<", page > 0));
        buttons.push(turn("»", ">", page < last));
    }
    buttons
}

/// The page after a press, which may be of an older picture.
pub(super) fn turned(page: u64, key: &str) -> u64 {
    let Some((way, last)) = key.split_at_checked(1) else {
        return page;
    };
    let Ok(last) = last.parse() else { return page };
    let page = page.min(last);
    match way {
        "+" => page.saturating_add(1).min(last),
        "-" => page.saturating_sub(1),
        "<" => 0,
        ">" => last,
        _ => page,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_turned_as_far_as_they_go() {
        for (page, key, expected) in [
            (0, "+3", 1),
            (3, "+3", 3),
            (9, "-3", 2),
            (0, "-3", 0),
            (2, "", 2),
            (7, "<9", 0),
            (0, ">9", 9),
            (2, "+", 2),
            (2, "x3", 2),
            (2, "я", 2),
        ] {
            assert_eq!(turned(page, key), expected, "{page} {key}");
        }
    }
}
