//! Where this bot's webhook leads, and the word by which Telegram is known there. Both are made of the token, so that all processes agree
//! on them and nobody has to configure, or to keep, one secret more.

use std::fmt::{self, Write as _};

use aws_lc_rs::hmac;
use secrecy::ExposeSecret;

use crate::Config;

/// The webhook of this bot under this `nats.prefix`: another service with the same token has another one.
#[derive(Clone)]
pub(crate) struct Hook {
    path: String,
    #[cfg(feature = "web")]
    public_url: String,
    #[cfg(feature = "web")]
    secret: String,
}

impl Hook {
    pub(crate) fn of(config: &Config) -> Self {
        let token = config.telegram.token.expose_secret();
        let key = hmac::Key::new(hmac::HMAC_SHA256, token.as_bytes());
        let prefix = &config.nats.prefix;
        let sign = |what: &str| {
            hex(hmac::sign(&key, format!("ostankino {what} {prefix}").as_bytes()).as_ref())
        };
        Self {
            path: format!("/tg/{}", &sign("webhook path")[..16]),
            #[cfg(feature = "web")]
            public_url: config
                .web
                .public_url
                .trim()
                .trim_end_matches('/')
                .to_owned(),
            #[cfg(feature = "web")]
            secret: sign("webhook secret"),
        }
    }

    /// The end of the path, by which it is known whatever a balancer puts before it.
    #[cfg(feature = "web")]
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Whether a webhook that is set at Telegram is this one, whatever host it leads to.
    pub(super) fn is_at(&self, url: &str) -> bool {
        url.ends_with(&self.path)
    }
}

#[cfg(feature = "web")]
impl Hook {
    /// Where Telegram is to post to.
    pub(super) fn url(&self) -> String {
        format!("{}{}", self.public_url, self.path)
    }

    /// What Telegram is to say of itself with each update.
    pub(super) fn secret(&self) -> &str {
        &self.secret
    }

    /// Whether that is what it says, in the same time whatever it is.
    pub(super) fn admits(&self, said: &[u8]) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(said, self.secret.as_bytes()).is_ok()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Into a text it cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hook")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hook(token: &str, prefix: &str) -> Hook {
        let mut config = Config::default();
        config.telegram.token = token.into();
        config.nats.prefix = prefix.into();
        config.web.public_url = "https://bot.example.org/bots/".into();
        Hook::of(&config)
    }

    #[test]
    fn all_processes_agree_and_strangers_have_another_one() {
        let ours = hook("5:secret", "shop");
        let path = &ours.path;
        assert_eq!((path.len(), &path[..4]), (20, "/tg/"));
        assert!(!format!("{ours:?}").contains(&path[4..]));
        assert!(ours.is_at(&format!("https://other.example.org{path}")));
        assert_eq!(hook("5:secret", "shop").path, *path);
        for other in [hook("5:rotated", "shop"), hook("5:secret", "help")] {
            assert_ne!(other.path, *path);
            assert!(!ours.is_at(&format!("https://bot.example.org{}", other.path)));
        }
    }

    #[cfg(feature = "web")]
    #[test]
    fn telegram_is_known_by_its_word() {
        let ours = hook("5:secret", "shop");
        assert_eq!(
            ours.url(),
            format!("https://bot.example.org/bots{}", ours.path)
        );
        // As setWebhook wants it: 1 to 256 of A-Z, a-z, 0-9, _ and -.
        assert_eq!(ours.secret.len(), 64);
        assert!(ours.secret.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert!(ours.admits(ours.secret.as_bytes()));
        for other in [&b""[..], b"5:secret", &ours.secret.as_bytes()[1..]] {
            assert!(!ours.admits(other));
        }
    }
}
