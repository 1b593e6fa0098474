//! Reads updates again of which only the place was held.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::sleep;

use super::{
    batch::Item,
    held::{WHOLE, size},
    shared::Shared,
    turn::Left,
};
use crate::{
    Result,
    queue::{Queued, UPDATES, unpack},
    telegram::backoff::Backoff,
};

impl<S> Shared<S> {
    /// The bytes of an update; `None` if its message is gone from the queue, by whoever's hand.
    pub(super) async fn bytes(&self, item: &Item) -> Result<Option<Bytes>, Left> {
        match item.bytes() {
            Some(bytes) => Ok(Some(bytes.clone())),
            None => Box::pin(self.read_again(item)).await,
        }
    }

    async fn read_again(&self, item: &Item) -> Result<Option<Bytes>, Left> {
        let closing = &item.batch.partition.closing;
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));
        loop {
            match self.read(item).await {
                Ok(None) => {
                    tracing::warn!(
                        event = "update_gone",
                        queued_as = %item.place(),
                        "an update is gone from the queue before its turn came"
                    );
                    return Ok(None);
                }
                Ok(bytes) => return Ok(bytes),
                Err(_) => {
                    self.health.suspect();
                    let pause = sleep(backoff.next());
                    closing.run_until_cancelled(pause).await.ok_or(Left)?;
                }
            }
        }
    }

    /// Reads an update, and the next ones of its user along with it where there is room for them.
    async fn read(&self, item: &Item) -> Result<Option<Bytes>> {
        let batch = &item.batch;
        let Some(message) = self.queue.message(batch.sequence).await? else {
            return Ok(None);
        };
        // The stream may have been recreated: then another message has that sequence.
        if message.time != batch.stored_at {
            return Ok(None);
        }
        let index = message.headers.get(UPDATES);
        let updates = unpack(index.map(|index| index.as_str()), &message.payload);
        let at = item.index as usize;
        let Some(Queued { lane, bytes }) = updates.get(at).cloned() else {
            return Ok(None);
        };
        let behind = updates.iter().enumerate().skip(at + 1);
        for (index, next) in behind.filter(|(_, next)| next.lane == lane).take(WHOLE - 1) {
            let bytes = Bytes::copy_from_slice(&next.bytes);
            let Some(share) = self.held.room_now(size(&bytes)) else {
                break;
            };
            batch.holds(index, bytes, share);
        }
        Ok(Some(bytes))
    }
}
