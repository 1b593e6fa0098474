//! By what an erased person is called where it must be known what was done: the same word for the same person, of which nobody can make the
//! person again without the token of the bot.

use std::fmt::{self, Write as _};

use aws_lc_rs::hmac;
use secrecy::ExposeSecret;

use crate::config::TelegramConfig;

/// What makes words of people. It is made of the token, so that nobody has to keep one secret more; another token makes other words.
#[derive(Clone)]
pub(crate) struct Pseudonyms(hmac::Key);

impl Pseudonyms {
    pub(crate) fn of(config: &TelegramConfig) -> Self {
        let token = config.token.expose_secret();
        let key = hmac::Key::new(hmac::HMAC_SHA256, token.as_bytes());
        let own = hmac::sign(&key, b"ostankino pseudonyms");
        Self(hmac::Key::new(hmac::HMAC_SHA256, own.as_ref()))
    }

    /// The word for a user: 32 hex digits.
    pub(crate) fn of_user(&self, id: i64) -> String {
        let tag = hmac::sign(&self.0, &id.to_be_bytes());
        let half = &tag.as_ref()[..16];
        half.iter().fold(String::new(), |mut text, byte| {
            // Into a text it cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pseudonyms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_one_word_under_one_token() {
        let of = |token: &str, id| {
            let config = TelegramConfig {
                token: token.into(),
                ..TelegramConfig::default()
            };
            Pseudonyms::of(&config).of_user(id)
        };
        let word = of("1:a", 42);
        assert_eq!(word.len(), 32);
        assert_eq!(word, of("1:a", 42));
        assert_ne!(word, of("1:a", 43));
        assert_ne!(word, of("1:b", 42));
    }
}
