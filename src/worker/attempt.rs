//! Brings one update to a result: drives the stack with it, again while it has none.

use std::{
    convert::Infallible,
    panic::AssertUnwindSafe,
    sync::LazyLock,
    time::{Duration, UNIX_EPOCH},
};

use futures_util::FutureExt;
use metrics::{Gauge, Histogram, gauge, histogram};
use ostankino_traces::Carried;
use tokio::time::Instant;
use tower::Service;

use super::{Health, express::AnswerBy, traced, watchdog::Watchdog};
use crate::{
    Outcome, Request,
    outcome::{Conclusion, Trouble},
    request::{Delivery, Ownership, Place, Poison},
    telegram::backoff::Backoff,
    telegram::{Bot, Update, UpdateKind},
};

/// What does not fail for its own sake, while all servers are there, is tried so many times as often
/// before it is set aside.
const PATIENCE: u32 = 4;

/// What every attempt needs.
#[derive(Clone, Debug)]
pub(super) struct Attempts<S> {
    pub(super) service: S,
    pub(super) bot: Bot,
    pub(super) health: Health,
    pub(super) watchdog: Watchdog,
    pub(super) max_deliveries: u32,
}

/// An update that is tried until it has a result.
pub(super) struct Trial {
    pub(super) update: Update,
    pub(super) delivery: Delivery,
    /// Came with it, of its trace.
    pub(super) carried: Carried,
    max_deliveries: u32,
    failures: u32,
    held_up: u32,
    backoff: Backoff,
    /// When it is of no use any more.
    deadline: Option<Instant>,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// It has a result.
    Done {
        /// A copy of it would be known.
        is_recorded: bool,
    },
    /// It is to be tried again, after this pause.
    Again(Duration),
}

impl<S> Attempts<S>
where
    S: Service<Request, Response = Conclusion, Error = Infallible> + Clone,
{
    pub(super) fn begin(
        &self,
        update: Update,
        place: Place,
        is_inherited: bool,
        poison: Option<Poison>,
        ownership: Ownership,
    ) -> Trial {
        let delivery = Delivery {
            place,
            attempt: 1,
            is_inherited,
            poison,
            ownership,
        };
        Trial {
            update,
            delivery,
            carried: Carried::default(),
            max_deliveries: self.max_deliveries,
            failures: 0,
            held_up: 0,
            backoff: Backoff::new(Duration::from_millis(200), Duration::from_secs(4)),
            deadline: None,
        }
    }

    /// Drives the stack once.
    pub(super) async fn attempt(&self, trial: &mut Trial) -> Ended {
        let _under_way = UnderWay::begin();
        let mut request = Request::new(trial.update.clone(), self.bot.clone());
        request.extensions.insert(trial.delivery.clone());
        if let Some(deadline) = trial.deadline {
            request.extensions.insert(AnswerBy(deadline));
        }
        let mut service = self.service.clone();
        // The layers catch the panics of handlers; this is for those of the layers.
        let handled = AssertUnwindSafe(async {
            let Ok(conclusion) = service.call(request).await;
            conclusion
        });
        let span = traced::begin(self.bot.id(), trial);
        let handled = span.around(self.watchdog.watch(handled.catch_unwind()));
        let conclusion = handled.await.unwrap_or_else(|_| {
            let (update_id, user_id) = (trial.update.id, trial.update.user_id());
            tracing::error!(
                event = "layer_panicked",
                update_id,
                user_id,
                "a layer panicked"
            );
            span.fails("panic");
            let mut conclusion = Conclusion::new(Outcome::Retry);
            conclusion.trouble = Some(Trouble {
                error: "a layer panicked".to_owned(),
                is_passing: false,
                pause: None,
            });
            conclusion
        });
        let is_passing = |trouble: &Trouble| trouble.is_passing;
        if conclusion.trouble.as_ref().is_some_and(is_passing) {
            self.health.suspect();
        }
        if conclusion.outcome != Outcome::Retry {
            trial.answered();
            return Ended::Done {
                is_recorded: conclusion.is_recorded,
            };
        }
        let told = conclusion
            .trouble
            .as_ref()
            .and_then(|trouble| trouble.pause);
        let lasts = !conclusion.trouble.as_ref().is_some_and(is_passing);
        trial.failed(conclusion.trouble, self.health.is_well());
        let pause = trial.backoff.next();
        if let Some(told) = told {
            return Ended::Again(told);
        }
        // Time mends nothing there, and the next updates of the user wait.
        Ended::Again(if lasts { pause / 4 } else { pause })
    }
}

/// Updates that are being handled.
static IN_FLIGHT: LazyLock<Gauge> = LazyLock::new(|| gauge!("ostankino_in_flight"));

/// How old messages are once they are answered.
static ANSWERED: LazyLock<Histogram> = LazyLock::new(|| histogram!("ostankino_answer_seconds"));

/// One more is being handled, until it is dropped.
struct UnderWay;

impl UnderWay {
    fn begin() -> Self {
        IN_FLIGHT.increment(1.0);
        Self
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        IN_FLIGHT.decrement(1.0);
    }
}

impl Trial {
    /// Measures how long its sender waited, if it is a message that nothing held up here.
    fn answered(&self) {
        let is_message = self.update.kind == UpdateKind::Message;
        if !is_message || self.delivery.attempt > 1 || self.delivery.is_inherited {
            return;
        }
        let sent = self.update.message().map_or(0, |message| message.date);
        let sent = u64::try_from(sent).map(|sent| UNIX_EPOCH + Duration::from_secs(sent));
        // Telegram's clock and ours: what was sent in the future was sent now.
        if let Ok(waited) = sent.map(|sent| sent.elapsed().unwrap_or_default()) {
            ANSWERED.record(waited);
        }
    }

    /// The same, with what came with it.
    pub(super) fn carrying(mut self, carried: Carried) -> Self {
        self.carried = carried;
        self
    }

    /// The same, of no use after that.
    pub(super) fn until(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Counts a failure; what failed too often is poison.
    fn failed(&mut self, trouble: Option<Trouble>, is_well: bool) {
        self.delivery.attempt = self.delivery.attempt.saturating_add(1);
        match &trouble {
            // An outage is nobody's fault.
            Some(trouble) if trouble.is_passing && !is_well => {}
            Some(trouble) if trouble.is_passing => self.held_up += 1,
            _ => self.failures += 1,
        }
        let is_over = self.failures >= self.max_deliveries
            || self.held_up >= self.max_deliveries.saturating_mul(PATIENCE);
        if is_over && self.delivery.poison.is_none() {
            self.delivery.poison = Some(Poison {
                attempts: self.delivery.attempt - 1,
                error: trouble.map(|trouble| trouble.error),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::blocks;

    fn trial() -> Trial {
        let request = blocks(1);
        let place = Place {
            epoch: 1,
            sequence: 1,
            index: 0,
        };
        let health = Health::default();
        let attempts = Attempts {
            service: tower::service_fn(async |_: Request| Ok(Conclusion::new(Outcome::Ok))),
            bot: request.bot.clone(),
            health,
            watchdog: Watchdog::start(Duration::from_secs(60)),
            max_deliveries: 5,
        };
        let ownership = Ownership::new(|| true);
        attempts.begin(request.update, place, false, None, ownership)
    }

    fn after(times: u32, is_passing: bool, is_well: bool) -> Option<Poison> {
        let mut trial = trial();
        for _ in 0..times {
            let error = "x".to_owned();
            trial.failed(
                Some(Trouble {
                    error,
                    is_passing,
                    pause: None,
                }),
                is_well,
            );
        }
        trial.delivery.poison
    }

    #[test]
    fn what_fails_for_its_own_sake_is_poison_soon() {
        assert_eq!(after(4, false, true), None);
        let poison = after(5, false, true).expect("it is");
        assert_eq!((poison.attempts, poison.error.as_deref()), (5, Some("x")));
        assert!(after(5, false, false).is_some());
    }

    #[test]
    fn what_others_hold_up_is_given_longer_and_an_outage_counts_for_nothing() {
        assert_eq!(after(19, true, true), None);
        assert!(after(20, true, true).is_some());
        assert_eq!(after(1_000, true, false), None);
    }
}
