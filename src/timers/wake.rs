//! What a session has to do with timers: the time, and that one was stored that is due soon, of which whoever fires is told.

use std::{fmt, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use super::firing::LOOK;
use crate::Clock;

/// What a session has to do with timers: the time, and that one was stored. A clone shares it.
#[derive(Clone)]
pub(crate) struct Timing(Arc<Inner>);

struct Inner {
    clock: Clock,
    stored: Notify,
}

impl Timing {
    pub(crate) fn new(clock: Clock) -> Self {
        Self(Arc::new(Inner {
            clock,
            stored: Notify::new(),
        }))
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// A timer is stored that is due then.
    pub(crate) fn is_stored(&self, due: Timestamp) {
        let left = due.duration_since(self.0.clock.now());
        if left < SignedDuration::try_from(LOOK).unwrap_or_default() {
            self.0.stored.notify_one();
        }
    }

    /// Returns once this process stored one that is due soon.
    pub(super) async fn stored(&self) {
        self.0.stored.notified().await;
    }
}

impl fmt::Debug for Timing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Timing")
    }
}
