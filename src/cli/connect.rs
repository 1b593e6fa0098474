//! The servers as a command needs them: one attempt with the configured time-outs, and nothing is
//! created.

use super::Failure;
use crate::{
    Config,
    config::DatabaseConfig,
    db::{self, Database},
    dead_letters::LetterBox,
    files::{Files, Objects},
    nats::Nats,
    telegram::Settings,
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

/// Where files are kept until the bot sends them.
pub(super) async fn files(config: &Config, database: &Database) -> Result<Files, Failure> {
    let objects = Objects::find(&nats(config).await?, config).await?;
    let missing = || {
        Failure::new(
            "there is nowhere to keep a file until it is sent: start the service first, or name a file that Telegram has by its file_id",
        )
    };
    let objects = objects.ok_or_else(missing)?;
    let bot = Settings::from(&config.telegram);
    let (database, most) = (database.clone(), bot.most_sent());
    Ok(Files::new(objects, database, bot.bot_id(), most))
}
