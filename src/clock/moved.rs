//! A clock that tests move.

use std::{fmt, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use super::Clock;

/// How far a clock is from the machine's.
#[derive(Clone, Debug)]
pub(super) struct Moved {
    ahead: watch::Receiver<SignedDuration>,
    /// Who moves it, if that is a task of this process.
    _led: Option<Arc<AbortOnDropHandle<()>>>,
}

/// Moves a [`Clock`], and all clones of it.
pub struct ClockHands(watch::Sender<SignedDuration>);

impl Clock {
    /// A clock that tells the machine's time until it is moved by its hands. Once they are dropped it stays as far from the
    /// machine's as it is.
    #[must_use]
    pub fn movable() -> (Self, ClockHands) {
        let (hands, ahead) = watch::channel(SignedDuration::ZERO);
        let moved = Some(Moved { ahead, _led: None });
        (Self { moved }, ClockHands(hands))
    }
}

impl Moved {
    /// Is moved by a task, if there is one, which ends with the last of these.
    pub(super) fn led_by(
        ahead: watch::Receiver<SignedDuration>,
        led: Option<Arc<AbortOnDropHandle<()>>>,
    ) -> Self {
        Self { ahead, _led: led }
    }

    /// The time it tells while the machine tells that one.
    pub(super) fn seen_from(&self, now: Timestamp) -> Timestamp {
        let ahead = *self.ahead.borrow();
        let end = if ahead.is_negative() {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        };
        now.checked_add(ahead).unwrap_or(end)
    }

    /// Returns when the clock is moved after this was called.
    pub(super) fn next_move(&self) -> impl Future<Output = ()> + use<> {
        let mut moved = self.ahead.clone();
        moved.borrow_and_update();
        async move {
            if moved.changed().await.is_err() {
                // Nobody can move it any more.
                std::future::pending().await
            }
        }
    }
}

impl ClockHands {
    /// Puts the clock forward.
    pub fn put_forward(&self, by: Duration) {
        self.turn(|ahead, by| ahead.checked_add(by), by);
    }

    /// Sets the clock back.
    pub fn set_back(&self, by: Duration) {
        self.turn(|ahead, by| ahead.checked_sub(by), by);
    }

    /// How far the clock is ahead of the machine's; negative if it is behind.
    #[must_use]
    pub fn ahead(&self) -> SignedDuration {
        *self.0.borrow()
    }

    fn turn(
        &self,
        turn: impl FnOnce(SignedDuration, SignedDuration) -> Option<SignedDuration>,
        by: Duration,
    ) {
        let by = SignedDuration::try_from(by).expect("the sun is gone by then");
        self.0
            .send_modify(|ahead| *ahead = turn(*ahead, by).expect("the sun is gone by then"));
    }
}

impl fmt::Debug for ClockHands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClockHands")
            .field("ahead", &self.ahead())
            .finish()
    }
}
