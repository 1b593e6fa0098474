//! What the table says of a bot.

use std::fmt;

use diesel::{
    QueryableByName,
    pg::data_types::PgTimestamp,
    sql_types::{BigInt, Binary, Bool, Integer, Nullable, Text, Timestamptz},
};
#[cfg(feature = "cli")]
use jiff::Timestamp;

use super::{
    Seal,
    seal::{Opened, Whose},
};
use crate::config::{BotConfig, Config, ConfigError, Intake};

/// All columns, as [`Row`] has them.
pub(super) const COLUMNS: &str = "id, name, token_encrypted, schema, partitions, intake, state = 'started' AS is_started, revision, \
     changed_at";

/// A bot that was added at run time.
#[derive(Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct Row {
    #[diesel(sql_type = BigInt)]
    pub(crate) id: i64,
    #[diesel(sql_type = Text)]
    pub(crate) name: String,
    #[diesel(sql_type = Binary)]
    pub(super) token_encrypted: Vec<u8>,
    #[diesel(sql_type = Text)]
    pub(crate) schema: String,
    #[diesel(sql_type = Integer)]
    pub(crate) partitions: i32,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) intake: Option<String>,
    /// Whether it is to run.
    #[diesel(sql_type = Bool)]
    pub(crate) is_started: bool,
    /// Another one after each word of the operator's.
    #[diesel(sql_type = BigInt)]
    pub(crate) revision: i64,
    #[diesel(sql_type = Timestamptz)]
    changed_at: PgTimestamp,
}

impl Row {
    /// When the operator said something of it last.
    #[cfg(feature = "cli")]
    pub(crate) fn changed_at(&self) -> Timestamp {
        crate::db::from_pg(self.changed_at)
    }

    /// The number of its partitions; none that is possible where somebody wrote one that is not.
    pub(crate) fn partitions(&self) -> u16 {
        u16::try_from(self.partitions).unwrap_or(0)
    }

    /// Whether the other row is of the same bot, run in the same way, be it that the token is another.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let Self {
            id,
            name,
            schema,
            partitions,
            intake,
            ..
        } = self;
        *id == other.id
            && *name == other.name
            && *schema == other.schema
            && *partitions == other.partitions
            && *intake == other.intake
    }

    /// Its token; `None` if it cannot be decrypted.
    pub(crate) fn token(&self, seal: &Seal) -> Option<Opened> {
        let whose = Whose {
            id: self.id,
            name: &self.name,
        };
        seal.open(&self.token_encrypted, whose)
    }

    /// The configuration of the bot, as if it were alone.
    ///
    /// # Errors
    ///
    /// It cannot run; the text says why.
    pub(crate) fn configured(&self, config: &Config, seal: &Seal) -> Result<Config, ConfigError> {
        let name = &self.name;
        let unreadable = || {
            ConfigError::of(format!(
                "the token of the bot {name} cannot be decrypted: it was encrypted by another fleet.key, or its row was changed by hand"
            ))
        };
        let opened = self.token(seal).ok_or_else(unreadable)?;
        let intake = self.intake.clone().map(Intake::try_from).transpose();
        let intake = intake.map_err(|problem| {
            ConfigError::of(format!("the intake of the bot {name} is wrong: {problem}"))
        })?;
        let bot = BotConfig {
            token: opened.token,
            schema: self.schema.clone(),
            partitions: self.partitions(),
            intake,
        };
        let alone = config.of_added(name, &bot)?;
        match alone.telegram.bot_id() {
            id if id == self.id => Ok(alone),
            id => Err(ConfigError::of(format!(
                "the token of the bot {name} is that of the bot {id}, and its row says {}",
                self.id
            ))),
        }
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("id", &self.id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
