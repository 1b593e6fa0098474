//! How an author names a timer, to replace or to cancel it later.

use std::fmt::Display;

/// The longest key, in bytes.
const LONGEST: usize = 256;

/// The name of a timer among those of its user: `"digest"`, or a word and what it is about,
/// `("note", 7)`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TimerKey(String);

impl TimerKey {
    /// The text, if it can be stored.
    pub(super) fn text(&self) -> Result<&str, String> {
        let Self(text) = self;
        if text.len() > LONGEST || text.contains('\0') {
            return Err(format!(
                "the key of a timer has {} bytes: it may have {LONGEST}, and none of them 0",
                text.len()
            ));
        }
        Ok(text)
    }
}

impl From<&str> for TimerKey {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for TimerKey {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl<T: Display> From<(&str, T)> for TimerKey {
    fn from((name, about): (&str, T)) -> Self {
        Self(format!("{name}:{about}"))
    }
}
