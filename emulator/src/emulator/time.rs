//! What takes its time: Telegram's clock, and payments.

use std::{panic::Location, time::Duration};

use super::Emulator;
use crate::{
    Checkout, CheckoutEnd,
    world::{State, wait},
};

impl Emulator {
    /// Telegram's time in Unix seconds: the machine's unless it was moved.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.world.read(State::now)
    }

    /// By how many milliseconds Telegram's clock is ahead of the machine's; negative if it is behind.
    #[must_use]
    pub fn clock_ahead_ms(&self) -> i64 {
        self.world.read(|state| state.clock.ahead())
    }

    /// Puts Telegram's clock forward: messages are dated by it, and what is due by then happens (checkouts expire, subscriptions
    /// are renewed, polls close).
    pub fn put_clock_forward(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.world.change(|state| state.move_clock(by));
    }

    /// Sets Telegram's clock back: messages are dated by it. What has happened does not happen again.
    pub fn set_clock_back(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.world.change(|state| state.move_clock(-by));
    }

    /// Waits until all programs that follow the clock (`GET /control/clock?follower=NAME`) know how it stands. One that is frozen,
    /// or was killed just then, is waited for ten seconds.
    pub async fn clock_is_known(&self) {
        self.world.clock_is_known().await;
    }

    /// How a payment ended; waits for it.
    ///
    /// # Panics
    /// Past the deadline.
    #[track_caller]
    pub fn checkout_ended(&self, checkout: &Checkout) -> impl Future<Output = CheckoutEnd> + Send {
        let (at, id) = (Location::caller(), checkout.id.clone());
        async move {
            let what = || "the end of a checkout".to_owned();
            wait::expect(&self.world, at, what, || {
                self.world.read(|state| state.checkout(&id)?.end.clone())
            })
            .await
        }
    }
}
