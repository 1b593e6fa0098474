//! Runs a lane: one update of a user after the other, each until it has a result and left a trace.

use std::{convert::Infallible, sync::Arc, time::Duration};

use bytes::Bytes;
use tokio::{sync::SemaphorePermit, time::sleep};
use tower::Service;

use super::{
    attempt::Ended,
    batch::{Item, Untraced},
    lanes::{LaneKey, Next},
    shared::Shared,
    suspects::Suspicion,
    turn::{Left, Suspect},
};
use crate::{
    Request, chain,
    dead_letters::{BEGUN_TOO_OFTEN, Letter},
    outcome::Conclusion,
    request::{Poison, UpdateKey},
    telegram::backoff::Backoff,
    telegram::{DecodeError, Envelope, Update},
};

/// An update that has a result.
struct Done {
    /// `None` if it could not be read.
    key: Option<UpdateKey>,
    /// A copy of it would be known.
    is_recorded: bool,
}

impl Done {
    fn recorded(key: Option<UpdateKey>) -> Self {
        Self {
            key,
            is_recorded: true,
        }
    }
}

impl<S> Shared<S>
where
    S: Service<Request, Response = Conclusion, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    /// Runs the lane until it is empty.
    pub(super) async fn run_lane(self: Arc<Self>, key: LaneKey) {
        loop {
            let next = self.lanes().next(key);
            match next {
                Next::Empty => return,
                Next::Trace(update) => Box::pin(self.trace(key, &update)).await,
                Next::Begin(item) => self.handle(key, &item).await,
            }
        }
    }

    /// Leaves a trace of an update, so that its lane can go on.
    async fn trace(&self, lane: LaneKey, update: &Untraced) {
        let lost = &update.item.batch.partition.lost;
        // What was lost needs no trace: those behind it are dropped.
        lost.run_until_cancelled(self.until_traced(update.key))
            .await;
        update.item.is_traced();
        self.lanes().traced(lane, update);
    }

    /// Brings an update to a result, unless its partition is handed over or lost before.
    async fn handle(&self, lane: LaneKey, item: &Item) {
        let partition = &item.batch.partition;
        let Some(_running) = partition.begin() else {
            return;
        };
        let permit = match self.begins_at_once(item) {
            Some(permit) => permit,
            None => {
                let waiting = Box::pin(self.may_begin(item));
                match partition.lost.run_until_cancelled(waiting).await {
                    Some(Ok(permit)) => permit,
                    _ => return,
                }
            }
        };
        // On the heap, and only from here on: most lanes wait for their turn.
        let handled = Box::pin(self.bring_to_result(item, permit));
        let handled = partition.lost.run_until_cancelled(handled).await;
        let Some(Ok(Done { key, is_recorded })) = handled else {
            return;
        };
        if let Some(key) = key {
            partition.done(key.update_id);
            if !is_recorded {
                item.leaves_no_trace(lane, key);
                let item = item.clone();
                self.lanes().leaves_no_trace(lane, Untraced { key, item });
            }
        }
        if item.batch.done() {
            self.finished(item.batch.clone());
        }
    }

    async fn bring_to_result(
        &self,
        item: &Item,
        permit: SemaphorePermit<'_>,
    ) -> Result<Done, Left> {
        let mut permit = Some(permit);
        let Some(bytes) = self.bytes(item).await? else {
            return Ok(Done::recorded(None));
        };
        let (suspicion, turn) = if item.batch.is_suspect {
            match Box::pin(self.suspect(item, &bytes)).await? {
                Suspect::Done(key) => return Ok(Done::recorded(Some(key))),
                Suspect::Begins(suspicion, turn) => (suspicion, turn),
            }
        } else {
            (Suspicion::None, self.turn(item, Suspicion::None).await?)
        };
        let poison = match suspicion {
            Suspicion::Deadly(attempts) => {
                return Box::pin(self.set_aside_unread(item, bytes, attempts)).await;
            }
            Suspicion::Poison(attempts) => Some(Poison {
                attempts,
                error: None,
            }),
            Suspicion::None | Suspicion::Alone => None,
        };
        let mut turn = Some(turn);
        let update = match Update::decode(bytes.clone()) {
            Ok(update) => update,
            Err(error) => return Box::pin(self.set_aside(item, bytes, &error)).await,
        };
        let (update_id, user_id) = (update.id, update.user_id());
        let key = self.key(update_id);
        if !item.batch.is_inherited && item.batch.partition.is_done(update_id) {
            tracing::info!(
                event = "duplicate",
                update_id,
                user_id,
                "an update came again after it was handled"
            );
            return Ok(Done::recorded(Some(key)));
        }
        let inherited = item.batch.is_inherited;
        let ownership = item.batch.partition.kept.clone();
        let attempts = &self.attempts;
        item.batch.begins();
        let trial = attempts.begin(update, item.place(), inherited, poison, ownership);
        let mut trial = trial.carrying(item.batch.carried);
        loop {
            let pause = match self.attempts.attempt(&mut trial).await {
                Ended::Done { .. } if item.batch.is_suspect => {
                    drop((permit.take(), turn.take()));
                    // It is innocent: it is not to be counted again, whatever becomes of its batch.
                    Box::pin(self.leave_trace(item, key)).await?;
                    return Ok(Done::recorded(Some(key)));
                }
                Ended::Done { is_recorded } => {
                    return Ok(Done {
                        key: Some(key),
                        is_recorded,
                    });
                }
                Ended::Again(pause) => pause,
            };
            // Whoever waits holds up nobody.
            drop((permit.take(), turn.take()));
            let paused = async {
                sleep(pause).await;
                self.health.well().await;
            };
            let closing = &item.batch.partition.closing;
            if closing.run_until_cancelled(paused).await.is_none() {
                tracing::info!(
                    event = "handed_over",
                    update_id,
                    user_id,
                    "an update that is tried again is left to the next owner"
                );
                return Err(Left);
            }
            permit = Some(self.may_begin(item).await?);
            turn = Some(self.turn(item, suspicion).await?);
        }
    }

    async fn leave_trace(&self, item: &Item, key: UpdateKey) -> Result<(), Left> {
        let closing = &item.batch.partition.closing;
        let tracing = closing.run_until_cancelled(self.until_traced(key));
        tracing.await.ok_or(Left)
    }

    /// Records that an update is done, for as long as that takes.
    async fn until_traced(&self, key: UpdateKey) {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));
        let mut is_told = false;
        while let Err(error) = self.inbox.trace(key).await {
            if !std::mem::replace(&mut is_told, true) {
                tracing::warn!(
                    event = "trace_failed",
                    update_id = key.update_id,
                    error = error.chain(),
                    "an update left no trace yet: the next one of its user waits"
                );
            }
            self.health.suspect();
            sleep(backoff.next()).await;
        }
    }

    /// Keeps what cannot be decoded.
    async fn set_aside(
        &self,
        item: &Item,
        bytes: Bytes,
        problem: &DecodeError,
    ) -> Result<Done, Left> {
        let letter = Letter {
            deliveries: Some(1),
            error: Some(problem.to_string()),
            queued_as: Some(item.place().to_string()),
            ..Letter::new(bytes.clone(), "it cannot be decoded")
        };
        let envelope = Envelope::peek(&bytes);
        self.store(item, letter, envelope, &chain(problem)).await
    }

    /// Keeps what ends the process whenever something is done with it.
    async fn set_aside_unread(
        &self,
        item: &Item,
        bytes: Bytes,
        attempts: u32,
    ) -> Result<Done, Left> {
        let poison = Poison {
            attempts,
            error: None,
        };
        let letter = Letter {
            deliveries: Some(u64::from(attempts)),
            queued_as: Some(item.place().to_string()),
            ..Letter::new(bytes, BEGUN_TOO_OFTEN)
        };
        self.store(item, letter, None, &poison.to_string()).await
    }

    /// Keeps it, for as long as that takes.
    async fn store(
        &self,
        item: &Item,
        letter: Letter,
        of: Option<Envelope<'_>>,
        reason: &str,
    ) -> Result<Done, Left> {
        let closing = &item.batch.partition.closing;
        let mut backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(4));
        while (self.dead_letters)
            .set_aside(letter.clone(), of, reason)
            .await
            .is_err()
        {
            let pause = sleep(backoff.next());
            closing.run_until_cancelled(pause).await.ok_or(Left)?;
        }
        Ok(Done::recorded(None))
    }
}
