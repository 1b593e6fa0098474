//! The steps of connecting at the start, each repeated until it succeeds or cannot.

use tokio::sync::mpsc;

use super::waiting::{Awaited, Failure, StartError, wait_for};
use crate::{
    Config, Error, Result, chain,
    config::{DatabaseConfig, NatsConfig, RedisConfig, TelegramConfig},
    db::{self, BotMigrations, ConnectError, MigrationError},
    dead_letters::DeadLetters,
    dialogue::NatsStorage,
    files::Objects,
    nats::{Nats, NatsError, advice, jetstream_code},
    queue::{Change, ExpressQueue, Queue, Seats, SeatsHandle},
    redis::{self, Redis, RedisDriver, RedisError},
    telegram::{ApiError, Bot},
};

/// Brings the schema up to date.
///
/// # Errors
///
/// Wrong password, no such database, a migration that fails.
pub(super) async fn migrate(
    config: &DatabaseConfig,
    of_bot: &BotMigrations,
) -> Result<(), StartError> {
    let ran = wait_for(Awaited::postgresql(config), async || {
        db::migrate_all(config, of_bot).await.map_err(|error| {
            let refused = source::<ConnectError>(&error)
                .and_then(ConnectError::advice)
                .or(source::<MigrationError>(&error).map(MigrationError::advice));
            let broken = (!error.is_unavailable())
                .then_some("correct the database by hand, then start again");
            Failure::new(error.chain(), refused.or(broken))
        })
    });
    match ran.await? {
        0 => tracing::info!(
            event = "database_ready",
            "the database is connected, its schema is up to date"
        ),
        ran => tracing::info!(
            event = "database_ready",
            migrations = ran,
            "the database is connected, its schema was brought up to date"
        ),
    }
    Ok(())
}

/// Connects to NATS.
///
/// # Errors
///
/// The server refuses the login, or is too old.
pub(super) async fn connect_nats(config: &NatsConfig) -> Result<Nats, StartError> {
    wait_for(Awaited::nats("NATS", config), async || {
        let connected = Nats::connect(config).await;
        connected.map_err(|error| Failure::new(chain(&error), error.advice()))
    })
    .await
}

/// Makes ready for Redis, if there is one. Nothing waits for it.
///
/// # Errors
///
/// It refuses the login, or the configuration is wrong.
pub(super) async fn prepare_redis(
    config: &RedisConfig,
) -> Result<Option<(Redis, RedisDriver)>, StartError> {
    let refused = |error: RedisError| {
        let advice = error.advice()?;
        Some(StartError::of(&error.to_string(), &advice))
    };
    // Its driver tells of what may pass, and goes on trying.
    if let Some(error) = redis::ping(config).await.err().and_then(refused) {
        return Err(error);
    }
    Redis::new(config).map_err(|error| StartError::of("redis.url cannot be used", &error))
}

/// What is kept in NATS, as it was opened.
pub(super) struct Streams {
    pub(super) queue: Queue,
    pub(super) express: ExpressQueue,
    pub(super) dead_letters: DeadLetters,
    pub(super) dialogues: NatsStorage,
    pub(super) objects: Objects,
    pub(super) seats: (Seats, SeatsHandle, mpsc::UnboundedReceiver<Change>),
}

/// Opens what is kept in NATS, creating what is not there.
///
/// # Errors
///
/// What is there has other settings, or may not be created.
pub(super) async fn open_streams(nats: &Nats, config: &Config) -> Result<Streams, StartError> {
    wait_for(Awaited::nats("JetStream", &config.nats), async || {
        let opened = async {
            Ok::<_, Error>(Streams {
                queue: Box::pin(Queue::open(nats, config)).await?,
                express: Box::pin(ExpressQueue::open(nats, config)).await?,
                dead_letters: Box::pin(DeadLetters::open(nats, config)).await?,
                dialogues: Box::pin(NatsStorage::open(nats, config)).await?,
                objects: Box::pin(Objects::open_store(nats, config)).await?,
                seats: Box::pin(Seats::open(nats, config)).await?,
            })
        };
        opened.await.map_err(|error| {
            if let Some(advice) = source::<NatsError>(&error).and_then(NatsError::advice) {
                return Failure::new(error.chain(), Some(advice));
            }
            match error
                .source()
                .and_then(jetstream_code)
                .and_then(|code| advice(code, &config.nats))
            {
                Some(advice) if advice.may_pass => {
                    Failure::Passing(format!("{}: {}", error.chain(), advice.text))
                }
                known => Failure::new(error.chain(), known.as_ref().map(|known| &*known.text)),
            }
        })
    })
    .await
}

/// Asks Telegram who the bot is.
///
/// # Errors
///
/// Telegram does not know the token.
pub(super) async fn identify(bot: &Bot, config: &TelegramConfig) -> Result<(), StartError> {
    let me = wait_for(Awaited::telegram(config), async || {
        bot.identify().await.map_err(|error| {
            let advice = match error {
                ApiError::Api { code: 401, .. } => Some(
                    "set telegram.token (OSTANKINO__TELEGRAM__TOKEN) to the one that @BotFather shows",
                ),
                ApiError::Api { code: 404, .. } => Some(
                    "check telegram.token (OSTANKINO__TELEGRAM__TOKEN) and telegram.api_url",
                ),
                _ => None,
            };
            Failure::new(chain(&error), advice)
        })
    })
    .await?;
    tracing::info!(
        event = "identified",
        bot_id = me.id,
        username = me.username,
        "Telegram knows the bot"
    );
    Ok(())
}

/// The source of that type in the chain of an error.
fn source<E: std::error::Error + 'static>(error: &Error) -> Option<&E> {
    error.sources().find_map(|cause| cause.downcast_ref())
}
