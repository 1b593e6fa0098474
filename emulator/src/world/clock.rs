//! Telegram's clock, which tests can move, and what is to happen at a time of it.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::{sync::Notify, time::timeout};

use super::{State, World, clock_followers::Followers};

/// What happens when its time has come.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Due {
    /// Nobody answered this checkout.
    CheckoutExpires(String),
    /// A poll's time is over.
    PollCloses(String),
    /// A subscription, by the charge it began with, is paid again.
    SubscriptionRenews(String),
}

/// The time, and what waits for it.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    /// In milliseconds: it was put forward by that, or set back.
    ahead: i64,
    pub(super) followers: Followers,
    /// By milliseconds of the Unix time, and a number that tells those of one moment apart; with the sight it is in.
    agenda: BTreeMap<(u128, u64), (i64, Due)>,
    last: u64,
    /// Rings when something is to happen sooner than what was to happen first.
    pub(super) sooner: Arc<Notify>,
}

impl Clock {
    pub(super) fn since_1970(&self) -> Duration {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("the clock is past 1970");
        let ahead = Duration::from_millis(self.ahead.unsigned_abs());
        if self.ahead < 0 {
            since.saturating_sub(ahead)
        } else {
            since + ahead
        }
    }

    /// By how many milliseconds it is ahead of the machine's; negative if it is behind.
    pub(crate) fn ahead(&self) -> i64 {
        self.ahead
    }
}

impl State {
    /// The time as Telegram tells it: Unix time in seconds.
    pub(crate) fn now(&self) -> i64 {
        i64::try_from(self.clock.since_1970().as_secs()).expect("seconds fit until the sun is gone")
    }

    /// The same, to the millisecond.
    pub(crate) fn now_ms(&self) -> u128 {
        self.clock.since_1970().as_millis()
    }

    /// Moves the clock by milliseconds. What is due by then happens in its order; what has happened has happened, and nothing
    /// happens twice, however far it is set back.
    pub(crate) fn move_clock(&mut self, by_ms: i64) {
        self.clock.ahead = self.clock.ahead.saturating_add(by_ms);
        let now = self.now_ms();
        for bot in self.bots() {
            self.as_bot(bot, |state| state.queue.expire(now));
        }
        self.do_what_is_due();
    }

    /// This is to happen after a time.
    pub(super) fn plan(&mut self, after: Duration, due: Due) {
        let at = self.now_ms() + after.as_millis();
        self.clock.last += 1;
        let is_first = self
            .clock
            .agenda
            .keys()
            .next()
            .is_none_or(|(first, _)| at < *first);
        let sight = self.sight();
        self.clock
            .agenda
            .insert((at, self.clock.last), (sight, due));
        if is_first {
            self.clock.sooner.notify_one();
        }
    }

    /// How long it is until the next thing is due.
    fn until_due(&self) -> Option<Duration> {
        let (at, _) = self.clock.agenda.keys().next()?;
        let left = at.saturating_sub(self.now_ms());
        Some(Duration::from_millis(
            u64::try_from(left).unwrap_or(u64::MAX),
        ))
    }

    /// Does everything whose time has come; says whether there was any.
    fn do_what_is_due(&mut self) -> bool {
        let mut any = false;
        // What happens may plan the next, as subscriptions do.
        while self.until_due() == Some(Duration::ZERO)
            && let Some((_, (sight, due))) = self.clock.agenda.pop_first()
        {
            any = true;
            self.as_seen(sight, |state| match due {
                Due::CheckoutExpires(id) => state.checkout_expires(&id),
                Due::PollCloses(id) => state.poll_closes(&id),
                Due::SubscriptionRenews(charge) => state.subscription_renews(&charge),
            });
        }
        any
    }
}

impl World {
    /// Does what is due as long as it is polled.
    pub(crate) async fn run_clock(&self) {
        let sooner = self.read(|state| Arc::clone(&state.clock.sooner));
        loop {
            match self.read(State::until_due) {
                None => sooner.notified().await,
                Some(Duration::ZERO) => {
                    self.attempt(|state| state.do_what_is_due().then_some(()));
                }
                Some(left) => {
                    // Whichever comes first is looked at anew.
                    let _ = timeout(left, sooner.notified()).await;
                }
            }
        }
    }
}
