//! Which of several bots a command is about.

use super::Failure;
use crate::{AppBuilder, Bots, Config};

/// What a command acts on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scope<'a> {
    /// What all bots have in common.
    Process,
    /// One bot: that of `--bot`, if there are several.
    Bot(Option<&'a str>),
}

impl Scope<'_> {
    /// The configuration of what the command acts on.
    pub(super) fn of(self, config: &Config) -> Result<Config, String> {
        let names = || {
            let names: Vec<_> = config.bots.keys().map(String::as_str).collect();
            names.join(", ")
        };
        match self {
            Self::Process => Ok(config.clone()),
            Self::Bot(None) if config.bots.is_empty() => Ok(config.clone()),
            Self::Bot(Some(_)) if config.bots.is_empty() => Err(
                "--bot names one of several bots, and there are no [bots.NAME]: leave it out"
                    .into(),
            ),
            Self::Bot(None) => Err(format!(
                "there are several bots, and this is about one: name it by --bot ({})",
                names()
            )),
            Self::Bot(Some(name)) => config
                .of_bot(name)
                .ok_or_else(|| format!("--bot is \"{name}\", and the bots are {}", names())),
        }
    }
}

/// The composition of the bot whose configuration that is.
pub(super) fn composed<B: Into<Bots>>(
    config: &Config,
    compose: impl FnOnce(Config) -> B,
) -> Result<AppBuilder, Failure> {
    let bots: Bots = compose(config.clone()).into();
    let one = bots.composed()?.one(config.bot_name());
    one.ok_or_else(|| Failure::new("this program does not have that bot"))
}
