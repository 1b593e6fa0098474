//! Stores fetched updates in the queue: the poller's sink.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use async_nats::jetstream::message::PublishMessage;
use bytes::Bytes;
use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::{DeadLetters, Letter, Queue, dead_letters::command, partition_of};
use crate::{
    Result,
    backoff::Backoff,
    fsm::{Move, NatsStorage},
    telegram::{Envelope, RawUpdate, UpdateSink},
};

/// Publishes updates, each under the id `<bot>:<update_id>`, so that one fetched twice is stored
/// once. Within a partition one follows the other; partitions do not wait for each other.
#[derive(Debug)]
pub struct Publisher {
    queue: Queue,
    dead_letters: DeadLetters,
    dialogues: NatsStorage,
    bot: i64,
    stop: CancellationToken,
    failing: AtomicBool,
}

impl Publisher {
    /// A publisher for that bot; it gives up only when `stop` is cancelled.
    #[must_use]
    pub fn new(
        queue: Queue,
        dead_letters: DeadLetters,
        dialogues: NatsStorage,
        bot: i64,
        stop: CancellationToken,
    ) -> Self {
        Self {
            queue,
            dead_letters,
            dialogues,
            bot,
            stop,
            failing: AtomicBool::new(false),
        }
    }

    /// Looks at an update once: where it goes, and under which id.
    fn address(&self, update: RawUpdate) -> (u16, Item) {
        let Some(envelope) = Envelope::peek(&update.bytes) else {
            let letter = Letter::new(update.bytes, "it has no update_id");
            return (0, Item::Aside(letter));
        };
        let partition = partition_of(&envelope, self.queue.partitions());
        // Room for the headers.
        if update.bytes.len() + 1024 > self.queue.nats().max_payload() {
            let letter = Letter::new(update.bytes, "it is too large");
            return (partition, Item::Aside(letter));
        }
        let subject = self.queue.subject(&envelope, partition);
        let id = format!("{}:{}", self.bot, envelope.update_id);
        (
            partition,
            Item::Update {
                subject,
                id,
                bytes: update.bytes,
            },
        )
    }

    /// Stores items one after the other, each until it is stored. False if told to stop.
    async fn store_in_order(&self, items: Vec<Item>) -> bool {
        for item in items {
            let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
            while let Err(error) = self.publish(&item).await {
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

    async fn publish(&self, item: &Item) -> Result<()> {
        let (subject, id, bytes) = match item {
            Item::Update { subject, id, bytes } => (subject.clone(), id, bytes.clone()),
            Item::Aside(letter) => return self.set_aside(letter).await,
            Item::Move(moved) => return self.dialogues.record_move(self.bot, *moved).await,
        };
        let nats = self.queue.nats();
        let message = PublishMessage::build().payload(bytes).message_id(id);
        let store = || async {
            let sent = nats
                .jetstream()
                .send_publish(subject.clone(), message.clone());
            sent.await?.await
        };
        nats.within_store(self.queue.name(), store).await.map(drop)
    }
}

impl Publisher {
    async fn set_aside(&self, letter: &Letter) -> Result<()> {
        let number = self.dead_letters.store(letter.clone()).await?;
        tracing::error!(
            update_id = Envelope::peek(&letter.update).map(|envelope| envelope.update_id),
            length = letter.update.len(),
            letter = number,
            show = command(number),
            error = letter.reason,
            "an update was set aside as a dead letter"
        );
        Ok(())
    }
}

/// What is to be stored.
#[derive(Clone, Debug)]
enum Item {
    Update {
        subject: String,
        id: String,
        bytes: Bytes,
    },
    Aside(Letter),
    Move(Move),
}

impl UpdateSink for Publisher {
    async fn store(&self, updates: Vec<RawUpdate>) -> bool {
        // Before anything that is said in the supergroup is handled, wherever that may be.
        let moves = updates.iter().filter_map(Move::told_by).map(Item::Move);
        let moves: Vec<_> = moves.collect();
        if !self.store_in_order(moves).await {
            return false;
        }
        let mut by_partition = vec![Vec::new(); usize::from(self.queue.partitions())];
        for update in updates {
            let (partition, item) = self.address(update);
            by_partition[usize::from(partition)].push(item);
        }
        let groups = by_partition.into_iter().filter(|group| !group.is_empty());
        let stored = join_all(groups.map(|group| self.store_in_order(group))).await;
        stored.into_iter().all(|stored| stored)
    }
}
