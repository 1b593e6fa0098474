//! Maintenance: an owner has people told to come later, while the bot goes on to take updates, and to do what does not wait.
//!
//! It is a row of the table `maintenance`, so that all processes and restarts agree. Each process looks at it every two seconds, and
//! at once when it is told of a change; an update costs one look at a flag. While the database is away, what was known last holds.

mod layer;
mod table;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

pub(crate) use self::layer::MaintenanceLayer;
#[cfg(feature = "admin")]
pub(crate) use self::table::switch;
use crate::{Result, config::Pace, db::Database, nats::Wake};

/// The interval of looks.
const LOOK: Duration = Duration::from_secs(2);

/// The same person is told again no sooner.
const TOLD: Duration = Duration::from_secs(60);

/// Of so many people it is known at the most that they were told.
const KNOWN: usize = 10_000;

/// It is off.
const OFF: i64 = i64::MIN;

/// Whether people are told to come later, as this process knows it. A clone shares it.
#[derive(Clone, Debug)]
pub(crate) struct Maintenance(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    database: Database,
    bot_id: i64,
    /// In milliseconds since 1970.
    since: AtomicI64,
    told: Mutex<HashMap<i64, Instant>>,
}

impl Maintenance {
    pub(crate) fn new(database: Database, bot_id: i64) -> Self {
        Self(Arc::new(Inner {
            database,
            bot_id,
            since: AtomicI64::new(OFF),
            told: Mutex::default(),
        }))
    }

    pub(crate) fn is_on(&self) -> bool {
        self.0.since.load(Ordering::Relaxed) != OFF
    }

    /// Since when it is on.
    #[cfg(feature = "web")]
    pub(crate) fn since(&self) -> Option<Timestamp> {
        let since = self.0.since.load(Ordering::Relaxed);
        (since != OFF).then(|| Timestamp::from_millisecond(since).unwrap_or_default())
    }

    /// Whether that person is to be told now: not again and again.
    fn tells(&self, user: i64) -> bool {
        let mut told = self.0.told.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if told.get(&user).is_some_and(|at| now - *at < TOLD) {
            return false;
        }
        if told.len() >= KNOWN {
            told.clear();
        }
        told.insert(user, now);
        true
    }

    /// Learns how it is.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database: what was known last holds.
    pub(crate) async fn look(&self) -> Result<()> {
        let found = table::find(&self.0.database, self.0.bot_id).await?;
        let since = found.map_or(OFF, Timestamp::as_millisecond);
        let before = self.0.since.swap(since, Ordering::Relaxed);
        match (before == OFF, since == OFF) {
            (true, false) => tracing::warn!(
                event = "maintenance_begun",
                "people are told to come later, as an owner asked"
            ),
            (false, true) => {
                let mut told = self.0.told.lock().unwrap_or_else(PoisonError::into_inner);
                told.clear();
                tracing::info!(event = "maintenance_ended", "people are answered again");
            }
            _ => {}
        }
        Ok(())
    }

    /// Looks again and again, and whenever there is a word, until `stop`.
    pub(crate) async fn follow(self, word: Wake, pace: Pace, stop: CancellationToken) {
        let mut words = None;
        // Servers that are away are told of elsewhere.
        while let Some(_looked) = stop.run_until_cancelled(self.look()).await {
            tokio::select! {
                () = stop.cancelled() => break,
                () = word.heard(&mut words) => {}
                () = sleep(pace.of(LOOK)) => {}
            }
        }
    }
}
