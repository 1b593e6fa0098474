//! How much this process holds of what it pulled: beyond the bound nothing more is pulled, so that a
//! long backlog stays in the queue. Of an update that waits behind many of its own user only the place
//! is held, so that the flood of one does not fill the room of all.

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::lanes::LaneKey;

/// The most bytes of updates in memory, with what they are held in.
const MOST: usize = 8 * 1024 * 1024;

/// What an update costs besides its bytes.
const OVERHEAD: usize = 256;

/// What its place costs.
const PLACE: usize = 64;

/// How many updates of a lane are held whole; it is also how many are read again at once.
pub(super) const WHOLE: usize = 32;

/// A bound on what is held. A clone shares it.
#[derive(Clone, Debug)]
pub(super) struct Held(Arc<Semaphore>);

/// A part of what may be held; dropped, it is free again.
#[derive(Debug)]
pub(super) struct Share(OwnedSemaphorePermit);

impl Held {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(MOST)))
    }

    /// Waits until there is room for so much. What is larger than everything may be held alone.
    pub(super) async fn room_for(&self, size: usize) -> Share {
        let room = self.0.clone().acquire_many_owned(permits(size)).await;
        Share(room.expect("it is never closed"))
    }

    /// Room for so much, if there is some at once.
    pub(super) fn room_now(&self, size: usize) -> Option<Share> {
        let room = self.0.clone().try_acquire_many_owned(permits(size));
        room.ok().map(Share)
    }
}

fn permits(size: usize) -> u32 {
    u32::try_from(size.min(MOST)).unwrap_or(u32::MAX)
}

/// What an update costs that is held whole.
pub(super) fn size(bytes: &Bytes) -> usize {
    bytes.len().saturating_add(OVERHEAD)
}

impl Share {
    /// Adds another part.
    pub(super) fn add(&mut self, other: Self) {
        self.0.merge(other.0);
    }
}

/// What is to be held of the updates of a message: those that wait behind few of their lane, and the
/// places of the others. `waiting` says how many wait in a lane already. Gives what that costs, too.
pub(super) fn choose(
    updates: Vec<(LaneKey, Bytes)>,
    waiting: impl Fn(LaneKey) -> usize,
) -> (usize, Vec<Option<Bytes>>) {
    let count = updates.len();
    if updates
        .iter()
        .all(|(lane, _)| waiting(*lane) + count <= WHOLE)
    {
        let cost = updates.iter().map(|(_, bytes)| size(bytes)).sum();
        let whole = updates.into_iter().map(|(_, bytes)| Some(bytes));
        return (cost, whole.collect());
    }
    let (mut cost, mut before) = (0, HashMap::new());
    let choose = |(lane, bytes): (LaneKey, Bytes)| {
        let before: &mut usize = before.entry(lane).or_insert_with(|| waiting(lane));
        *before += 1;
        let is_whole = *before <= WHOLE;
        cost += if is_whole { size(&bytes) } else { PLACE };
        // A copy: else all of the message would stay in memory.
        is_whole.then(|| Bytes::copy_from_slice(&bytes))
    };
    let chosen = updates.into_iter().map(choose).collect();
    (cost, chosen)
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::poll;

    use super::*;

    #[tokio::test]
    async fn what_is_too_much_waits_until_something_is_done() {
        let held = Held::new();
        let mut first = held.room_for(MOST - 10_000).await;
        let mut second = pin!(held.room_for(10_001));
        assert!(poll!(&mut second).is_pending());
        assert!(held.room_now(1).is_none(), "it waits for its turn, too");
        first.add(held.room_for(0).await);
        drop(first);
        assert!(poll!(&mut second).is_ready());
        assert!(held.room_now(1).is_some());
    }

    #[tokio::test]
    async fn what_is_larger_than_everything_is_held_alone() {
        let held = Held::new();
        let _alone = held.room_for(usize::MAX).await;
        let mut next = pin!(held.room_for(1));
        assert!(poll!(&mut next).is_pending());
    }

    #[test]
    fn of_what_waits_behind_many_of_its_lane_only_the_place_is_held() {
        let bytes = Bytes::from_static(b"0123456789");
        let updates = |lanes: &[LaneKey]| {
            let of = |lane: &LaneKey| (*lane, bytes.clone());
            lanes.iter().map(of).collect()
        };
        let whole = size(&bytes);
        let (cost, chosen) = choose(updates(&[1, 2, 1]), |_| 0);
        assert!(chosen.iter().all(Option::is_some));
        assert_eq!(cost, 3 * whole);
        let flooded = |lane| if lane == 1 { WHOLE - 1 } else { 0 };
        let (cost, chosen) = choose(updates(&[1, 2, 1, 2, 1]), flooded);
        let are_whole: Vec<_> = chosen.iter().map(Option::is_some).collect();
        assert_eq!(are_whole, [true, true, false, true, false]);
        assert_eq!(cost, 3 * whole + 2 * PLACE);
    }
}
