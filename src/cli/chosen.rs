//! Which of several bots a command is about.

use super::{Failure, connect};
use crate::{
    AppBuilder, Bots, Config,
    config::Problems,
    registry::{Registry, Row, Seal},
};

/// What a command acts on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scope<'a> {
    /// What all bots have in common.
    Process,
    /// One bot: that of `--bot`, if there are several.
    Bot(Option<&'a str>),
}

impl Scope<'_> {
    /// The configuration of what the command acts on, if the configuration says what that is.
    pub(super) fn of(self, config: &Config) -> Result<Config, String> {
        match self {
            Self::Process => Ok(config.clone()),
            Self::Bot(None) if !config.is_of_several() => Ok(config.clone()),
            Self::Bot(Some(_)) if !config.is_of_several() => Err(
                "--bot names one of several bots, and there are no [bots.NAME]: leave it out"
                    .into(),
            ),
            Self::Bot(None) => Err(unnamed(&names(config, &[]))),
            Self::Bot(Some(name)) => {
                let found = config.of_bot(name);
                found.ok_or_else(|| unknown(name, &names(config, &[])))
            }
        }
    }

    /// The same where it may be a bot that was added at run time; `told` is what is wrong if none can be.
    pub(super) async fn find(self, config: &Config, told: String) -> Result<Config, Failure> {
        let seal = Seal::of(&config.fleet);
        let (Self::Bot(name), Some(seal)) = (self, seal) else {
            return Err(Failure::new(told));
        };
        let database = connect::database(&config.database).await?;
        let rows = Registry::new(&database, config).rows().await?;
        let names = names(config, &rows);
        let Some(name) = name else {
            return Err(Failure::new(unnamed(&names)));
        };
        let row = rows.iter().find(|row| row.name == name);
        let row = row.ok_or_else(|| Failure::new(unknown(name, &names)))?;
        Ok(row.configured(config, &seal)?)
    }
}

/// Checks what is needed to find a bot that was added at run time, if there may be any.
pub(super) fn check_table(config: &Config, problems: &mut Problems) {
    if config.fleet.is_on() {
        config.fleet.check(problems);
        config.database.check(problems);
    }
}

fn names(config: &Config, added: &[Row]) -> String {
    let of_configuration = config.bots.keys().map(String::as_str);
    let names = of_configuration.chain(added.iter().map(|row| row.name.as_str()));
    match names.collect::<Vec<_>>().as_slice() {
        [] => "none".into(),
        names => names.join(", "),
    }
}

fn unnamed(names: &str) -> String {
    format!("there are several bots, and this is about one: name it by --bot ({names})")
}

fn unknown(name: &str, names: &str) -> String {
    format!("--bot is \"{name}\", and the bots are {names}")
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
