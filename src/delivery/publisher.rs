//! Stores fetched updates in the queue: the poller's sink.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use async_nats::jetstream::message::PublishMessage;
use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::{DeadLetters, Queue, partition_of};
use crate::{
    Result,
    backoff::Backoff,
    telegram::{Envelope, RawUpdate, UpdateSink},
};

/// Publishes updates, each under the id `<bot>:<update_id>`, so that one fetched twice is stored
/// once. Within a partition one follows the other; partitions do not wait for each other.
#[derive(Debug)]
pub struct Publisher {
    queue: Queue,
    dead_letters: DeadLetters,
    bot: i64,
    stop: CancellationToken,
    failing: AtomicBool,
}

impl Publisher {
    /// A publisher for that bot; it gives up only when `stop` is cancelled.
    #[must_use]
    pub fn new(queue: Queue, dead_letters: DeadLetters, bot: i64, stop: CancellationToken) -> Self {
        Self {
            queue,
            dead_letters,
            bot,
            stop,
            failing: AtomicBool::new(false),
        }
    }

    /// Stores updates one after the other, each until it is stored. False if told to stop.
    async fn store_in_order(&self, updates: Vec<RawUpdate>) -> bool {
        for update in updates {
            let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
            while let Err(error) = self.publish(&update).await {
                if !self.failing.swap(true, Ordering::Relaxed) {
                    let error = error.chain();
                    tracing::error!(
                        error,
                        "updates cannot be stored: Telegram keeps them meanwhile"
                    );
                }
                let wait = tokio::time::sleep(backoff.next());
                if self.stop.run_until_cancelled(wait).await.is_none() {
                    return false;
                }
            }
            if self.failing.swap(false, Ordering::Relaxed) {
                tracing::info!("updates are stored again");
            }
        }
        true
    }

    async fn publish(&self, update: &RawUpdate) -> Result<()> {
        let nats = self.queue.nats();
        let Some(envelope) = Envelope::peek(&update.bytes) else {
            tracing::error!("an update without an update_id was set aside as a dead letter");
            return self
                .dead_letters
                .store(update.bytes.clone(), "it has no update_id")
                .await;
        };
        // Room for the headers.
        if update.bytes.len() + 1024 > nats.max_payload() {
            let (update_id, length) = (envelope.update_id, update.bytes.len());
            tracing::error!(
                update_id,
                length,
                "an update is too large: set aside as a dead letter, cut"
            );
            return self
                .dead_letters
                .store(update.bytes.clone(), "it is too large")
                .await;
        }
        let partition = partition_of(&envelope, self.queue.partitions());
        let subject = self.queue.subject(&envelope, partition, self.bot);
        let message = PublishMessage::build()
            .payload(update.bytes.clone())
            .message_id(format!("{}:{}", self.bot, envelope.update_id));
        let stored = async { nats.jetstream().send_publish(subject, message).await?.await };
        nats.within(stored).await.map(drop)
    }
}

impl UpdateSink for Publisher {
    async fn store(&self, updates: Vec<RawUpdate>) -> bool {
        let partitions = self.queue.partitions();
        let mut by_partition = vec![Vec::new(); usize::from(partitions)];
        for update in updates {
            let envelope = Envelope::peek(&update.bytes);
            let partition = envelope.map_or(0, |envelope| partition_of(&envelope, partitions));
            by_partition[usize::from(partition)].push(update);
        }
        let groups = by_partition.into_iter().filter(|group| !group.is_empty());
        let stored = join_all(groups.map(|group| self.store_in_order(group))).await;
        stored.into_iter().all(|stored| stored)
    }
}
