//! How the webhook does, for whoever is asked about it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

/// How the webhook does, as far as this process looks after it; a clone shares it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outlook(Arc<Mutex<Option<Seen>>>);

/// What is known while this process looks after the webhook.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Since when it does.
    pub(crate) since: Instant,
    /// When Telegram told of it last.
    pub(crate) last: Option<Instant>,
    /// How many updates Telegram keeps.
    pub(crate) pending: u64,
    /// What is wrong: it cannot be set or asked after, or what Telegram posts is not taken.
    pub(crate) failure: Option<String>,
}

impl Outlook {
    /// What is known; `None` unless this process looks after the webhook.
    pub(crate) fn read(&self) -> Option<Seen> {
        self.lock().clone()
    }

    /// This process looks after it from now on, until what it gives is dropped.
    pub(super) fn begin(&self) -> Looking {
        *self.lock() = Some(Seen {
            since: Instant::now(),
            last: None,
            pending: 0,
            failure: None,
        });
        Looking(self.clone())
    }

    /// Telegram told of it.
    pub(super) fn told(&self, pending: u64, failure: Option<String>) {
        if let Some(seen) = &mut *self.lock() {
            seen.last = Some(Instant::now());
            seen.pending = pending;
            seen.failure = failure;
        }
    }

    /// It could not be set, or Telegram did not tell.
    pub(super) fn failed(&self, problem: &str) {
        if let Some(seen) = &mut *self.lock() {
            seen.failure = Some(problem.to_owned());
        }
    }

    /// Never held over an await.
    fn lock(&self) -> MutexGuard<'_, Option<Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// This process looks after the webhook.
#[derive(Debug)]
pub(super) struct Looking(Outlook);

impl Drop for Looking {
    fn drop(&mut self) {
        *self.0.lock() = None;
    }
}
