//! How polling goes, for whoever is asked about it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

/// How polling goes in this process; a clone shares it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pulse(Arc<Mutex<Option<Beat>>>);

/// How polling goes while this process polls.
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
    /// Why the last poll failed, if it did.
    pub(crate) failure: Option<String>,
}

impl Pulse {
    /// What is known; `None` unless this process polls.
    #[cfg(feature = "web")]
    pub(crate) fn read(&self) -> Option<Beat> {
        self.lock().clone()
    }

    /// This process polls from now on, until what it gives is dropped.
    pub(super) fn begin(&self) -> Beating {
        *self.lock() = Some(Beat {
            since: Instant::now(),
            last: None,
            failure: None,
        });
        Beating(self.clone())
    }

    /// Telegram answered.
    pub(super) fn answered(&self) {
        if let Some(beat) = &mut *self.lock() {
            beat.last = Some(Instant::now());
            beat.failure = None;
        }
    }

    /// A poll failed, or what it gave could not be stored.
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

/// This process polls.
#[derive(Debug)]
pub(super) struct Beating(Pulse);

impl Drop for Beating {
    fn drop(&mut self) {
        *self.0.lock() = None;
    }
}
