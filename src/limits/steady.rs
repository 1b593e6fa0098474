//! Time that only goes on: the service's clock may be set back, and no limit may wait for it to catch up.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::Clock;

/// The time since it was made, as that clock tells it.
#[derive(Debug)]
pub(super) struct Steady {
    clock: Clock,
    last: Timestamp,
    passed: Duration,
}

impl Steady {
    pub(super) fn of(clock: &Clock) -> Self {
        Self {
            last: clock.now(),
            clock: clock.clone(),
            passed: Duration::ZERO,
        }
    }

    pub(super) fn now(&mut self) -> Duration {
        let now = self.clock.now();
        let on = now.duration_since(self.last).max(SignedDuration::ZERO);
        self.passed += on.unsigned_abs();
        self.last = now;
        self.passed
    }
}
