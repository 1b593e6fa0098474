//! The sender of an update, as the service knows it.

use std::borrow::Cow;

/// A Telegram user, as told by an update.
///
/// As a handler's argument it is the update's sender; an update without one is a mismatch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Telegram's id: it may have more than 32 significant bits, and has at most 52.
    pub id: i64,
    /// Whether it is a bot.
    pub is_bot: bool,
    /// First name; may hold any Unicode text.
    pub first_name: String,
    /// Last name.
    pub last_name: Option<String>,
    /// Public name, without `@`.
    pub username: Option<String>,
    /// IETF language tag of the user's app.
    pub language_code: Option<String>,
}

impl User {
    /// First and last name, as Telegram shows them.
    #[must_use]
    pub fn fullname(&self) -> Cow<'_, str> {
        match &self.last_name {
            Some(last) => Cow::Owned(format!("{} {last}", self.first_name)),
            None => Cow::Borrowed(&self.first_name),
        }
    }
}

impl From<&frankenstein::types::User> for User {
    fn from(user: &frankenstein::types::User) -> Self {
        Self {
            // Bot API: at most 52 significant bits, so it cannot wrap.
            id: user.id.cast_signed(),
            is_bot: user.is_bot,
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            username: user.username.clone(),
            language_code: user.language_code.clone(),
        }
    }
}
