//! Trouble with storing updates: told once when it begins, and once when it is over. That of an express lane is its own, so
//! that neither hides the other.

use std::sync::atomic::{AtomicBool, Ordering};
#[cfg(feature = "web")]
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

#[cfg(feature = "web")]
use tokio::time::Instant;

use crate::{Error, telegram::internal::Express};

/// Whatever there may be trouble with.
#[derive(Debug)]
pub(super) struct Troubles {
    ordinary: Trouble,
    payments: Trouble,
    inline: Trouble,
}

/// Trouble of one kind, if there is any.
#[derive(Debug)]
pub(super) struct Trouble {
    /// `None`: updates that can wait.
    lane: Option<Express>,
    is_told: AtomicBool,
    /// When something was not stored last.
    #[cfg(feature = "web")]
    met: Mutex<Option<Instant>>,
}

/// Where requests come side by side, trouble is over once none met any for so long.
#[cfg(feature = "web")]
const CALM: Duration = Duration::from_secs(1);

impl Default for Troubles {
    fn default() -> Self {
        let none = |lane| Trouble {
            lane,
            is_told: AtomicBool::new(false),
            #[cfg(feature = "web")]
            met: Mutex::default(),
        };
        Self {
            ordinary: none(None),
            payments: none(Some(Express::Payment)),
            inline: none(Some(Express::Inline)),
        }
    }
}

impl Troubles {
    /// That of a lane; for `None`, of what can wait.
    pub(super) fn of(&self, lane: Option<Express>) -> &Trouble {
        match lane {
            None => &self.ordinary,
            Some(Express::Payment) => &self.payments,
            Some(Express::Inline) => &self.inline,
        }
    }
}

impl Trouble {
    /// Something was not stored.
    pub(super) fn met(&self, error: &Error) {
        #[cfg(feature = "web")]
        {
            *self.met.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        if self.is_told.swap(true, Ordering::Relaxed) {
            return;
        }
        match self.lane {
            None => tracing::error!(
                event = "store_failed",
                error = error.chain(),
                "updates cannot be stored: Telegram keeps them meanwhile"
            ),
            Some(lane) => tracing::error!(
                event = "express_store_failed",
                lane = lane.as_str(),
                error = error.chain(),
                "updates that cannot wait cannot be stored: they are dropped if that lasts"
            ),
        }
    }

    /// Something was stored; what comes side by side with it may still not be.
    #[cfg(feature = "web")]
    pub(super) fn may_be_over(&self) {
        if !self.is_told.load(Ordering::Relaxed) {
            return;
        }
        let met = *self.met.lock().unwrap_or_else(PoisonError::into_inner);
        if met.is_none_or(|met| met.elapsed() >= CALM) {
            self.is_over();
        }
    }

    /// Something was stored.
    pub(super) fn is_over(&self) {
        if !self.is_told.swap(false, Ordering::Relaxed) {
            return;
        }
        match self.lane {
            None => tracing::info!(event = "store_recovered", "updates are stored again"),
            Some(lane) => tracing::info!(
                event = "express_store_recovered",
                lane = lane.as_str(),
                "updates that cannot wait are stored again"
            ),
        }
    }
}
