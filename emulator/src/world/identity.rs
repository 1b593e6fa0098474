//! Who a bot is, and the token by which it says so.

use crate::protocol::objects::User;

/// A bot that the server serves.
#[derive(Clone)]
pub(crate) struct Identity {
    pub(crate) token: String,
    pub(crate) user: User,
}

impl Identity {
    /// A bot with a token as BotFather's are: the bot's id and 35 characters.
    pub(crate) fn random(username: &str) -> Self {
        let secret: String = (0..33).map(|_| fastrand::alphanumeric()).collect();
        let id = fastrand::i64(5_000_000_000..9_000_000_000);
        Self::with_id(id, format!("{id}:AA{secret}"), username)
    }

    /// A bot with this token; `None` when it is not of Telegram's form.
    pub(crate) fn new(token: &str, username: &str) -> Option<Self> {
        let (id, secret) = token.split_once(':')?;
        let fits = token.len() <= 80
            && !token.starts_with('0')
            && !secret.is_empty()
            && !secret.contains('/');
        fits.then_some(())?;
        let id = id.parse().ok().filter(|id| *id > 0)?;
        Some(Self::with_id(id, token.to_owned(), username))
    }

    fn with_id(id: i64, token: String, username: &str) -> Self {
        let user = User {
            id,
            is_bot: true,
            first_name: "Emulated bot".to_owned(),
            last_name: None,
            username: Some(username.to_owned()),
            language_code: None,
            is_premium: false,
        };
        Self { token, user }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_tokens_are_well_formed() {
        let bot = Identity::random("x");
        assert!(bot.user.id > i64::from(u32::MAX), "{}", bot.token);
        assert_eq!(
            Identity::new(&bot.token, "x").map(|bot| bot.user.id),
            Some(bot.user.id)
        );
    }

    #[test]
    fn malformed_tokens_are_refused() {
        for token in ["", "abc", "0:AA", "1:", ":AA", "x:AA", "1:A/A"] {
            assert!(Identity::new(token, "x").is_none(), "{token}");
        }
        assert_eq!(Identity::new("1:AA", "x").map(|bot| bot.user.id), Some(1));
    }
}
