//! The table of bots that are added while processes run.
//!
//! It is one table for all of them, in a schema of its own (`fleet.schema`), and says of each what `[bots.NAME]` would: its token,
//! encrypted, its schema and partitions; and whether it is to run. An operator changes it by the command `bot`; every process reads it when a word
//! comes that it changed, and every few seconds besides. What is done about it is the business of `app`.

mod follow;
#[cfg(feature = "cli")]
mod operator;
mod row;
mod seal;
mod table;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};

#[cfg(feature = "cli")]
pub(crate) use self::operator::{AllBots, Taken};
pub(crate) use self::{follow::follow, row::Row, seal::Seal, table::Registry};
use crate::nats::Nats;
use crate::{Config, Result, db, nats::Wake};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("src/registry/migrations");

/// Brings the table up to date, and says how much there was to do. Several processes may do so at once.
///
/// # Errors
///
/// As those of a bot's own tables.
pub(crate) async fn migrate(config: &Config) -> Result<usize> {
    db::migrate_apart(&config.fleet_database(), &MIGRATIONS).await
}

/// The word that the table changed.
pub(crate) fn wake(nats: &Nats, config: &Config) -> Wake {
    Wake::new(nats, format!("{}.bots.changed", config.nats.prefix))
}
