//! What takes its time: Telegram's clock, and payments.

use std::{panic::Location, time::Duration};

use super::Emulator;
use crate::{
    Checkout, CheckoutEnd,
    world::{State, wait},
};

impl Emulator {
    /// Telegram's time in Unix seconds: the machine's unless it was put forward.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.world.read(State::now)
    }

    /// Puts Telegram's clock forward: messages are dated by it, and what is due by then happens (checkouts expire, subscriptions
    /// are renewed, polls close).
    pub fn put_clock_forward(&self, by: Duration) {
        self.world.change(|state| state.put_forward(by));
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
