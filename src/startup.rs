//! Connecting at start: what is away is waited for, with a clear line in the log; what waiting
//! cannot mend ends the process with a message that says what to change.

use std::time::Duration;

use tokio::sync::mpsc;

use crate::{
    Config, Error, Result,
    backoff::Backoff,
    config::{DatabaseConfig, NatsConfig, TelegramConfig},
    db::{self, ConnectError, MigrationError},
    dead_letters::DeadLetters,
    dialogue::NatsStorage,
    error::{causes, chain},
    nats::{Nats, NatsError, advice, jetstream_code},
    queue::{Change, Queue, Seats, SeatsHandle},
    telegram::{ApiError, Bot},
};

/// The service cannot start; waiting does not help.
#[derive(Debug, thiserror::Error)]
#[error("{problem}: {advice}")]
pub struct StartError {
    problem: String,
    advice: String,
}

/// What a step that failed says of itself.
enum Failure {
    /// Try again later.
    Passing(String),
    /// Give up.
    Fatal(StartError),
}

impl Failure {
    fn new(problem: String, advice: Option<&str>) -> Self {
        match advice {
            Some(advice) => Self::Fatal(StartError {
                problem,
                advice: advice.into(),
            }),
            None => Self::Passing(problem),
        }
    }
}

/// What is waited for: its name, where it is looked for, and the key that says so.
struct Awaited {
    what: &'static str,
    address: String,
    key: &'static str,
}

impl Awaited {
    fn telegram(config: &TelegramConfig) -> Self {
        Self {
            what: "Telegram",
            address: config.address(),
            key: "telegram.api_url",
        }
    }

    fn postgresql(config: &DatabaseConfig) -> Self {
        Self {
            what: "PostgreSQL",
            address: config.address(),
            key: "database.url",
        }
    }

    fn nats(what: &'static str, config: &NatsConfig) -> Self {
        Self {
            what,
            address: config.address(),
            key: "nats.urls",
        }
    }
}

/// Repeats `step` until it succeeds or cannot.
async fn wait_for<T>(
    awaited: Awaited,
    mut step: impl AsyncFnMut() -> Result<T, Failure>,
) -> Result<T, StartError> {
    let mut backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(5));
    let Awaited { what, address, key } = awaited;
    loop {
        match step().await {
            Ok(value) => return Ok(value),
            Err(Failure::Fatal(error)) => return Err(error),
            Err(Failure::Passing(error)) => {
                let wait = backoff.next();
                let wait_ms = wait.as_millis();
                tracing::warn!(
                    event = "waiting",
                    address,
                    key,
                    error,
                    wait_ms,
                    "waiting for {what}"
                );
                tokio::time::sleep(wait).await;
            }
        }
    }
}

/// Brings the schema up to date.
///
/// # Errors
///
/// Wrong password, no such database, a migration that fails.
pub(crate) async fn migrate(config: &DatabaseConfig) -> Result<(), StartError> {
    let ran = wait_for(Awaited::postgresql(config), async || {
        db::migrate(config).await.map_err(|error| {
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

pub(crate) async fn connect_nats(config: &NatsConfig) -> Result<Nats, StartError> {
    wait_for(Awaited::nats("NATS", config), async || {
        let connected = Nats::connect(config).await;
        connected.map_err(|error| Failure::new(chain(&error), error.advice()))
    })
    .await
}

/// What is kept in NATS.
pub(crate) struct Streams {
    pub(crate) queue: Queue,
    pub(crate) dead_letters: DeadLetters,
    pub(crate) dialogues: NatsStorage,
    pub(crate) seats: Seats,
    pub(crate) handle: SeatsHandle,
    pub(crate) changes: mpsc::UnboundedReceiver<Change>,
}

pub(crate) async fn open_streams(nats: &Nats, config: &Config) -> Result<Streams, StartError> {
    wait_for(Awaited::nats("JetStream", &config.nats), async || {
        let opened = async {
            let queue = Box::pin(Queue::open(nats, config)).await?;
            let dead_letters = Box::pin(DeadLetters::open(nats, config)).await?;
            let dialogues = Box::pin(NatsStorage::open(nats, config)).await?;
            let (seats, handle, changes) = Box::pin(Seats::open(nats, config)).await?;
            Ok::<_, Error>(Streams {
                queue,
                dead_letters,
                dialogues,
                seats,
                handle,
                changes,
            })
        };
        opened.await.map_err(|error| {
            if let Some(advice) = source::<NatsError>(&error).and_then(NatsError::advice) {
                return Failure::new(error.chain(), Some(advice));
            }
            match jetstream_code(&error).and_then(|code| advice(code, &config.nats)) {
                Some(advice) if advice.may_pass => {
                    Failure::Passing(format!("{}: {}", error.chain(), advice.text))
                }
                known => Failure::new(error.chain(), known.as_ref().map(|known| &*known.text)),
            }
        })
    })
    .await
}

pub(crate) async fn identify(bot: &Bot, config: &TelegramConfig) -> Result<(), StartError> {
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
    causes(error).find_map(|cause| cause.downcast_ref())
}
