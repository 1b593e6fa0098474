//! The sections of the configuration. Each field's doc names what it does, its unit is in its
//! name, and its default is the one of `config/default.toml`.

use std::{path::PathBuf, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

#[cfg(feature = "cli")]
use super::named::check_token;
use super::{
    DatabaseUrl, DatabaseUrlError, Intake, NatsUrls, Problems, WebhookOrder, bounds, is_empty,
    named::{SCHEMA, is_schema},
    proxy,
};
use crate::telegram::Settings;
use ostankino_tls::{TlsSettings, Verify};

/// `[telegram]`: the Bot API and how it is polled.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TelegramConfig {
    /// The bot's token from @BotFather, `<bot id>:<secret>`.
    pub token: SecretString,
    /// Base URL of the Bot API server, without the `/bot<token>` part.
    pub api_url: String,
    /// The proxy on the way there, `http://`, `https://`, `socks5://` or
    /// `socks5h://[user:password@]host:port`; empty for none. None is used to reach this machine.
    /// [`Config::load`](super::Config::load) takes what `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say
    /// where it is empty.
    pub proxy: SecretString,
    /// Parse mode of texts and captions whose call names none; empty for plain text.
    pub parse_mode: String,
    /// The folder where the files of a Bot API server that runs with `--local` are seen from here; empty for
    /// Telegram's own.
    pub files_dir: PathBuf,
    /// How updates come; see `[web]` for where a webhook leads.
    pub intake: Intake,
    /// How many updates Telegram posts to the webhook at once.
    pub webhook_order: WebhookOrder,
    /// How often it is looked what Telegram says of the webhook.
    pub webhook_check_s: u64,
    /// How long Telegram holds a `getUpdates` that has nothing to say: 0 to 50 s.
    pub poll_timeout_s: u64,
    /// Deadline of one call, and of what `getUpdates` may take beyond its own timeout. While a file is sent or
    /// fetched, how long nothing may move.
    pub request_timeout_ms: u64,
    /// The most calls under way at once, beside that of the poller; others wait for their turn, which
    /// no deadline counts. The Bot API server refuses more than about a thousand of one bot. Where the server offers HTTP/2 they share one connection.
    pub max_connections: u32,
    /// How often a call that failed in passing (429, 5xx, network) is tried again.
    pub max_retries: u32,
    /// The longest wait a 429 may ask of a call; a longer one fails it.
    pub max_retry_after_s: u64,
}

impl Default for TelegramConfig {
    fn default() -> Self {
        Self {
            token: SecretString::from(""),
            api_url: "https://api.telegram.org".into(),
            proxy: SecretString::from(""),
            parse_mode: "HTML".into(),
            files_dir: PathBuf::new(),
            intake: Intake::Polling,
            webhook_order: WebhookOrder::Queue,
            webhook_check_s: 60,
            poll_timeout_s: 30,
            request_timeout_ms: 15_000,
            max_connections: 512,
            max_retries: 4,
            max_retry_after_s: 60,
        }
    }
}

impl From<&TelegramConfig> for Settings {
    fn from(config: &TelegramConfig) -> Self {
        let mut settings = Self::new(config.token.clone());
        settings.api_url = config.api_url.clone();
        settings.proxy = config.proxy_used().map(SecretString::from);
        settings.parse_mode = config.parse_mode.clone();
        let has_folder = !config.files_dir.as_os_str().is_empty();
        settings.files_dir = has_folder.then(|| config.files_dir.clone());
        settings.request_timeout = Duration::from_millis(config.request_timeout_ms);
        settings.max_connections = config.max_connections as usize;
        settings.max_retries = config.max_retries;
        settings.max_retry_after = Duration::from_secs(config.max_retry_after_s);
        settings
    }
}

impl TelegramConfig {
    /// The bot's id: what stands before the colon of its token.
    #[must_use]
    pub fn bot_id(&self) -> i64 {
        Settings::new(self.token.clone()).bot_id()
    }

    /// The proxy that is used, without its user and password.
    pub(crate) fn proxy_shown(&self) -> Option<String> {
        let proxy = self.proxy_used()?;
        proxy::shown(proxy)
    }

    /// The proxy that is used: none to reach this machine.
    pub(crate) fn proxy_used(&self) -> Option<&str> {
        let proxy = self.proxy.expose_secret().trim();
        (!proxy.is_empty() && !proxy::is_local(&self.api_url)).then_some(proxy)
    }

    #[cfg(feature = "cli")]
    pub(crate) fn check(&self, problems: &mut Problems) {
        check_token(&self.token, "telegram.token", problems);
        self.check_server(problems);
    }

    /// All but the token.
    pub(super) fn check_server(&self, problems: &mut Problems) {
        problems.must(
            self.api_url.starts_with("http://") || self.api_url.starts_with("https://"),
            || "telegram.api_url must begin with http:// or https://".into(),
        );
        problems.must(
            matches!(
                self.parse_mode.as_str(),
                "" | "HTML" | "MarkdownV2" | "Markdown"
            ),
            || "telegram.parse_mode must be \"HTML\", \"MarkdownV2\", \"Markdown\" or empty".into(),
        );
        let folder = &self.files_dir;
        problems.must(folder.as_os_str().is_empty() || folder.is_dir(), || {
            format!(
                "telegram.files_dir is \"{}\", which is no folder",
                folder.display()
            )
        });
        if let Some(problem) = self.proxy_used().and_then(proxy::problem) {
            problems.add(format!("telegram.proxy {problem}"));
        }
        bounds::telegram(self, problems);
    }
}

/// `[database]`: PostgreSQL.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `postgres://user:password@host:port/database`, with libpq's parameters behind a `?`.
    pub url: SecretString,
    /// The schema that holds the tables, created if it is not there; it belongs to one bot. Empty: where the server looks for
    /// tables, which is `public` unless it was told otherwise, and several bots may share them.
    pub schema: String,
    /// Connections for the sessions of handlers; tracking has one of its own.
    pub pool_size: u32,
    /// How long making a connection may take. Who waits for one that others use waits for as long as
    /// the server is there.
    pub connect_timeout_ms: u64,
    /// PostgreSQL's `statement_timeout` on every connection.
    pub statement_timeout_ms: u64,
    /// PostgreSQL's `lock_timeout` on every connection.
    pub lock_timeout_ms: u64,
    /// PostgreSQL's `idle_in_transaction_session_timeout` on every connection.
    pub idle_in_transaction_timeout_ms: u64,
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self {
            url: SecretString::from(""),
            schema: String::new(),
            pool_size: 16,
            connect_timeout_ms: 2_000,
            statement_timeout_ms: 5_000,
            lock_timeout_ms: 2_000,
            idle_in_transaction_timeout_ms: 15_000,
        }
    }
}

impl DatabaseConfig {
    /// What the URL says.
    pub(crate) fn target(&self) -> Result<DatabaseUrl, DatabaseUrlError> {
        DatabaseUrl::parse(self.url.expose_secret())
    }

    pub(crate) fn check(&self, problems: &mut Problems) {
        problems.must(!is_empty(&self.url), || {
            "database.url is not set: set OSTANKINO__DATABASE__URL=postgres://user:password@host/database"
                .into()
        });
        if let Err(error) = self.target() {
            problems.add(format!("database.url {error}"));
        }
        problems.must(self.schema.is_empty() || is_schema(&self.schema), || {
            format!("database.schema {SCHEMA}")
        });
        bounds::database(self, problems);
    }
}

/// `[nats]`: the server with JetStream.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NatsConfig {
    /// `nats://[user:password@]host:port` or `tls://…`, several separated by commas; a token stands
    /// alone before the `@`. All name the same user, or only one of them does.
    pub urls: SecretString,
    /// A file with the JWT and seed of a user, as `nsc` makes it; instead of a user in the URLs.
    pub credentials_file: String,
    /// A file with the seed of an NKey; instead of a user in the URLs.
    pub nkey_seed_file: String,
    /// A file with the authorities to trust, in PEM; those of the system if empty.
    pub root_certificate_file: String,
    /// A file with a certificate of ours, in PEM, for servers that ask for one.
    pub certificate_file: String,
    /// A file with the key of that certificate, in PEM.
    pub key_file: String,
    /// Begins the name of every stream, bucket, consumer and subject; letters, digits, `_`, `-`.
    pub prefix: String,
    /// Deadline of one request to NATS.
    pub request_timeout_ms: u64,
    /// The most the queue of updates may hold, in MiB; a full queue makes Telegram keep the rest.
    /// Dead letters may take as much again.
    pub stream_max_mb: u64,
    /// The most that files may take which wait to be sent, in MiB; each stays for one or two days.
    pub files_max_mb: u64,
    /// Copies of every stream and bucket that is created: 1, or 3 or 5 on a cluster.
    pub replicas: usize,
}

impl Default for NatsConfig {
    fn default() -> Self {
        Self {
            urls: SecretString::from(""),
            credentials_file: String::new(),
            nkey_seed_file: String::new(),
            root_certificate_file: String::new(),
            certificate_file: String::new(),
            key_file: String::new(),
            prefix: "ostankino".into(),
            request_timeout_ms: 2_000,
            stream_max_mb: 256,
            files_max_mb: 1024,
            replicas: 1,
        }
    }
}

impl NatsConfig {
    /// What the URLs say.
    pub(crate) fn target(&self) -> Result<NatsUrls, String> {
        NatsUrls::parse(self.urls.expose_secret())
    }

    /// Whom to trust, and who we are.
    pub(crate) fn tls(&self) -> TlsSettings {
        let path = |path: &str| (!path.is_empty()).then(|| PathBuf::from(path));
        TlsSettings {
            verify: Verify::ChainAndName,
            roots: path(&self.root_certificate_file),
            identity: path(&self.certificate_file).zip(path(&self.key_file)),
        }
    }

    pub(crate) fn check(&self, problems: &mut Problems) {
        problems.must(!is_empty(&self.urls), || {
            "nats.urls is not set: set OSTANKINO__NATS__URLS=nats://host:4222".into()
        });
        let target = self.target();
        if let Err(problem) = &target {
            problems.add(format!("nats.urls {problem}"));
        }
        let ways = [
            target.is_ok_and(|target| target.login.is_some()),
            !self.credentials_file.is_empty(),
            !self.nkey_seed_file.is_empty(),
        ];
        problems.must(ways.into_iter().filter(|way| *way).count() <= 1, || {
            "nats.credentials_file, nats.nkey_seed_file and a user in nats.urls exclude each other: \
             keep one of them"
                .into()
        });
        problems.must(
            self.certificate_file.is_empty() == self.key_file.is_empty(),
            || "nats.certificate_file and nats.key_file go together: set both".into(),
        );
        let safe = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        problems.must(
            !self.prefix.is_empty() && self.prefix.chars().all(safe),
            || "nats.prefix must be made of letters, digits, `_` and `-`".into(),
        );
        bounds::nats(self, problems);
        problems.must(matches!(self.replicas, 1 | 3 | 5), || {
            "nats.replicas must be 1, 3 or 5".into()
        });
    }

    /// Deadline of one request to NATS.
    #[must_use]
    pub fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }
}

/// `[delivery]`: how updates are handed to handlers.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeliveryConfig {
    /// Into how many parts the queue is split; each belongs to one container at a time, so more
    /// containers than that stand by.
    pub partitions: u16,
    /// The most updates that a container handles at once, each of another user.
    pub max_in_flight: usize,
    /// How long a handler may take.
    pub handler_timeout_ms: u64,
    /// How long a shutdown waits for what is in flight.
    pub shutdown_grace_ms: u64,
    /// After how many attempts without a result an update becomes a dead letter.
    pub max_deliveries: u32,
    /// After how long without a sign of life a container loses its part of the queue to others. One
    /// whose connection is gone loses it within two seconds.
    pub lease_ms: u64,
    /// How many days it is remembered which updates were applied.
    pub inbox_days: u32,
}

impl Default for DeliveryConfig {
    fn default() -> Self {
        Self {
            partitions: 16,
            max_in_flight: 512,
            handler_timeout_ms: 10_000,
            shutdown_grace_ms: 10_000,
            max_deliveries: 5,
            lease_ms: 15_000,
            inbox_days: 2,
        }
    }
}

impl DeliveryConfig {
    pub(crate) fn check(&self, problems: &mut Problems) {
        bounds::delivery(self, problems);
    }

    /// How long a handler may take.
    #[must_use]
    pub fn handler_timeout(&self) -> Duration {
        Duration::from_millis(self.handler_timeout_ms)
    }

    /// How long a process may be silent before others take its part of the queue.
    #[must_use]
    pub fn lease(&self) -> Duration {
        Duration::from_millis(self.lease_ms)
    }
}

/// `[fsm]`: dialogue states.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FsmConfig {
    /// After how many days without a change a dialogue is forgotten.
    pub ttl_days: u64,
}

impl Default for FsmConfig {
    fn default() -> Self {
        Self { ttl_days: 30 }
    }
}

impl FsmConfig {
    pub(crate) fn check(&self, problems: &mut Problems) {
        bounds::fsm(self, problems);
    }
}
