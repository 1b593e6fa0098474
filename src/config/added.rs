//! Bots that were added while processes run: each is configured as those of `[bots.NAME]` are, and must fit beside them.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use secrecy::SecretString;

use super::{
    BotConfig, Config, ConfigError, Problems,
    bots::{LONGEST, is_name, schema_of},
    named::{SCHEMA, is_schema, is_token},
};
use crate::telegram::Settings;

/// How many partitions each of those has that are to run, by their ids: as this process knows them now. A clone shares it.
#[derive(Clone, Debug, Default)]
pub struct AddedBots(Arc<RwLock<BTreeMap<i64, u16>>>);

impl AddedBots {
    /// From now on these.
    pub(crate) fn are(&self, bots: BTreeMap<i64, u16>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = bots;
    }

    pub(crate) fn all(&self) -> BTreeMap<i64, u16> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }

    pub(crate) fn count(&self) -> usize {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.len()
    }
}

impl Config {
    /// The configuration of a bot that was added at run time, as if it were alone: see [`of_bot`](Self::of_bot).
    ///
    /// # Errors
    ///
    /// [`ConfigError`], if it does not fit beside those of the configuration, or in itself.
    pub(crate) fn of_added(&self, name: &str, bot: &BotConfig) -> Result<Self, ConfigError> {
        let mut problems = Problems::default();
        self.check_added(name, bot, &mut problems);
        problems.result().map(|()| self.alone(name, bot))
    }

    /// Whether its updates can come in the way that they are to.
    ///
    /// # Errors
    ///
    /// A webhook is wanted, and there is no port for it.
    pub(crate) fn check_intake(&self) -> Result<(), ConfigError> {
        let mut problems = Problems::default();
        self.web.check_webhook(&self.telegram, &mut problems);
        problems.result()
    }

    /// Whether this is the configuration of a bot that was added at run time.
    pub(crate) fn is_added(&self) -> bool {
        let name = self.bot_name();
        name.is_some_and(|name| !self.bots.contains_key(name))
    }

    /// Whether it is that of a process of several bots, be there one or none now.
    pub(crate) fn is_of_several(&self) -> bool {
        self.bot.is_none() && (!self.bots.is_empty() || self.fleet.is_on())
    }

    fn check_added(&self, name: &str, bot: &BotConfig, problems: &mut Problems) {
        problems.must(is_name(name), || {
            format!(
                "\"{name}\" is no name of a bot: write lower-case letters, digits and single `_`, {LONGEST} at the most, a letter first"
            )
        });
        problems.must(!self.bots.contains_key(name), || {
            format!("there is [bots.{name}] in the configuration: choose another name")
        });
        problems.must(is_token(&bot.token), || {
            "the token has not the form <digits>:<letters, digits, _ or ->: copy it again from @BotFather".into()
        });
        let schema = schema_of(name, bot);
        problems.must(is_schema(schema), || format!("the schema {SCHEMA}"));
        problems.must(schema != self.fleet.schema, || {
            format!("the schema {schema} is that of fleet.schema: choose another one by --schema")
        });
        problems.must((1..=1024).contains(&bot.partitions), || {
            format!(
                "the number of partitions is {}: it must be 1 to 1024",
                bot.partitions
            )
        });
        for (other, of_other) in self.bots.iter().filter(|(other, _)| *other != name) {
            problems.must(schema_of(other, of_other) != schema, || {
                format!(
                    "the schema {schema} is that of [bots.{other}]: choose another one by --schema"
                )
            });
            let id = bot_id(&bot.token);
            problems.must(id != bot_id(&of_other.token) || id <= 0, || {
                format!("the bot {id} is in the configuration already, as [bots.{other}]")
            });
        }
    }
}

/// The id of the bot of a token.
pub(crate) fn bot_id(token: &SecretString) -> i64 {
    Settings::new(token.clone()).bot_id()
}
