//! A user of Telegram, as the service knows it.

use std::borrow::Cow;

use super::lenient::{Lenient, fields};

/// A Telegram user, as told by an update.
///
/// As a handler's argument it is the person who caused the update; see
/// [`Update::person`](super::Update::person).
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

impl Lenient for User {
    fn read(json: &[u8]) -> Option<Self> {
        let (mut id, mut is_bot, mut first_name) = (None, None, None);
        let (mut last_name, mut username, mut language_code) = (None, None, None);
        for (key, value) in fields(json) {
            match &*key {
                b"id" => id = i64::read(value),
                b"is_bot" => is_bot = bool::read(value),
                b"first_name" => first_name = String::read(value),
                b"last_name" => last_name = String::read(value),
                b"username" => username = String::read(value),
                b"language_code" => language_code = String::read(value),
                _ => {}
            }
        }
        Some(Self {
            id: id?,
            is_bot: is_bot.unwrap_or_default(),
            first_name: first_name.unwrap_or_default(),
            last_name,
            username,
            language_code,
        })
    }
}
