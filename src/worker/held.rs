//! How much this process holds of what it pulled: beyond the bound nothing more is pulled, so that a
//! long backlog stays in the queue.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The most bytes of updates in memory, with what they are held in.
const MOST: usize = 8 * 1024 * 1024;

/// What an update costs besides its bytes.
const OVERHEAD: usize = 256;

/// A bound on what is held. A clone shares it.
#[derive(Clone, Debug)]
pub(super) struct Held(Arc<Semaphore>);

/// A part of what may be held; dropped, it is free again.
#[derive(Debug)]
pub(super) struct Share {
    _bytes: OwnedSemaphorePermit,
}

impl Held {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(MOST)))
    }

    /// Waits until there is room for a batch. One that is larger than everything may be held alone.
    pub(super) async fn room_for(&self, updates: usize, bytes: usize) -> Share {
        let size = bytes.saturating_add(updates * OVERHEAD).min(MOST);
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        let room = self.0.clone().acquire_many_owned(size).await;
        Share {
            _bytes: room.expect("it is never closed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::poll;

    use super::*;

    #[tokio::test]
    async fn what_is_too_much_waits_until_something_is_done() {
        let held = Held::new();
        let first = held.room_for(7, MOST - 10_000).await;
        let mut second = pin!(held.room_for(1, 10_000));
        assert!(poll!(&mut second).is_pending());
        drop(first);
        assert!(poll!(&mut second).is_ready());
    }

    #[tokio::test]
    async fn one_that_is_larger_than_everything_is_held_alone() {
        let held = Held::new();
        let _alone = held.room_for(99, usize::MAX / 2).await;
        let mut next = pin!(held.room_for(1, 1));
        assert!(poll!(&mut next).is_pending());
    }
}
