//! What Telegram refuses of texts and buttons, told where they are made. Problems quote nothing:
//! they are logged.

use serde_json::Value;

use crate::{html, telegram::Call};

/// The most bytes of a button's data: <https://core.telegram.org/bots/api#inlinekeyboardbutton>.
const MAX_DATA: usize = 64;

/// Nothing to object to, or the problem in words.
pub(super) type Checked<T = ()> = Result<T, String>;

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

/// The rows of a call's inline keyboard, to add buttons to.
pub(super) fn rows(call: &Call) -> Checked<Vec<Value>> {
    if call.is("answerCallbackQuery") {
        return Err("a note over the chat has no buttons".into());
    }
    match call.params().get("reply_markup") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(markup) => markup
            .get("inline_keyboard")
            .and_then(Value::as_array)
            .cloned()
            .ok_or_else(|| "its keyboard is of another kind than the buttons added to it".into()),
    }
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
