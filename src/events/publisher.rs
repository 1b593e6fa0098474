//! Puts events into the queue.

use async_nats::{HeaderMap, jetstream::message::PublishMessage};
use bytes::Bytes;
use ostankino_core::internal::{Draft, Whose};
use serde_json::Value;

use crate::{
    Result,
    queue::{INHERITED, Incoming, Queue, UPDATES, pack, partition_of_lane},
};

/// Puts events into the queue of a bot. A clone shares it.
#[derive(Clone, Debug)]
pub(crate) struct Events(Queue);

/// The most bytes that are around the data of an event: whose it is, and headers.
const AROUND: usize = 4 * 1024;

/// An event that is about to happen.
#[derive(Clone, Debug)]
pub(crate) struct Happening<'a> {
    /// See [`events`](super).
    pub(crate) id: i64,
    pub(crate) name: &'a str,
    pub(crate) whose: &'a Whose,
    /// The timer that fires it, and when it was due, in milliseconds since 1970.
    pub(crate) timer: Option<(i64, i64)>,
    pub(crate) data: &'a Value,
}

impl Events {
    pub(crate) fn new(queue: Queue) -> Self {
        Self(queue)
    }

    /// How many bytes of data an event may have.
    pub(crate) fn most_bytes(&self) -> usize {
        self.0.nats().max_payload().saturating_sub(AROUND)
    }

    /// Stores an event; one that was stored before may be stored again.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable): it may be stored or not.
    pub(crate) async fn publish(&self, event: &Happening<'_>) -> Result<()> {
        let Happening {
            id,
            name,
            whose,
            timer,
            data,
        } = *event;
        let draft = Draft {
            id,
            name,
            whose,
            timer,
            data,
        };
        // What has neither a user nor a chat is in order with nothing.
        let lane = whose.lane().unwrap_or(id);
        self.store(id, lane, draft.encode()).await
    }

    async fn store(&self, id: i64, lane: i64, bytes: Bytes) -> Result<()> {
        let queue = &self.0;
        let partition = partition_of_lane(lane, queue.partitions());
        let incoming = Incoming {
            update_id: id,
            lane,
            bytes,
        };
        let bot = queue.names().bot();
        for message in pack(&[incoming]) {
            let mut headers = HeaderMap::new();
            headers.insert(UPDATES, message.index);
            // A copy may come long after it was handled: the inbox is always asked.
            headers.insert(INHERITED, "1");
            let publish = PublishMessage::build()
                .headers(headers)
                .message_id(format!("{bot}:{partition}:{id}-{id}"))
                .payload(message.payload);
            let nats = queue.nats();
            let store = || async {
                let subject = queue.names().batches(partition);
                let sent = nats.jetstream().send_publish(subject, publish.clone());
                sent.await?.await
            };
            nats.within_store(queue.name(), store).await?;
        }
        Ok(())
    }
}
