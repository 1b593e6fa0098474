//! A partition that this process owns, for as long as it does: what of it is under way, and what is
//! known of its messages.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use ostankino_seats::Seat;
use tokio::{sync::Notify, time::Instant};
use tokio_util::sync::CancellationToken;

use super::batch::Batch;
use crate::request::Ownership;

/// How many finished messages are remembered: more than acknowledgements can be under way.
const MESSAGES: usize = 1024;

/// How many finished updates are remembered: what two pollers stored at the same time comes twice.
const UPDATES: usize = 8192;

/// A partition by one term of its owner.
pub(super) struct Partition {
    pub(super) seat: Seat,
    pub(super) number: u16,
    pub(super) term: u64,
    pub(super) taken_at: Instant,
    /// Whether something may begin.
    pub(super) ownership: Ownership,
    /// Whether what was begun is still this process's alone: also while the partition is handed over.
    pub(super) kept: Ownership,
    /// Nothing of it begins any more: it is to be handed over.
    pub(super) closing: CancellationToken,
    /// It may be another process's: what is under way is to be dropped.
    pub(super) lost: CancellationToken,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    /// Updates that were begun.
    running: usize,
    batches: HashMap<u64, Weak<Batch>>,
    messages: VecDeque<u64>,
    updates: Recent,
}

/// The ids of the updates that were finished last.
#[derive(Default)]
struct Recent {
    order: VecDeque<i64>,
    known: HashSet<i64>,
}

/// What is known of a message that comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    New,
    /// Its updates are under way.
    InFlight,
    /// It was acknowledged, and the acknowledgement was lost.
    Finished,
}

/// An update of a partition that is under way.
pub(super) struct Running(Arc<Partition>);

impl Partition {
    pub(super) fn new(number: u16, term: u64, ownership: Ownership, kept: Ownership) -> Arc<Self> {
        Arc::new(Self {
            seat: Seat::Partition(number),
            number,
            term,
            taken_at: Instant::now(),
            ownership,
            kept,
            closing: CancellationToken::new(),
            lost: CancellationToken::new(),
            state: Mutex::default(),
            changed: Notify::new(),
        })
    }

    /// Begins an update, unless nothing is to begin any more.
    pub(super) fn begin(self: &Arc<Self>) -> Option<Running> {
        let mut state = self.lock();
        if self.closing.is_cancelled() {
            return None;
        }
        state.running += 1;
        Some(Running(self.clone()))
    }

    /// From here on nothing begins.
    pub(super) fn close(&self) {
        let _state = self.lock();
        self.closing.cancel();
    }

    /// It was lost: nothing begins, and what is under way ends.
    pub(super) fn lose(&self) {
        self.close();
        self.lost.cancel();
    }

    /// Waits until nothing of it is under way but acknowledgements.
    pub(super) async fn rests(&self) {
        loop {
            let changed = self.changed.notified();
            if self.lock().running == 0 {
                return;
            }
            changed.await;
        }
    }

    /// Waits until no batch that is done waits for the word that its acknowledgement has come.
    pub(super) async fn is_acknowledged(&self) {
        loop {
            let changed = self.changed.notified();
            if !self.batches().iter().any(|batch| batch.is_done()) {
                return;
            }
            changed.await;
        }
    }

    /// What is known of the message with that sequence.
    pub(super) fn arrival(&self, sequence: u64) -> Arrival {
        let state = self.lock();
        if state.batches.contains_key(&sequence) {
            Arrival::InFlight
        } else if state.messages.contains(&sequence) {
            Arrival::Finished
        } else {
            Arrival::New
        }
    }

    /// A batch is under way.
    pub(super) fn holds(&self, batch: &Arc<Batch>) {
        let batch_of = Arc::downgrade(batch);
        self.lock().batches.insert(batch.sequence, batch_of);
    }

    /// The batches that are under way.
    pub(super) fn batches(&self) -> Vec<Arc<Batch>> {
        let state = self.lock();
        state.batches.values().filter_map(Weak::upgrade).collect()
    }

    /// The acknowledgement of a message is confirmed.
    pub(super) fn finished(&self, sequence: u64) {
        let mut state = self.lock();
        state.batches.remove(&sequence);
        state.messages.truncate(MESSAGES - 1);
        state.messages.push_front(sequence);
        drop(state);
        self.changed.notify_waiters();
    }

    /// The stream was recreated, and counts from 1: what is known of its messages holds no more.
    pub(super) fn forget(&self) {
        let mut state = self.lock();
        state.batches.clear();
        state.messages.clear();
    }

    /// Whether an update with that id is done already.
    pub(super) fn is_done(&self, update_id: i64) -> bool {
        self.lock().updates.known.contains(&update_id)
    }

    /// An update is done: a copy of it needs no handler.
    pub(super) fn done(&self, update_id: i64) {
        let mut state = self.lock();
        let Recent { order, known } = &mut state.updates;
        if !known.insert(update_id) {
            return;
        }
        order.push_back(update_id);
        if order.len() > UPDATES
            && let Some(oldest) = order.pop_front()
        {
            known.remove(&oldest);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.lock().running -= 1;
        self.0.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::poll;

    use super::*;

    fn partition() -> Arc<Partition> {
        Partition::new(3, 1, Ownership::new(|| true), Ownership::new(|| true))
    }

    #[tokio::test]
    async fn a_closed_partition_begins_nothing_and_rests_once_all_has_ended() {
        let partition = partition();
        let (first, second) = (partition.begin(), partition.begin());
        partition.close();
        assert!(partition.begin().is_none());
        let mut rests = pin!(partition.rests());
        assert!(poll!(&mut rests).is_pending());
        drop(first);
        assert!(poll!(&mut rests).is_pending());
        drop(second);
        assert!(poll!(&mut rests).is_ready());
        assert!(!partition.lost.is_cancelled());
    }

    #[test]
    fn messages_and_updates_are_known_for_a_while() {
        let partition = partition();
        assert_eq!(partition.arrival(7), Arrival::New);
        (0..2_000).for_each(|sequence| partition.finished(sequence));
        assert_eq!(partition.arrival(1_999), Arrival::Finished);
        assert_eq!(partition.arrival(976), Arrival::Finished);
        assert_eq!(partition.arrival(975), Arrival::New);
        partition.forget();
        assert_eq!(partition.arrival(1_999), Arrival::New);
        (0..10_000).for_each(|id| partition.done(id));
        assert!(partition.is_done(9_999) && partition.is_done(1_808));
        assert!(!partition.is_done(1_807));
    }
}
