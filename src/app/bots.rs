//! Several bots in one process: which code each of them has.

use std::{fmt, sync::Arc};

use tokio_util::sync::CancellationToken;

use super::{AppBuilder, fleet};
use crate::{Config, Error, Result, config::ConfigError};

/// The bots of a process, each with a composition of its own. It is what [`serve`](crate::serve) runs, as it runs a bot alone.
///
/// Which bots there are says the configuration: each `[bots.NAME]` has a token, and tables in a schema of its own. Each is
/// composed by what [`bot`](Self::bot) was given for its name, or else by what [`each`](Self::each) was.
///
/// ```no_run
/// use std::process::ExitCode;
///
/// use ostankino::{App, Bots, Config, AppBuilder, Router};
///
/// fn shop(config: Config) -> AppBuilder {
///     App::builder(config).router(Router::new().command("start", || async { "Это магазин." }))
/// }
///
/// fn help(config: Config) -> AppBuilder {
///     App::builder(config).router(Router::new().command("start", || async { "Это помощь." }))
/// }
///
/// #[tokio::main]
/// async fn main() -> ExitCode {
///     ostankino::serve(|config| Bots::of(config).bot("shop", shop).bot("help", help)).await
/// }
/// ```
#[must_use = "nothing runs until they are served"]
pub struct Bots(Kind);

enum Kind {
    Alone(Box<AppBuilder>),
    Several {
        config: Box<Config>,
        named: Vec<(String, Compose)>,
        each: Option<Compose>,
    },
}

/// Composes a bot, again whenever it is started again.
pub(crate) type Compose = Arc<dyn Fn(Config) -> AppBuilder + Send + Sync>;

/// What is to run.
pub(crate) enum Served {
    Alone(Box<AppBuilder>),
    Several(Several),
}

/// The bots of a process of several.
pub(crate) struct Several {
    /// That of the process.
    pub(crate) config: Box<Config>,
    /// Those of the configuration: at least one, unless others are taken.
    pub(crate) bots: Vec<OneOf>,
    /// The code of those that are added at run time, if any are.
    pub(crate) added: Option<Compose>,
}

/// One of several bots.
pub(crate) struct OneOf {
    pub(super) name: Arc<str>,
    /// As if it were alone.
    pub(super) config: Config,
    pub(super) compose: Compose,
    /// Composed for the first time, for mistakes to be told at once.
    pub(super) first: Option<Box<AppBuilder>>,
}

impl Bots {
    /// The bots of that configuration, none of which has any code yet.
    pub fn of(config: Config) -> Self {
        Self(Kind::Several {
            config: Box::new(config),
            named: Vec::new(),
            each: None,
        })
    }

    /// The bot of `[bots.NAME]`: `compose` is given its configuration, in which it is alone. It is called again whenever the bot
    /// is started again after a failure.
    ///
    /// # Panics
    ///
    /// If there is such a bot already.
    #[track_caller]
    pub fn bot(
        mut self,
        name: impl Into<String>,
        compose: impl Fn(Config) -> AppBuilder + Send + Sync + 'static,
    ) -> Self {
        let name = name.into();
        if let Kind::Several { named, .. } = &mut self.0 {
            let is_new = named.iter().all(|(known, _)| *known != name);
            assert!(is_new, "there are two bots `{name}`");
            named.push((name, Arc::new(compose)));
        }
        self
    }

    /// All bots of the configuration that have no code of their own: any number of them with the same. And those that are added
    /// while the process runs, where there is a `fleet.key`. With neither that nor any `[bots.NAME]` it is the one bot of
    /// `telegram.token`.
    ///
    /// ```
    /// use ostankino::{App, Bots, Config, Router};
    ///
    /// # let config = Config::default();
    /// let bots = Bots::of(config).each(|config| App::builder(config).router(Router::new()));
    /// # drop(bots);
    /// ```
    pub fn each(mut self, compose: impl Fn(Config) -> AppBuilder + Send + Sync + 'static) -> Self {
        if let Kind::Several { each, .. } = &mut self.0 {
            *each = Some(Arc::new(compose));
        }
        self
    }

    /// Runs them until `stop` is cancelled, as [`serve`](crate::serve) does until a signal: for a program with arguments and logs of
    /// its own.
    ///
    /// # Errors
    ///
    /// None can be run, or none is left: the log says why.
    pub async fn run(self, stop: CancellationToken) -> Result<()> {
        match self.composed().map_err(Error::other)? {
            Served::Alone(alone) => {
                let app = Box::pin(alone.build()).await.map_err(Error::other)?;
                Box::pin(app.run(stop)).await.map_err(Error::other)
            }
            Served::Several(several) => {
                let ran = Box::pin(fleet::run(several, stop, || {})).await;
                ran.map_err(|error| match error {
                    Some(error) => Error::other(error),
                    None => Error::message("the process of several bots cannot go on"),
                })
            }
        }
    }

    /// Composes all of them.
    ///
    /// # Errors
    ///
    /// The configuration has bots that the program does not have, or the other way round.
    pub(crate) fn composed(self) -> Result<Served, ConfigError> {
        let (config, named, each) = match self.0 {
            Kind::Alone(alone) => {
                alone.is_alone()?;
                return Ok(Served::Alone(alone));
            }
            Kind::Several {
                config,
                named,
                each,
            } => (config, named, each),
        };
        // A command that is about one that was added needs nothing of the others.
        if (!config.is_of_several() && config.bots.is_empty() || config.is_added())
            && let Some(compose) = &each
        {
            return Ok(Served::Alone(Box::new(compose(*config))));
        }
        if config.fleet.is_on() && each.is_none() {
            return Err(ConfigError::of(
                "fleet.key is set, and this program has no code for bots that are added while it runs: give them some by `Bots::each`, or \
                 leave the key out"
                    .into(),
            ));
        }
        for (name, _) in &named {
            if !config.bots.contains_key(name) {
                return Err(ConfigError::of(format!(
                    "bots.{name} is missing: this program has a bot `{name}`, give it a section [bots.{name}] with a token"
                )));
            }
        }
        let mut bots = Vec::new();
        for name in config.bots.keys() {
            let own = named.iter().find(|(known, _)| known == name);
            let compose = own.map(|(_, compose)| compose).or(each.as_ref());
            let Some((compose, alone)) = compose.zip(config.of_bot(name)) else {
                let known: Vec<_> = named.iter().map(|(name, _)| name.as_str()).collect();
                return Err(ConfigError::of(format!(
                    "bots.{name} is unknown: this program has {}",
                    known.join(", ")
                )));
            };
            bots.push(OneOf {
                name: name.as_str().into(),
                first: Some(Box::new(compose(alone.clone()))),
                config: alone,
                compose: compose.clone(),
            });
        }
        let added = each.filter(|_| config.fleet.is_on());
        if bots.is_empty() && added.is_none() {
            return Err(ConfigError::of(
                "there is no bot: write a section [bots.NAME] with a token for each".into(),
            ));
        }
        Ok(Served::Several(Several {
            config,
            bots,
            added,
        }))
    }
}

impl Served {
    /// Every one.
    #[cfg(feature = "cli")]
    pub(crate) fn all(self) -> Vec<AppBuilder> {
        match self {
            Self::Alone(alone) => vec![*alone],
            Self::Several(several) => {
                let builders = several.bots.into_iter().filter_map(|bot| bot.first);
                builders.map(|first| *first).collect()
            }
        }
    }

    /// The one of that name, or the one that there is.
    #[cfg(feature = "cli")]
    pub(crate) fn one(self, name: Option<&str>) -> Option<AppBuilder> {
        match self {
            Self::Alone(alone) => Some(*alone),
            Self::Several(several) => {
                let found = several
                    .bots
                    .into_iter()
                    .find(|bot| Some(&*bot.name) == name)?;
                found.first.map(|first| *first)
            }
        }
    }
}

impl From<AppBuilder> for Bots {
    fn from(alone: AppBuilder) -> Self {
        Self(Kind::Alone(Box::new(alone)))
    }
}

impl fmt::Debug for Bots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Alone(alone) => f.debug_tuple("Bots").field(alone).finish(),
            Kind::Several { named, .. } => {
                let names = named.iter().map(|(name, _)| name);
                f.debug_list().entries(names).finish()
            }
        }
    }
}
