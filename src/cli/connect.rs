//! The servers as a command needs them: one attempt with the configured time-outs, and nothing is
//! created.

use super::Failure;
use crate::{
    Config,
    config::DatabaseConfig,
    db::{self, Database},
    dead_letters::LetterBox,
    nats::Nats,
};

pub(super) async fn nats(config: &Config) -> Result<Nats, Failure> {
    Ok(Nats::connect(&config.nats).await?)
}

pub(super) async fn database(config: &DatabaseConfig) -> Result<Database, Failure> {
    // The pool would try until its time is up, and not tell what to change.
    drop(db::connect(config).await?);
    Ok(Database::new(&DatabaseConfig {
        pool_size: 1,
        ..config.clone()
    }))
}

/// The dead letters; `None` if no service has run under this `nats.prefix`.
pub(super) async fn letters(nats: &Nats, config: &Config) -> Result<Option<LetterBox>, Failure> {
    Ok(LetterBox::find(nats, &config.nats.prefix).await?)
}
