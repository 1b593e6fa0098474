//! How polling or the webhook goes, for whoever is asked about it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

/// How polling goes in this process, or the webhook that it looks after; a clone shares it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pulse(Arc<Mutex<Option<Beat>>>);

/// How it goes while this process sees to it.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(feature = "web"),
    expect(dead_code, reason = "the port of the operator asks for it")
)]
pub(crate) struct Beat {
    /// Since when it does.
    pub(crate) since: Instant,
    /// When Telegram answered last.
    pub(crate) last: Option<Instant>,
    /// How many updates Telegram keeps, as it tells of a webhook.
    pub(crate) pending: u64,
    /// What is wrong: the last poll failed; the webhook cannot be set or asked after, or what Telegram posts is not taken.
    pub(crate) failure: Option<String>,
}

impl Pulse {
    /// What is known; `None` unless this process sees to it.
    #[cfg(feature = "web")]
    pub(crate) fn read(&self) -> Option<Beat> {
        self.lock().clone()
    }

    /// This process sees to it from now on, until what it gives is dropped.
    pub(super) fn begin(&self) -> Beating {
        *self.lock() = Some(Beat {
            since: Instant::now(),
            last: None,
            pending: 0,
            failure: None,
        });
        Beating(self.clone())
    }

    /// Telegram answered a poll.
    pub(super) fn answered(&self) {
        self.told(0, None);
    }

    /// Telegram told of the webhook.
    pub(super) fn told(&self, pending: u64, failure: Option<String>) {
        if let Some(beat) = &mut *self.lock() {
            beat.last = Some(Instant::now());
            beat.pending = pending;
            beat.failure = failure;
        }
    }

    /// A poll failed, or what it gave could not be stored; the webhook could not be set, or Telegram did not tell of it.
    pub(super) fn failed(&self, problem: &str) {
        if let Some(beat) = &mut *self.lock() {
            beat.failure = Some(problem.to_owned());
        }
    }

    /// Never held over an await.
    fn lock(&self) -> MutexGuard<'_, Option<Beat>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// This process sees to it.
#[derive(Debug)]
pub(super) struct Beating(Pulse);

impl Drop for Beating {
    fn drop(&mut self) {
        *self.0.lock() = None;
    }
}
