//! The key of a dialogue: whose it is and where it takes place, written so that two different
//! dialogues never share a key and NATS accepts every one.

use std::fmt::Write as _;

use crate::{
    Error, Result,
    telegram::{Update, internal::Express},
};

/// The destiny of dialogues that name none.
pub const DEFAULT_DESTINY: &str = "default";

/// NATS takes longer ones; such a destiny is a mistake.
const MAX_LENGTH: usize = 512;

/// Whose dialogue it is, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The bot's id.
    pub bot: i64,
    /// The id of who speaks: a user, or a chat.
    pub user: Option<i64>,
    /// The chat's id.
    pub chat: Option<i64>,
    /// The topic of a forum.
    pub thread: Option<i64>,
    /// The connection to a business account.
    pub business: Option<String>,
}

impl Scope {
    /// The scope that `update` belongs to. Payments and inline queries name no chat, and change no dialogue: what
    /// they read is the one in the private chat of whoever pays or types. A press of what all of a chat share is of the
    /// chat's dialogue, which is nobody's in particular: it is handled in the order of the chat, and a dialogue is
    /// changed in one order only.
    #[must_use]
    pub fn of(update: &Update, bot: i64) -> Self {
        let private = || Express::of(update.kind).and(update.user_id());
        Self {
            bot,
            user: update.speaker_id().filter(|_| !update.is_shared_press()),
            chat: update.chat_id().or_else(private),
            thread: update.topic_id(),
            business: update.business_connection_id().map(ToOwned::to_owned),
        }
    }
}

/// Writes keys: `<bot>.<user>.<chat>.<thread>.<business>.<destiny>`.
///
/// Integers are decimal; what is absent is `_`. Of strings, `A-Z a-z 0-9 _ -` stay, every other
/// byte is `=XX`; the empty string is `=`, the string `_` is `=5F`. So each key is written by one
/// scope and destiny only.
///
/// ```
/// use ostankino::dialogue::{KeyBuilder, Scope};
///
/// let scope = Scope { bot: 7, user: Some(42), chat: Some(-100), ..Scope::default() };
/// let keys = KeyBuilder::new().with_destiny(true);
/// assert_eq!(keys.build(&scope, "default")?, "7.42.-100._._.default");
/// assert_eq!(keys.build(&scope, "a:b")?, "7.42.-100._._.a=3Ab");
/// # Ok::<(), ostankino::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyBuilder {
    with_destiny: bool,
}

impl KeyBuilder {
    /// A builder whose keys have no destiny: one dialogue per user and chat.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether keys have a destiny, so that several dialogues of a user can stand side by side.
    #[must_use]
    pub fn with_destiny(self, with_destiny: bool) -> Self {
        Self { with_destiny }
    }

    /// The key of a dialogue.
    ///
    /// # Errors
    ///
    /// A destiny other than [`DEFAULT_DESTINY`] where keys have none; a key of over 512 bytes.
    pub fn build(&self, scope: &Scope, destiny: &str) -> Result<String> {
        if !self.with_destiny && destiny != DEFAULT_DESTINY {
            return Err(Error::message(
                "the storage's keys have no destiny: build it with KeyBuilder::with_destiny(true)",
            ));
        }
        let mut key = scope.bot.to_string();
        push(&mut key, scope.user);
        push(&mut key, scope.chat);
        push(&mut key, scope.thread);
        push_text(&mut key, scope.business.as_deref());
        push_text(&mut key, self.with_destiny.then_some(destiny));
        if key.len() > MAX_LENGTH {
            return Err(Error::message(
                "the key of the dialogue is too long: shorten its destiny",
            ));
        }
        Ok(key)
    }
}

/// Whose dialogue it is, where, and its destiny, of a key that [`KeyBuilder`] wrote with a destiny; none of what is no such key.
#[cfg(feature = "admin")]
pub(crate) fn parse(key: &str) -> Option<(Scope, String)> {
    let mut parts = key.split('.');
    let mut next = || parts.next();
    let number = |part: &str| match part {
        "_" => Some(None),
        part => part.parse().ok().map(Some),
    };
    let scope = Scope {
        bot: next()?.parse().ok()?,
        user: number(next()?)?,
        chat: number(next()?)?,
        thread: number(next()?)?,
        business: match next()? {
            "_" => None,
            part => Some(text(part)?),
        },
    };
    let destiny = text(next()?)?;
    parts.next().is_none().then_some((scope, destiny))
}

/// The text of a part.
#[cfg(feature = "admin")]
fn text(part: &str) -> Option<String> {
    if part == "=" {
        return Some(String::new());
    }
    let encoded = part.replace('=', "%");
    let decoded = percent_encoding::percent_decode_str(&encoded).decode_utf8();
    decoded.ok().map(std::borrow::Cow::into_owned)
}

fn push(key: &mut String, number: Option<i64>) {
    match number {
        Some(number) => write!(key, ".{number}").expect("a String takes all"),
        None => key.push_str("._"),
    }
}

fn push_text(key: &mut String, text: Option<&str>) {
    key.push('.');
    match text {
        None => key.push('_'),
        Some("") => key.push('='),
        Some("_") => key.push_str("=5F"),
        Some(text) => {
            for byte in text.bytes() {
                match byte {
                    b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' => key.push(byte.into()),
                    other => write!(key, "={other:02X}").expect("a String takes all"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn different_dialogues_have_different_keys_that_nats_accepts() {
        let keys = KeyBuilder::new().with_destiny(true);
        let texts = [
            "", "_", "=", "=5F", ".", "a.b", "a=2Eb", "a:b", "я", "*", ">", " ", "default", "__",
        ];
        let mut seen = HashMap::new();
        for business in texts.map(Some).into_iter().chain([None]) {
            for destiny in texts {
                for (user, chat) in [(Some(1), None), (None, Some(1)), (Some(-1), Some(1))] {
                    let business = business.map(str::to_owned);
                    let scope = Scope {
                        bot: 1,
                        user,
                        chat,
                        thread: None,
                        business,
                    };
                    let key = keys.build(&scope, destiny).expect("a key");
                    let allowed = |c: char| c.is_ascii_alphanumeric() || "-/_=.".contains(c);
                    assert!(key.chars().all(allowed), "{key}");
                    assert!(!key.contains("..") && !key.ends_with('.'), "{key}");
                    #[cfg(feature = "admin")]
                    assert_eq!(parse(&key), Some((scope.clone(), destiny.to_owned())));
                    let other = seen.insert(key.clone(), (scope, destiny));
                    assert_eq!(other, None, "{key}");
                }
            }
        }
    }

    #[test]
    fn a_destiny_needs_keys_that_have_one() {
        let scope = Scope::default();
        assert!(KeyBuilder::new().build(&scope, "other").is_err());
        assert_eq!(
            KeyBuilder::new().build(&scope, "default").expect("a key"),
            "0._._._._._"
        );
        let long = "я".repeat(100);
        assert!(
            KeyBuilder::new()
                .with_destiny(true)
                .build(&scope, &long)
                .is_err()
        );
    }
}
