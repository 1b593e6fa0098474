//! A text without markup, for where Telegram takes none: notes over the chat and names of buttons.

use std::fmt;

/// A plain text. Any string is one as it stands. Of [`Html`](super::Html), which is none, [`Html::plain`](super::Html::plain) gives what is shown.
///
/// ```
/// use ostankino_core::{Reply, html};
///
/// let name = "Анна <3";
/// let toast = Reply::toast(format!("{name}, готово"));
/// assert_eq!(toast.calls()[0].params()["text"], "Анна <3, готово");
/// let toast = Reply::toast(html!("<b>{name}</b>, готово").plain());
/// assert_eq!(toast.calls()[0].params()["text"], "Анна <3, готово");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Plain(pub String);

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PartialEq<str> for Plain {
    fn eq(&self, text: &str) -> bool {
        self.0 == text
    }
}

impl PartialEq<&str> for Plain {
    fn eq(&self, text: &&str) -> bool {
        self.0 == *text
    }
}

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
