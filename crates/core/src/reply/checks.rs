//! What Telegram refuses of texts and buttons, told where they are made. Problems quote nothing:
//! they are logged.

use serde_json::Value;

use crate::{
    html,
    telegram::{Call, method::takes},
};

/// The most bytes of a button's data: <https://core.telegram.org/bots/api#inlinekeyboardbutton>.
const MAX_DATA: usize = 64;
/// The most buttons of a row, and of an inline keyboard.
const MAX_ROW: usize = 8;
const MAX_BUTTONS: usize = 100;

/// Nothing to object to, or the problem in words.
pub(super) type Checked = Result<(), String>;

/// A message's text shows something. One that is too long is cut when Telegram refuses it.
pub(super) fn text(text: &str) -> Checked {
    match html::is_blank(text) {
        true => Err("its text is empty".into()),
        false => Ok(()),
    }
}

/// A button has a name.
pub(super) fn button(text: &str) -> Checked {
    match text.trim().is_empty() {
        true => Err("a button has no text".into()),
        false => Ok(()),
    }
}

/// A button's data are 1 to 64 bytes long.
pub(super) fn data(data: &str) -> Checked {
    match data.len() {
        0 => Err("a button has no data".into()),
        1..=MAX_DATA => Ok(()),
        length => Err(format!(
            "the data of a button take {length} bytes, the most is {MAX_DATA}"
        )),
    }
}

/// A button's link is one that Telegram opens.
pub(super) fn url(url: &str) -> Checked {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let is_opened = match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => {
            let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
            let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
            host.contains('.') || host.starts_with('[')
        }
        "tg" | "ton" | "tonsite" => !rest.is_empty(),
        _ => false,
    };
    match is_opened && !url.contains(|c: char| c.is_whitespace() || c.is_control()) {
        true => Ok(()),
        false => Err("the link of a button is no http, https, tg or ton URL".into()),
    }
}

/// A link that only opens over TLS: of a Web App, or of a login.
pub(super) fn https(link: &str) -> Checked {
    let is_https = link
        .get(..8)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
    match is_https && url(link).is_ok() {
        true => Ok(()),
        false => Err("the link of a button is no https URL, as it must be".into()),
    }
}

/// The call takes a keyboard, and of that kind; an inline keyboard is one that Telegram shows.
pub(super) fn markup(call: &Call, markup: &Value) -> Checked {
    takes_markup(call)?;
    let Some(rows) = markup.get("inline_keyboard").and_then(Value::as_array) else {
        return match takes_inline_only(call) {
            true => Err(format!("`{}` takes an inline keyboard only", call.method())),
            false => Ok(()),
        };
    };
    fit(rows)
}

/// An inline keyboard has up to 8 buttons in a row and 100 in all, as Telegram was seen to take
/// them; the one that pays or starts a game is the first.
pub(super) fn fit(rows: &[Value]) -> Checked {
    let rows = || rows.iter().filter_map(Value::as_array);
    if let Some(row) = rows().find(|row| row.len() > MAX_ROW) {
        let length = row.len();
        return Err(format!("a row has {length} buttons, the most is {MAX_ROW}"));
    }
    let count: usize = rows().map(Vec::len).sum();
    if count > MAX_BUTTONS {
        return Err(format!(
            "a keyboard has {count} buttons, the most is {MAX_BUTTONS}"
        ));
    }
    let comes_first = |button: &Value| button["pay"] == true || button["callback_game"].is_object();
    match rows().flatten().skip(1).any(comes_first) {
        true => Err("the button that pays or starts a game is not the first".into()),
        false => Ok(()),
    }
}

/// The call takes a keyboard.
pub(super) fn takes_markup(call: &Call) -> Checked {
    match takes(call.method(), "reply_markup") {
        Some(false) if call.is("answerCallbackQuery") => {
            Err("a note over the chat has no buttons".into())
        }
        Some(false) => Err(format!("`{}` takes no buttons", call.method())),
        _ => Ok(()),
    }
}

fn takes_inline_only(call: &Call) -> bool {
    if call.attributes().is_some_and(|it| it.edits) {
        return true;
    }
    let others = ["sendInvoice", "sendGame", "sendChecklist", "stopPoll"];
    let is_edit = call
        .method()
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("edit"));
    is_edit || call.is("stopMessageLiveLocation") || others.iter().any(|name| call.is(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_have_up_to_64_bytes() {
        assert!(data(&"я".repeat(32)).is_ok() && data("x").is_ok());
        assert!(data(&"я".repeat(33)).is_err() && data("").is_err());
    }

    #[test]
    fn links_are_those_that_telegram_opens() {
        for good in [
            "https://example.org/a?b#c",
            "http://user@example.org:80",
            "example.org",
            "tg://user?id=7",
            "HTTPS://EXAMPLE.ORG",
            "https://[2001:db8::1]/",
        ] {
            assert_eq!(url(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "https://",
            "mailto:anna",
            "ftp://a.b",
            "https://localhost",
            "a b.c",
            "javascript://a.b",
        ] {
            assert!(url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_text_shows_something() {
        assert!(text("<b>x</b>").is_ok() && text("&lt;").is_ok() && text("<вася>").is_ok());
        for empty in ["", " \n", "<b> </b>", "<b></b>"] {
            assert!(text(empty).is_err(), "{empty:?}");
        }
    }
}
