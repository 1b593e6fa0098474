//! The steps of connecting at the start, each repeated until it succeeds or cannot.

use std::thread;

use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, Span};

use super::waiting::{Awaited, Failure, StartError, wait_for};
use crate::{
    Config, Error, Result, chain,
    config::{DatabaseConfig, NatsConfig, RedisConfig},
    db::{self, BotMigrations, ConnectError, MigrationError},
    dead_letters::DeadLetters,
    dialogue::NatsStorage,
    files::Objects,
    nats::{Nats, NatsError, advice, jetstream_code},
    queue::{Change, ExpressQueue, Queue, Seats, SeatsHandle},
    redis::{self, Redis, RedisDriver, RedisError},
    registry,
    telegram::{ApiError, Bot},
};

/// Brings the schema up to date.
///
/// # Errors
///
/// Wrong password, no such database, a migration that fails.
pub(super) async fn migrate(config: &Config, of_bot: &BotMigrations) -> Result<(), StartError> {
    // The command `migrate` needs no token.
    let bot_id = Some(config.telegram.bot_id()).filter(|id| *id > 0);
    let config = &config.database;
    let ran = wait_for(Awaited::postgresql(config), async || {
        db::migrate_all(config, of_bot, bot_id)
            .await
            .map_err(|error| of_schema(&error))
    });
    tell_of_schema(ran.await?);
    Ok(())
}

/// Brings the table of bots up to date that are added at run time.
///
/// # Errors
///
/// As [`migrate`].
pub(super) async fn migrate_registry(config: &Config) -> Result<(), StartError> {
    let ran = wait_for(Awaited::postgresql(&config.database), async || {
        registry::migrate(config)
            .await
            .map_err(|error| of_schema(&error))
    });
    ran.await.map(drop)
}

fn tell_of_schema(ran: usize) {
    match ran {
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
}

/// What a schema that cannot be brought up to date says of itself.
fn of_schema(error: &Error) -> Failure {
    let refused = source::<ConnectError>(error)
        .and_then(ConnectError::advice)
        .or(source::<MigrationError>(error).map(MigrationError::advice));
    let broken =
        (!error.is_unavailable()).then_some("correct the database by hand, then start again");
    Failure::new(error.chain(), refused.or(broken))
}

/// The same on a thread of its own. Migrations block the one they run on: a task in which other bots start, too, would not learn that it
/// is woken meanwhile.
///
/// # Errors
///
/// As [`migrate`].
pub(super) async fn migrate_apart(config: Config, of_bot: BotMigrations) -> Result<(), StartError> {
    apart(async move || migrate(&config, &of_bot).await).await
}

/// The same for the table of bots that are added at run time.
///
/// # Errors
///
/// As [`migrate`].
pub(super) async fn migrate_registry_apart(config: Config) -> Result<(), StartError> {
    apart(async move || migrate_registry(&config).await).await
}

async fn apart(
    migrate: impl AsyncFnOnce() -> Result<(), StartError> + Send + 'static,
) -> Result<(), StartError> {
    let (told, done) = oneshot::channel();
    let (runtime, span) = (Handle::current(), Span::current());
    let given_up = CancellationToken::new();
    let _until_dropped = given_up.clone().drop_guard();
    let migrating = move || {
        let migrating = given_up.run_until_cancelled(migrate());
        // Who waited may be gone.
        let _ = told.send(runtime.block_on(migrating.instrument(span)));
    };
    let thread = thread::Builder::new().name("migrations".into());
    let advice = "allow the process more threads, or look at the log";
    let begun = thread.spawn(migrating);
    begun
        .map_err(|error| StartError::of(&format!("no thread for migrations: {error}"), &advice))?;
    match done.await {
        Ok(Some(migrated)) => migrated,
        _ => Err(StartError::of("the migrations were cut short", &advice)),
    }
}

/// Waits for PostgreSQL.
///
/// # Errors
///
/// Wrong password, no such database.
pub(super) async fn await_postgresql(config: &DatabaseConfig) -> Result<(), StartError> {
    wait_for(Awaited::postgresql(config), async || {
        let connected = db::connect(config).await.map(drop);
        connected.map_err(|error| Failure::new(chain(&error), error.advice()))
    })
    .await
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
        opened.await.map_err(|error| of_stream(&error, config))
    })
    .await
}

/// Opens the bucket of dialogues, which all bots have together.
///
/// # Errors
///
/// As [`open_streams`].
pub(super) async fn open_dialogues(
    nats: &Nats,
    config: &Config,
) -> Result<NatsStorage, StartError> {
    wait_for(Awaited::nats("JetStream", &config.nats), async || {
        let opened = Box::pin(NatsStorage::open(nats, config)).await;
        opened.map_err(|error| of_stream(&error, config))
    })
    .await
}

/// What a stream that cannot be opened says of itself.
fn of_stream(error: &Error, config: &Config) -> Failure {
    if let Some(advice) = source::<NatsError>(error).and_then(NatsError::advice) {
        return Failure::new(error.chain(), Some(advice));
    }
    let code = error.source().and_then(jetstream_code);
    match code.and_then(|code| advice(code, &config.nats)) {
        Some(advice) if advice.may_pass => {
            Failure::Passing(format!("{}: {}", error.chain(), advice.text))
        }
        known => Failure::new(error.chain(), known.as_ref().map(|known| &*known.text)),
    }
}

/// Asks Telegram who the bot is.
///
/// # Errors
///
/// Telegram does not know the token.
pub(super) async fn identify(bot: &Bot, config: &Config) -> Result<(), StartError> {
    let (key, variable) = config.token_place();
    let me = wait_for(Awaited::telegram(&config.telegram), async || {
        bot.identify().await.map_err(|error| {
            let advice = match error {
                ApiError::Api { code: 401, .. } => Some(format!(
                    "set {key} ({variable}) to the one that @BotFather shows"
                )),
                ApiError::Api { code: 404, .. } => {
                    Some(format!("check {key} ({variable}) and telegram.api_url"))
                }
                _ => None,
            };
            Failure::new(chain(&error), advice.as_deref())
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
