//! A text without markup, for where Telegram takes none: notes over the chat and names of buttons.

use super::Html;

/// A plain text. Any string is one as it stands; of [`Html`] it is what is shown.
///
/// ```
/// use ostankino_core::{Reply, html};
///
/// let name = "Анна <3";
/// let toast = Reply::toast(html!("<b>{name}</b>, готово"));
/// assert_eq!(toast.calls()[0].params()["text"], "Анна <3, готово");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain(pub String);

impl From<&str> for Plain {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<&String> for Plain {
    fn from(text: &String) -> Self {
        Self(text.clone())
    }
}

impl From<String> for Plain {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<Html> for Plain {
    fn from(html: Html) -> Self {
        Self(html.plain())
    }
}
