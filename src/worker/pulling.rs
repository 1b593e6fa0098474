//! Pulls the batches of a partition for as long as this process owns it, and puts their updates into
//! their lanes.

use std::{convert::Infallible, sync::Arc, time::Duration};

use async_nats::jetstream::{AckKind, Message};
use ostankino_traces::{Carried, HEADER};
use tokio::time::{sleep, timeout};
use tower::Service;

use super::{
    batch::{Batch, Item, Pulled},
    held::choose,
    partition::{Arrival, Partition},
    shared::Shared,
};
use crate::{
    Error, Request, Result,
    outcome::Conclusion,
    queue::{INHERITED, Owned, Puller, UPDATES, unpack},
    telegram::backoff::Backoff,
};

/// How often a partition may seem to be another's, some seconds in all, although its seat is not.
const REFUSALS: u32 = 6;

/// So long after its owner ended without a word, updates of a partition may be copies of what that one
/// handled: of what two pollers stored.
const COPIES: Duration = Duration::from_secs(10);

impl<S> Shared<S>
where
    S: Service<Request, Response = Conclusion, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    /// Pulls until the partition is to be handed over, or is lost.
    pub(super) async fn serve(self: Arc<Self>, partition: Arc<Partition>, was_released: bool) {
        let closing = partition.closing.clone();
        closing
            .run_until_cancelled(self.pull(&partition, was_released))
            .await;
    }

    async fn pull(self: &Arc<Self>, partition: &Arc<Partition>, was_released: bool) {
        let number = partition.number;
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
        let (mut owned, mut delivered_to) = (None::<Owned>, 0);
        let mut refused = 0;
        loop {
            let pulled = async {
                let is_certain = refused > REFUSALS && self.seats.may_begin(partition.seat);
                let term = partition.term;
                let owning = self.queue.own(number, term, &mut delivered_to, is_certain);
                let Some(mut now) = owning.await? else {
                    return Ok(false);
                };
                if was_released {
                    now.delivered_to = 0;
                }
                let before = owned.take();
                if before.as_ref().is_some_and(|it| it.epoch != now.epoch) {
                    partition.forget();
                }
                let owned = owned.insert(match before {
                    Some(before) => before.reopened(now),
                    None => now,
                });
                self.pull_from(partition, owned).await
            };
            match pulled.await {
                Ok(true) => {
                    self.trouble.ends(number);
                    refused = 0;
                    backoff.reset();
                }
                // Somebody owns it by a greater term: this process is about to hear of it.
                Ok(false) => {
                    refused += 1;
                    sleep(backoff.next()).await;
                }
                Err(error) => {
                    let error = Error::chain(&error);
                    // What is handed over meanwhile has its consumer deleted.
                    let is_ours = !partition.closing.is_cancelled();
                    if is_ours && self.health.is_well() && self.trouble.begins(number, &error) {
                        tracing::warn!(
                            event = "pull_failed",
                            partition = number,
                            error,
                            "a partition cannot be pulled"
                        );
                        self.health.suspect();
                    }
                    sleep(backoff.next()).await;
                }
            }
        }
    }

    /// Pulls until the queue is to be opened again.
    async fn pull_from(
        self: &Arc<Self>,
        partition: &Arc<Partition>,
        owned: &Owned,
    ) -> Result<bool> {
        let nats = self.queue.nats();
        let mut puller = Puller::new(nats, self.queue.name(), &owned.consumer).await?;
        let mut is_first = true;
        while let Some(message) = puller.next().await? {
            if std::mem::take(&mut is_first) && self.trouble.ends(partition.number) {
                tracing::info!(event = "pull_recovered", "all partitions are pulled again");
            }
            self.accept(partition, owned, message).await;
        }
        Ok(true)
    }

    async fn accept(self: &Arc<Self>, partition: &Arc<Partition>, owned: &Owned, message: Message) {
        let info = message
            .info()
            .map(|info| (info.stream_sequence, info.published));
        let (Ok((sequence @ 1.., stored_at)), Some(reply)) = (info, message.reply.clone()) else {
            return self.is_blind(&message).await;
        };
        match partition.arrival(sequence) {
            Arrival::New => {}
            Arrival::InFlight => return answer(&message, AckKind::Progress).await,
            Arrival::Finished => return answer(&message, AckKind::Ack).await,
        }
        let headers = message.headers.as_ref();
        let index = headers.and_then(|headers| headers.get(UPDATES));
        let is_inherited = headers.is_some_and(|headers| headers.get(INHERITED).is_some());
        let traced = || Some(headers?.get(HEADER)?.as_str());
        let carried = Carried::read(traced);
        let updates: Vec<_> = unpack(index.map(|index| index.as_str()), &message.payload)
            .into_iter()
            .map(|update| (update.lane, update.bytes))
            .collect();
        if updates.is_empty() {
            return answer(&message, AckKind::Ack).await;
        }
        let lanes: Vec<_> = updates.iter().map(|(lane, _)| *lane).collect();
        let (cost, updates) = {
            let known = self.lanes();
            choose(updates, |lane| known.waiting(lane))
        };
        let share = self.held.room_for(cost).await;
        let batch = Batch::new(Pulled {
            partition: partition.clone(),
            reply,
            epoch: owned.epoch,
            sequence,
            is_inherited: is_inherited
                || sequence <= owned.inherited_to
                || (owned.delivered_to > 0 && partition.taken_at.elapsed() < COPIES),
            is_suspect: sequence <= owned.delivered_to,
            stored_at,
            carried,
            updates,
            share,
        });
        partition.holds(&batch);
        for (index, lane) in (0..).zip(lanes) {
            let batch = batch.clone();
            if self.lanes().push(lane, Item { batch, index }) {
                self.clone().start(lane);
            }
        }
    }

    /// The place of a message cannot be read: nothing is done with it before it can.
    async fn is_blind(&self, message: &Message) {
        if self.trouble.begins(u16::MAX, "no place") {
            tracing::error!(
                event = "place_unknown",
                "the place of a message in the queue cannot be read: such messages are not handled \
                 until it can"
            );
        }
        answer(message, AckKind::Nak(Some(Duration::from_secs(2)))).await;
    }
}

/// Answers the queue; without a connection the message comes again by itself.
async fn answer(message: &Message, answer: AckKind) {
    let sent = timeout(Duration::from_secs(2), message.ack_with(answer)).await;
    if !matches!(sent, Ok(Ok(()))) {
        tracing::debug!("the queue was not answered");
    }
}
