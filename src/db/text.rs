//! Texts of Telegram that PostgreSQL can store.

use std::borrow::Cow;

/// `text` without NUL characters, which Telegram allows and PostgreSQL's `TEXT` does not.
///
/// ```
/// assert_eq!(ostankino::db::storable("a\0b"), "ab");
/// ```
#[must_use]
pub fn storable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', ""))
    } else {
        Cow::Borrowed(text)
    }
}
