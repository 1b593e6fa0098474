//! The connection to Redis. Nothing depends on it: while it is away, whoever asks is told so at once, and does without.

mod dial;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use redis::{Cmd, FromRedisValue, aio::MultiplexedConnection};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use self::dial::{Dialled, Target};
use crate::{config::RedisConfig, telegram::backoff::Backoff};

/// How often a server that is not asked for anything is asked whether it is there.
const INTERVAL: Duration = Duration::from_secs(5);

/// Redis cannot be used; waiting helps unless there is [`advice`](Self::advice).
#[derive(Debug, thiserror::Error)]
#[error("{problem}")]
pub(crate) struct RedisError {
    problem: String,
    advice: Option<&'static str>,
}

/// Redis, there or away. A clone shares the connection.
#[derive(Clone)]
pub(crate) struct Redis(Arc<Shared>);

struct Shared {
    live: watch::Sender<Live>,
    /// The connection over which a command got no answer: it may be dead.
    doubted: watch::Sender<u64>,
    /// The connection over which it was told that Redis refuses something.
    refused: AtomicU64,
    closing: CancellationToken,
}

/// The connection, if there is one.
#[derive(Clone, Default)]
struct Live {
    connection: Option<MultiplexedConnection>,
    /// How many there were.
    number: u64,
}

/// Keeps the connection; nothing is asked of Redis unless it runs.
pub(crate) struct RedisDriver {
    shared: Arc<Shared>,
    target: Target,
}

impl RedisError {
    /// What to change, if waiting cannot help.
    pub(crate) fn advice(&self) -> Option<&'static str> {
        self.advice
    }

    fn passing(problem: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            advice: None,
        }
    }

    fn fatal(problem: impl Into<String>, advice: &'static str) -> Self {
        Self {
            problem: problem.into(),
            advice: Some(advice),
        }
    }
}

/// Asks once whether Redis is there and lets us in; `None` if there is none.
///
/// # Errors
///
/// It is away, or refuses us.
pub(crate) async fn ping(config: &RedisConfig) -> Result<Option<()>, RedisError> {
    match Target::of(config)? {
        Some(target) => target.dial().await.map(|_| Some(())),
        None => Ok(None),
    }
}

impl Redis {
    /// The Redis of the configuration, which is away until its driver runs; `None` if there is none.
    ///
    /// # Errors
    ///
    /// The configuration is wrong.
    pub(crate) fn new(config: &RedisConfig) -> Result<Option<(Self, RedisDriver)>, RedisError> {
        let Some(target) = Target::of(config)? else {
            return Ok(None);
        };
        let shared = Arc::new(Shared {
            live: watch::Sender::default(),
            doubted: watch::Sender::default(),
            refused: AtomicU64::new(0),
            closing: CancellationToken::new(),
        });
        let redis = Self(shared.clone());
        Ok(Some((redis, RedisDriver { shared, target })))
    }

    /// The number of the connection, which is another one after each loss; `None` while Redis is away.
    pub(crate) fn connection(&self) -> Option<u64> {
        let live = self.0.live.borrow();
        live.connection.as_ref().map(|_| live.number)
    }

    /// Gives a command; `None` if Redis is away, does not answer in time, or refuses.
    pub(crate) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Option<T> {
        let Live { connection, number } = self.0.live.borrow().clone();
        match command.query_async(&mut connection?).await {
            Ok(answer) => Some(answer),
            // What it refuses it refuses over another connection, too.
            Err(error) if error.code().is_some() => {
                if self.0.refused.swap(number, Ordering::Relaxed) != number {
                    tracing::warn!(
                        event = "redis_refuses",
                        error = %error,
                        "Redis does not do what it is told: each container takes its share of the limits"
                    );
                }
                None
            }
            Err(_) => {
                self.0.doubted.send_replace(number);
                None
            }
        }
    }

    /// Ends the connection: its driver ends.
    pub(crate) fn close(&self) {
        self.0.closing.cancel();
    }
}

impl RedisDriver {
    /// Connects, and again after each loss, until the handle is closed. Each loss is told once, and each return.
    pub(crate) async fn run(self) {
        let closing = self.shared.closing.clone();
        closing.run_until_cancelled(self.keep()).await;
        self.shared.live.send_replace(Live::default());
    }

    async fn keep(&self) {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));
        let mut is_told = false;
        if self.target.is_in_the_open() {
            tracing::warn!(
                event = "redis_unencrypted",
                advice = "switch TLS on in the server, and write rediss:// in redis.url",
                "the connection to Redis is not encrypted"
            );
        }
        for number in 1.. {
            let dialled = loop {
                match self.target.dial().await {
                    Ok(dialled) => break dialled,
                    Err(error) => {
                        if !std::mem::replace(&mut is_told, true) {
                            let RedisError { problem, advice } = error;
                            tracing::warn!(
                                event = "redis_away",
                                error = problem,
                                advice,
                                "Redis is away: each container takes its share of the limits"
                            );
                        }
                        tokio::time::sleep(backoff.next()).await;
                    }
                }
            };
            tracing::info!(event = "redis_connected", "Redis is connected");
            backoff.reset();
            self.use_until_lost(dialled, number).await;
            self.shared.live.send_modify(|live| live.connection = None);
            is_told = true;
            tracing::warn!(
                event = "redis_lost",
                "the connection to Redis is lost: each container takes its share of the limits"
            );
        }
    }

    async fn use_until_lost(&self, (connection, driver): Dialled, number: u64) {
        let mut own = connection.clone();
        self.shared.live.send_replace(Live {
            connection: Some(connection),
            number,
        });
        let asking = async {
            loop {
                tokio::time::sleep(INTERVAL).await;
                let asked = redis::cmd("PING").query_async::<()>(&mut own).await;
                if asked.is_err() {
                    return;
                }
            }
        };
        let mut doubted = self.shared.doubted.subscribe();
        tokio::select! {
            () = driver => {}
            () = asking => {}
            _ = doubted.wait_for(|doubted| *doubted == number) => {}
        }
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").finish_non_exhaustive()
    }
}
