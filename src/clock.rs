//! The time as the service counts it: when something planned is due, how many calls may be made by now, what a report is
//! dated by. Leases and time-outs of the network are none of its business: they have the machine's.

#[cfg(feature = "test")]
mod follow;
#[cfg(feature = "test")]
mod moved;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::{DbSession, FromRequest, Request, Result};

#[cfg(feature = "test")]
pub use self::moved::ClockHands;

/// How long it sleeps at the most before it looks again: a machine's clock may be set, and the machine may sleep itself.
const LOOK: Duration = Duration::from_secs(10);

/// The service's time. A clone tells the same.
///
/// It is the machine's clock. With the feature `test` it can be moved, together with that of the local Telegram, so that days
/// pass at once; whatever sleeps by it wakes then.
///
/// ```
/// use std::time::Duration;
///
/// use ostankino::Context;
///
/// /// Returns in an hour, or when the service ends.
/// async fn an_hour(context: &Context) {
///     let clock = context.clock();
///     tokio::select! {
///         () = context.stopped() => {}
///         () = clock.sleep_until(clock.now() + Duration::from_secs(3_600)) => {}
///     }
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Clock {
    #[cfg(feature = "test")]
    moved: Option<moved::Moved>,
}

impl Clock {
    /// The machine's.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// The clock of a process with that configuration.
    #[cfg(not(feature = "test"))]
    pub(crate) async fn of(_: &crate::Config) -> Self {
        Self::system()
    }

    /// The clock of a command with that configuration, which does not last.
    #[cfg(all(feature = "cli", not(feature = "test")))]
    pub(crate) async fn of_command(_: &crate::Config) -> Self {
        Self::system()
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        #[cfg(feature = "test")]
        if let Some(moved) = &self.moved {
            return moved.seen_from(now);
        }
        now
    }

    /// Returns when it is `at` or later: at once if that is past. Were the clock set back meanwhile, it takes that much longer.
    /// It may be dropped at any moment.
    pub async fn sleep_until(&self, at: Timestamp) {
        loop {
            #[cfg(feature = "test")]
            let moved = self.moved.as_ref().map(moved::Moved::next_move);
            let left = at.duration_since(self.now());
            if left <= SignedDuration::ZERO {
                return;
            }
            let left = tokio::time::sleep(left.unsigned_abs().min(LOOK));
            #[cfg(feature = "test")]
            if let Some(moved) = moved {
                tokio::select! {
                    () = left => {}
                    () = moved => {}
                }
                continue;
            }
            left.await;
        }
    }

    /// Returns after this long. Earlier, if the clock is put forward so far; not later, however it is set.
    pub async fn sleep(&self, long: Duration) {
        #[cfg(feature = "test")]
        if self.moved.is_some() {
            let until = self.now().checked_add(long).unwrap_or(Timestamp::MAX);
            tokio::select! {
                () = tokio::time::sleep(long) => {}
                () = self.sleep_until(until) => {}
            }
            return;
        }
        tokio::time::sleep(long).await;
    }
}

/// The clock of the service, for handlers: what is shown of a day is shown of the same one by which timers are due. Where no
/// service is around it is the machine's.
impl FromRequest for Clock {
    async fn from_request(request: &Request) -> Result<Self> {
        let given = request.extensions.get::<Self>().cloned();
        let of_session = || {
            let session = request.extensions.get::<DbSession>()?;
            session.timing().map(|timing| timing.clock().clone())
        };
        Ok(given.or_else(of_session).unwrap_or_default())
    }
}

/// `2026-01-31T08:09:10Z`.
pub(crate) fn utc(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests;
