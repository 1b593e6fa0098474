//! How an update came from the queue: where it stood, how often it came, and who else may have it.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// How an update came from the queue. The worker inserts it into the extensions of every request.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Where the update stands in the queue.
    pub position: Position,
    /// 1 when it comes for the first time; whoever got it before may have applied it.
    pub attempt: u64,
    /// Why it is not given to a handler any more.
    pub poison: Option<Poison>,
    /// The signs of life that the queue got while it is handled.
    pub pulse: Pulse,
}

impl Delivery {
    /// Whether another worker may have the update, too: one from whom it was taken, or one to
    /// whom it was given because this one was silent for too long.
    #[must_use]
    pub fn may_have_twin(&self) -> bool {
        self.attempt > 1 || self.pulse.is_overdue()
    }
}

/// The signs of life of a worker to the queue, which gives an update to another one after a long
/// silence. A clone shares them.
#[derive(Clone, Debug)]
pub struct Pulse(Arc<Mutex<Beats>>);

#[derive(Debug)]
struct Beats {
    last: Instant,
    longest_silence: Duration,
    limit: Duration,
}

impl Pulse {
    /// A pulse that begins now; a silence of `limit` is too long.
    #[must_use]
    pub fn new(limit: Duration) -> Self {
        Self(Arc::new(Mutex::new(Beats {
            last: Instant::now(),
            longest_silence: Duration::ZERO,
            limit,
        })))
    }

    /// A sign of life was sent.
    pub(crate) fn beat(&self) {
        let mut beats = self.lock();
        beats.longest_silence = beats.longest_silence.max(beats.last.elapsed());
        beats.last = Instant::now();
    }

    /// Whether there ever was a silence that was too long.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        let beats = self.lock();
        beats.longest_silence.max(beats.last.elapsed()) >= beats.limit
    }

    fn lock(&self) -> MutexGuard<'_, Beats> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the queue; later updates are greater, also after the queue was made anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position(
    /// When the queue was made, in milliseconds since 1970.
    pub i64,
    /// The sequence in it, from 1.
    pub u64,
);

/// An update that was begun too often without a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poison {
    /// How often it was delivered.
    pub deliveries: u64,
    /// What the last attempt said, if it could say anything.
    pub error: Option<String>,
}

impl fmt::Display for Poison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unknown = "no attempt left a word: its process ended, or stood still, each time";
        let (deliveries, last) = (self.deliveries, self.error.as_deref());
        let last = last.unwrap_or(unknown);
        write!(
            f,
            "it was delivered {deliveries} times without a result: {last}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_silence_that_was_too_long_is_not_forgotten() {
        let pulse = Pulse::new(Duration::from_secs(2));
        for _ in 0..3 {
            tokio::time::advance(Duration::from_secs(1)).await;
            pulse.beat();
        }
        assert!(!pulse.is_overdue());
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(pulse.is_overdue());
        pulse.beat();
        assert!(pulse.is_overdue());
    }
}
