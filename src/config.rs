//! The configuration of the service: what may be set, in which units, and where it is read from.
//! This is the only module that reads the environment.

use std::{
    collections::BTreeMap,
    env, fmt,
    net::IpAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, de::DeserializeOwned};

mod added;
mod address;
mod admin;
mod bots;
mod bounds;
mod database_url;
#[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "a command shows it"))]
mod effective;
mod fleet;
mod flood;
mod gathered;
mod intake;
mod keys;
mod limits;
mod mailings;
mod named;
mod nats_urls;
mod origin;
mod own;
mod pace;
mod problems;
mod proxy;
mod redis;
mod replies;
mod secrets;
mod sections;
mod sources;
mod standard;
mod telemetry;
mod timers;
mod traces;
mod user_ids;
mod user_info;
mod web;

#[doc(hidden)]
pub use added::AddedBots;
#[cfg(feature = "cli")]
pub(crate) use added::bot_id;
pub use admin::AdminConfig;
#[cfg(feature = "admin")]
pub(crate) use admin::origin as admin_origin;
pub use bots::BotConfig;
pub use database_url::DatabaseUrlError;
pub(crate) use database_url::{DatabaseUrl, SslMode};
#[cfg(feature = "cli")]
pub(crate) use effective::Setting;
pub use fleet::FleetConfig;
pub use flood::FloodConfig;
pub use intake::{Intake, WebhookOrder};
pub use limits::LimitsConfig;
pub use mailings::MailingsConfig;
use named::check_token;
pub(crate) use nats_urls::{NatsLogin, NatsUrls};
#[cfg(feature = "cli")]
pub(crate) use origin::Origin;
pub use ostankino_telemetry::LogFormat;
#[doc(hidden)]
pub use own::OwnSections;
pub(crate) use pace::Pace;
pub(crate) use problems::Problems;
pub use redis::RedisConfig;
pub(crate) use redis::RedisUrl;
pub use replies::RepliesConfig;
pub use sections::{DatabaseConfig, DeliveryConfig, FsmConfig, NatsConfig, TelegramConfig};
pub use telemetry::TelemetryConfig;
pub use timers::TimersConfig;
pub use traces::TracesConfig;
pub use user_ids::user_ids;
pub use web::WebConfig;

/// The whole configuration; each field is a section of the files in `config/`.
///
/// Sources, later ones win: the defaults of this crate, `config/default.toml`,
/// `config/<environment>.toml`, `config/.secrets.toml`, variables `OSTANKINO__SECTION__KEY`. A key that
/// holds a secret, such as `token`, may be given as the path of a file instead: `token_file`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The environment, from `OSTANKINO_ENV`; not a key of any file.
    #[serde(skip)]
    pub environment: Environment,
    /// The Bot API.
    pub telegram: TelegramConfig,
    /// PostgreSQL.
    pub database: DatabaseConfig,
    /// NATS.
    pub nats: NatsConfig,
    /// Redis, by which containers share their limits.
    pub redis: RedisConfig,
    /// How updates are handed to handlers.
    pub delivery: DeliveryConfig,
    /// How fast the bot may call.
    pub limits: LimitsConfig,
    /// What outlives a reply.
    pub replies: RepliesConfig,
    /// Dialogue states.
    pub fsm: FsmConfig,
    /// Events that happen at a time.
    pub timers: TimersConfig,
    /// What goes to many users.
    pub mailings: MailingsConfig,
    /// How much a user may send.
    pub flood: FloodConfig,
    /// Bots that are added while the processes run.
    pub fleet: FleetConfig,
    /// The port of the operator.
    pub web: WebConfig,
    /// Who may enter the admin page.
    pub admin: AdminConfig,
    /// Logs.
    pub telemetry: TelemetryConfig,
    /// Traces of updates.
    pub traces: TracesConfig,
    /// Several bots, instead of that of `telegram.token`, by their names: the sections `[bots.NAME]`.
    #[serde(skip)]
    pub bots: BTreeMap<String, BotConfig>,
    /// Which of them this is the configuration of, if it is one's.
    #[serde(skip)]
    #[doc(hidden)]
    pub bot: Option<Arc<str>>,
    /// Those that were added while the process runs.
    #[serde(skip)]
    #[doc(hidden)]
    pub added: AddedBots,
    #[serde(skip)]
    #[doc(hidden)]
    pub own: OwnSections,
    /// The clock that a process under test follows, from `OSTANKINO_TEST_CLOCK`: the URL of `/control/clock` of a local Telegram.
    /// It is no key, and no program without the feature `test` has it.
    #[cfg(feature = "test")]
    #[serde(skip)]
    #[doc(hidden)]
    pub test_clock: Option<String>,
}

/// Tells a process under test where its clock is.
#[cfg(feature = "test")]
const TEST_CLOCK: &str = "OSTANKINO_TEST_CLOCK";

/// Where the service runs, from `OSTANKINO_ENV`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Environment {
    /// A developer's machine (the default): readable logs.
    #[default]
    Development,
    /// Real users: JSON logs.
    Production,
}

impl Environment {
    /// The name of the environment, as in `config/<name>.toml`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Production => "production",
        }
    }

    fn from_variable(value: Option<&str>) -> Result<Self, ConfigError> {
        match value {
            None | Some("" | "development") => Ok(Self::Development),
            Some("production") => Ok(Self::Production),
            Some(other) => Err(ConfigError(format!(
                "OSTANKINO_ENV is \"{other}\": use \"development\" or \"production\""
            ))),
        }
    }
}

/// The configuration cannot be used; the text says which key to change.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ConfigError {
    pub(crate) fn of(problem: String) -> Self {
        Self(problem)
    }
}

impl Config {
    /// [`read`](Self::read)s the configuration and [`validate`](Self::validate)s it; what is wrong
    /// is told all at once.
    ///
    /// # Errors
    ///
    /// [`ConfigError`].
    pub fn load() -> Result<Self, ConfigError> {
        Self::load_with(Self::check)
    }

    /// Reads the files and the variables of this process.
    ///
    /// The folder is `OSTANKINO_CONFIG_DIR`, or `config` in the working directory; a folder or
    /// file that is not there is passed over.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for unreadable files, unknown keys and values of a wrong type.
    pub fn read() -> Result<Self, ConfigError> {
        Self::load_with(|_, _| {})
    }

    /// Reads the configuration, and checks what is needed of it.
    pub(crate) fn load_with(check: impl FnOnce(&Self, &mut Problems)) -> Result<Self, ConfigError> {
        let (read, problems) = Self::load_telling(check)?;
        problems.result().map(|()| read)
    }

    /// The same, where what is wrong is told later, with more of it.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the environment"
    )]
    pub(crate) fn load_telling(
        check: impl FnOnce(&Self, &mut Problems),
    ) -> Result<(Self, Problems), ConfigError> {
        Self::read_variables(sources::in_unicode(env::vars_os())?, check)
    }

    fn read_variables(
        all: Vec<(String, String)>,
        check: impl FnOnce(&Self, &mut Problems),
    ) -> Result<(Self, Problems), ConfigError> {
        let variable = |name| {
            all.iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.as_str())
        };
        let environment = Environment::from_variable(variable("OSTANKINO_ENV"))?;
        let folder = variable("OSTANKINO_CONFIG_DIR").filter(|dir| !dir.is_empty());
        if let Some(dir) = folder
            && !Path::new(dir).is_dir()
        {
            return Err(ConfigError(format!(
                "OSTANKINO_CONFIG_DIR is \"{dir}\", which is no folder"
            )));
        }
        let folder = PathBuf::from(folder.unwrap_or("config"));
        #[cfg(feature = "test")]
        let test_clock = variable(TEST_CLOCK).map(str::to_owned);
        let (read, problems) = Self::read_from(environment, &folder, all, check)?;
        #[cfg(feature = "test")]
        let read = Self { test_clock, ..read };
        Ok((read, problems))
    }

    fn read_from(
        environment: Environment,
        folder: &Path,
        all: Vec<(String, String)>,
        check: impl FnOnce(&Self, &mut Problems),
    ) -> Result<(Self, Problems), ConfigError> {
        let mut problems = Problems::default();
        let mut standard = all.clone();
        standard.retain(|(name, _)| standard::is_variable(name));
        let mut read = sources::read(environment, folder, all, &mut problems)?;
        read.environment = environment;
        standard::fill(&mut read, &standard);
        check(&read, &mut problems);
        Ok((read, problems))
    }

    /// A section of the bot's own, such as `[shop]`: a struct that has a default for each key. It comes
    /// from the same files as ours, and from variables `OSTANKINO__SHOP__KEY`.
    ///
    /// What is wrong with it is told when the [`App`](crate::App) is built: unknown keys and values that
    /// do not fit, and every section that nobody asked for. Until then a value that does not fit has its
    /// default. A key of the type `SecretString`, of the crate `secrecy`, may be given as the path of a file,
    /// like our own: `password_file` instead of `password`.
    ///
    /// ```
    /// use serde::Deserialize;
    ///
    /// #[derive(Debug, Default, Deserialize)]
    /// #[serde(default, deny_unknown_fields)]
    /// struct Shop {
    ///     /// The name over the window.
    ///     name: String,
    /// }
    ///
    /// let config = ostankino::Config::default();
    /// let shop: Shop = config.section("shop");
    /// assert_eq!(shop.name, "");
    /// ```
    ///
    /// # Panics
    ///
    /// If it is one of our sections, or `T` is no struct.
    #[track_caller]
    #[must_use]
    pub fn section<T: DeserializeOwned + Default>(&self, name: &'static str) -> T {
        self.own.section(name)
    }

    /// `bot.admin_ids`, which the bundled bot has, and others may: whoever they are, they own the admin page, too.
    pub(crate) fn admins_of_bot(&self) -> Vec<i64> {
        self.own.peek::<admin::Bot>("bot").admin_ids
    }

    /// Whether all that was found in files and variables was asked for, and fits.
    pub(crate) fn check_own(&self) -> Result<(), ConfigError> {
        self.own.check()
    }

    /// The same, beside what is wrong with ours.
    #[cfg(feature = "cli")]
    pub(crate) fn tell_own(&self, problems: &mut Problems) {
        self.own.tell(problems);
    }

    /// Checks that nothing is missing or out of range.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], which names every key that is.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let mut problems = Problems::default();
        self.check(&mut problems);
        problems.result()
    }

    pub(crate) fn check(&self, problems: &mut Problems) {
        self.telegram.check_server(problems);
        match self.is_of_several() {
            true => bots::check(self, problems),
            false => check_token(&self.telegram.token, "telegram.token", problems),
        }
        self.database.check(problems);
        self.nats.check(problems);
        self.redis.check(problems);
        self.delivery.check(problems);
        self.limits.check(problems);
        self.replies.check(problems);
        self.fsm.check(problems);
        self.timers.check(problems);
        self.mailings.check(problems);
        self.flood.check(problems);
        self.fleet.check(problems);
        self.web.check(problems);
        self.admin.check(&self.web, &self.admins_of_bot(), problems);
        problems.must(!self.web.admin || (self.bots.is_empty() && !self.fleet.is_on()), || {
            "web.admin is true, and there are several bots: the admin page shows one, which a process of its own runs".into()
        });
        self.telemetry.check(problems);
        self.traces.check(problems);
        self.web.check_webhook(&self.telegram, problems);
        for name in self.bots.keys() {
            if let Some(bot) = self.of_bot(name) {
                self.web.check_webhook(&bot.telegram, problems);
            }
        }
        bounds::together(self, problems);
    }
}

fn is_empty(secret: &SecretString) -> bool {
    secret.expose_secret().trim().is_empty()
}

/// Whether what is sent to that host stays on this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches([']', '.']);
    let address: Result<IpAddr, _> = host.parse();
    match address {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost") || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests;
