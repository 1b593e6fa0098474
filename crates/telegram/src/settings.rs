//! What a client of the Bot API needs to know.

use std::{path::PathBuf, time::Duration};

use secrecy::{ExposeSecret, SecretString};

use crate::files::most_sent;

/// Which bot, at which server, and how patiently.
///
/// ```
/// use ostankino_telegram::{Bot, Settings};
///
/// let mut settings = Settings::new("7:AA");
/// settings.max_retries = 0;
/// assert_eq!(Bot::new(settings).id(), 7);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// The bot's token, `<bot id>:<secret>`.
    pub token: SecretString,
    /// Base URL of the Bot API server, without the `/bot<token>` part.
    pub api_url: String,
    /// The proxy on the way there, `http://`, `https://`, `socks5://` or
    /// `socks5h://[user:password@]host:port`. The environment is not asked.
    pub proxy: Option<SecretString>,
    /// Parse mode of texts and captions whose call names none; empty for plain text.
    pub parse_mode: String,
    /// The folder where the files of a Bot API server that runs with `--local` are seen from here; `None` for
    /// Telegram's own.
    pub files_dir: Option<PathBuf>,
    /// Deadline of one call; while a file is sent or fetched, how long nothing may move.
    pub request_timeout: Duration,
    /// The most calls under way at once, downloads not counted; others wait for their turn, which no deadline counts.
    pub max_connections: usize,
    /// How often a call that failed in passing (429, 5xx, network) is tried again.
    pub max_retries: u32,
    /// The longest wait a 429 may ask of a call; a longer one fails it.
    pub max_retry_after: Duration,
}

impl Settings {
    /// Those of the bot of that token at Telegram's own server, texts being HTML.
    #[must_use]
    pub fn new(token: impl Into<SecretString>) -> Self {
        Self {
            token: token.into(),
            api_url: "https://api.telegram.org".into(),
            proxy: None,
            parse_mode: "HTML".into(),
            files_dir: None,
            request_timeout: Duration::from_secs(15),
            max_connections: 512,
            max_retries: 4,
            max_retry_after: Duration::from_secs(60),
        }
    }

    /// The bot's id: what stands before the colon of its token; 0 if that is no number.
    #[must_use]
    pub fn bot_id(&self) -> i64 {
        let token = self.token.expose_secret();
        token
            .split_once(':')
            .and_then(|(id, _)| id.parse().ok())
            .unwrap_or_default()
    }

    /// The most bytes of a file to send that the server takes: 50 MB, or 2000 MB with [`files_dir`](Self::files_dir).
    #[must_use]
    pub fn most_sent(&self) -> u64 {
        most_sent(self.files_dir.as_deref())
    }
}
