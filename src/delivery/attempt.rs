//! Brings one update to a result: drives the stack with it, again while its result is not settled,
//! and says what to answer the queue.

use std::{convert::Infallible, panic::AssertUnwindSafe, pin::pin, time::Duration};

use async_nats::jetstream::{AckKind, Message};
use futures_util::FutureExt;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tower::Service;

use super::{Health, Retries, arrival::Arrival, retries::Retry};
use crate::{
    Outcome, Request,
    backoff::Backoff,
    outcome::{Conclusion, Trouble},
    request::{Delivery, Poison, Position, Pulse},
    telegram::{Bot, Content, Update},
};

/// How long an update is tried again here before it is given back to the queue.
const PATIENCE: Duration = Duration::from_secs(10);

/// After how long an update that was given back comes again.
const LATER: Duration = Duration::from_secs(1);

/// What every attempt needs.
#[derive(Clone, Debug)]
pub(super) struct Attempts<S> {
    pub(super) service: S,
    pub(super) bot: Bot,
    pub(super) retries: Retries,
    pub(super) health: Health,
    pub(super) ack_wait: Duration,
    pub(super) max_deliveries: u64,
}

/// How often an update that was begun too often is set aside in good order: with its row in the
/// inbox, and the apology. If that ends the process, too, it is set aside unread.
const LAST_ATTEMPTS: u64 = 2;

/// What is to be done with an update that came.
pub(super) enum Verdict {
    /// It is given to the stack; for the last time, if it is poison.
    Begin(Delivery),
    /// It was apologised for.
    Answered,
    /// It ended the process each time, also when it was set aside: its bytes are not looked at.
    Deadly(Poison),
}

/// How one attempt ended.
enum Ended {
    /// It has a result; where a server was away, which.
    Settled(Option<String>),
    /// It is to be tried again; why, if that is known.
    Open(Option<Trouble>),
    Panicked,
}

impl<S> Attempts<S>
where
    S: Service<Request, Response = Conclusion, Error = Infallible> + Send + 'static,
    S::Future: Send,
{
    /// What former deliveries of an update came to: judged by their count and what they left a word
    /// of, before anything of the update is looked at. Whatever ended the process may end it again.
    pub(super) async fn judge(&self, arrival: Arrival) -> Verdict {
        let Arrival {
            position,
            deliveries,
        } = arrival;
        let known = self.known(position, deliveries).await;
        if known.answered {
            return Verdict::Answered;
        }
        let attempt = deliveries.saturating_sub(known.unbegun).max(1);
        let silent = (attempt - 1).saturating_sub(known.returned.max(known.excused));
        // Those that were not its fault do not count.
        let counted = attempt.saturating_sub(known.excused);
        let poison = (counted > self.max_deliveries).then_some(Poison {
            deliveries,
            error: known.error,
        });
        match poison {
            Some(poison) if silent > self.max_deliveries + LAST_ATTEMPTS => Verdict::Deadly(poison),
            poison => Verdict::Begin(Delivery {
                position,
                attempt,
                poison,
                pulse: Pulse::new(self.ack_wait / 3 * 2),
            }),
        }
    }

    /// Brings an update to a result, or gives it back if that takes too long, or on `stop`.
    pub(super) async fn run(
        &mut self,
        update: Update,
        delivery: Delivery,
        message: &Message,
        stop: &CancellationToken,
    ) -> AckKind {
        let beat = self.ack_wait / 3;
        let pulse = delivery.pulse.clone();
        let (update_id, user_id) = (update.id, update.user_id());
        let mut settled = pin!(self.settle(update, delivery, stop));
        let mut next_beat = pin!(tokio::time::sleep(beat));
        loop {
            tokio::select! {
                biased;
                answer = &mut settled => return answer,
                () = &mut next_beat => {
                    tracing::debug!(update_id, user_id, "still at work");
                    answer(message, AckKind::Progress).await;
                    pulse.beat();
                    next_beat.as_mut().reset(Instant::now() + beat);
                }
            }
        }
    }

    async fn settle(
        &mut self,
        update: Update,
        mut delivery: Delivery,
        stop: &CancellationToken,
    ) -> AckKind {
        let position = delivery.position;
        let is_poison = delivery.poison.is_some();
        let patience = Instant::now() + PATIENCE;
        let mut backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(4));
        loop {
            let failure = match self.attempt(update.clone(), delivery.clone()).await {
                Ended::Settled(_) if is_poison => return AckKind::Term,
                Ended::Settled(failure) => {
                    if failure.is_some() {
                        self.note_answer(&update, position).await;
                    }
                    return AckKind::Ack;
                }
                Ended::Panicked => {
                    let failure = Some("a layer panicked".to_owned());
                    return self.give_back(&update, position, failure, false).await;
                }
                Ended::Open(Some(Trouble {
                    error,
                    is_passing: false,
                })) => {
                    let later = self.give_back(&update, position, Some(error), false).await;
                    // Of a group's talk much may fail so: the users of the partition wait behind it.
                    let is_talk = matches!(update.content, Content::Message(_));
                    return if is_talk { AckKind::Nak(None) } else { later };
                }
                Ended::Open(failure) => failure.map(|failure| failure.error),
            };
            delivery.attempt += 1;
            let pause = async {
                tokio::time::sleep(backoff.next()).await;
                self.health.well().await;
            };
            let paused = tokio::time::timeout_at(patience, pause);
            match stop.run_until_cancelled(paused).await {
                Some(Ok(())) => {}
                Some(Err(_)) => {
                    let is_away = !self.health.is_well();
                    return self.give_back(&update, position, failure, is_away).await;
                }
                None => return self.give_back(&update, position, failure, true).await,
            }
        }
    }

    /// Drives the stack once.
    async fn attempt(&mut self, update: Update, delivery: Delivery) -> Ended {
        let (update_id, user_id) = (update.id, update.user_id());
        let mut request = Request::new(update, self.bot.clone());
        request.extensions.insert(delivery);
        // The layers catch the panics of handlers; this is for those of the layers.
        let handled = AssertUnwindSafe(async {
            let Ok(conclusion) = self.service.call(request).await;
            conclusion
        });
        let handled = handled.catch_unwind().await;
        if let Ok(Conclusion {
            trouble: Some(Trouble {
                is_passing: true, ..
            }),
            ..
        }) = &handled
        {
            self.health.suspect();
        }
        match handled {
            Ok(Conclusion {
                outcome: Outcome::Retry,
                trouble,
                ..
            }) => Ended::Open(trouble),
            Ok(Conclusion { trouble, .. }) => Ended::Settled(trouble.map(|trouble| trouble.error)),
            Err(_) => {
                tracing::error!(update_id, user_id, "a layer panicked");
                Ended::Panicked
            }
        }
    }

    /// What former attempts left a word of.
    async fn known(&self, position: Position, deliveries: u64) -> Retry {
        if deliveries == 1 {
            return Retry::default();
        }
        // Without an answer it is tried once more: a crash counts again.
        let unknown = Retry {
            excused: deliveries,
            ..Retry::default()
        };
        self.retries.get(position).await.unwrap_or_else(|error| {
            let error = error.chain();
            tracing::warn!(
                error,
                "what is known of an update that came again was not read"
            );
            unknown
        })
    }

    /// An update that was apologised for while a server was away is not handled again if its
    /// acknowledgement gets lost: the inbox may not know.
    async fn note_answer(&self, update: &Update, position: Position) {
        if let Err(error) = self.retries.answered(position).await {
            let (update_id, user_id) = (update.id, update.user_id());
            let error = error.chain();
            tracing::warn!(update_id, user_id, error, "an apology was not noted");
        }
    }

    /// Gives back at once what came but is not begun.
    pub(super) async fn pass_on(&self, message: &Message, position: Position) {
        if let Err(error) = self.retries.unbegun(position).await {
            let error = error.chain();
            tracing::debug!(error, "that nobody began an update was not noted");
        }
        answer(message, AckKind::Nak(None)).await;
    }

    async fn give_back(
        &self,
        update: &Update,
        position: Position,
        failure: Option<String>,
        is_excused: bool,
    ) -> AckKind {
        let (update_id, user_id) = (update.id, update.user_id());
        tracing::warn!(
            update_id,
            user_id,
            error = failure.as_deref(),
            "the update is given back to the queue"
        );
        if let Err(error) = self.retries.give_back(position, is_excused, failure).await {
            tracing::warn!(update_id, error = error.chain(), "why was not noted");
        }
        AckKind::Nak(Some(LATER))
    }
}

/// Answers the queue; without a connection the update comes again by itself.
pub(super) async fn answer(message: &Message, answer: AckKind) {
    let sent = tokio::time::timeout(Duration::from_secs(2), message.ack_with(answer)).await;
    let problem = match sent {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "no connection".to_owned(),
    };
    tracing::warn!(
        error = problem,
        "an update was not acknowledged: it will be delivered again"
    );
}
