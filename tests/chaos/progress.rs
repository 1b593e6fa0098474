//! How far the run is, seen from the acknowledgements that pass the proxies: faults are spread by
//! it, and not by the clock.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{sync::watch, time::timeout};

/// Half of the deliveries after which an update is set aside: beyond it no fault is added.
const FRAGILE: u64 = 3;

/// What all proxies saw together.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    done: watch::Sender<usize>,
    /// How many updates may be sent.
    allowed: watch::Sender<usize>,
    /// The process that last got an update that another did not finish.
    heir: watch::Sender<usize>,
    seen: Mutex<Seen>,
    /// Who asked for updates last.
    poller: AtomicUsize,
    offset: AtomicI64,
}

#[derive(Debug, Default)]
struct Seen {
    /// The batches that are acknowledged, by their sequence in the stream.
    done: HashSet<u64>,
    /// How many updates they hold.
    updates: usize,
    /// The batches that are delivered and not acknowledged yet.
    flying: HashMap<u64, Flight>,
    deliveries: u64,
    most_deliveries: u64,
}

/// A batch on its way.
#[derive(Clone, Copy, Debug)]
struct Flight {
    times: u64,
    updates: usize,
}

impl Progress {
    /// A process was given a batch of so many updates.
    pub(crate) fn delivered(&self, process: usize, sequence: u64, updates: usize) {
        let mut seen = self.lock();
        let before = seen.flying.get(&sequence).map_or(0, |flight| flight.times);
        let times = before + 1;
        seen.flying.insert(sequence, Flight { times, updates });
        seen.deliveries += 1;
        seen.most_deliveries = seen.most_deliveries.max(times);
        drop(seen);
        if times > 1 {
            self.heir.send_replace(process);
        }
    }

    pub(crate) fn acknowledged(&self, sequence: u64) {
        let mut seen = self.lock();
        let updates = seen
            .flying
            .remove(&sequence)
            .map_or(1, |flight| flight.updates);
        if seen.done.insert(sequence) {
            seen.updates += updates;
            self.done.send_replace(seen.updates);
        }
    }

    /// Lets so many updates be sent in all: faults take their time, and must not come too late.
    pub(crate) fn allow(&self, updates: usize) {
        self.allowed.send_replace(updates);
    }

    /// How many updates may be sent.
    pub(crate) fn allowed(&self) -> watch::Receiver<usize> {
        self.allowed.subscribe()
    }

    /// The process that gets the next update that comes again.
    pub(crate) async fn next_heir(&self) -> usize {
        let mut heir = self.heir.subscribe();
        // The sender is here.
        let _ = heir.changed().await;
        *heir.borrow()
    }

    /// How many updates are acknowledged; a receiver to wait for more.
    pub(crate) fn done(&self) -> watch::Receiver<usize> {
        self.done.subscribe()
    }

    /// Returns once no update was acknowledged for so long.
    pub(crate) async fn stalls(&self, patience: Duration) {
        let mut done = self.done.subscribe();
        // The sender is here.
        while timeout(patience, done.changed()).await.is_ok() {}
    }

    /// Whether an update came so often that one more fault could make it a dead letter.
    pub(crate) fn is_fragile(&self) -> bool {
        self.lock()
            .flying
            .values()
            .any(|flight| flight.times >= FRAGILE)
    }

    /// Deliveries in all, and the most of one update.
    pub(crate) fn deliveries(&self) -> (u64, u64) {
        let seen = self.lock();
        (seen.deliveries, seen.most_deliveries)
    }

    /// A process asks for updates; says whether it confirms more than anybody before.
    pub(crate) fn polled(&self, process: usize, offset: Option<i64>) -> bool {
        self.poller.store(process, Ordering::Relaxed);
        let offset = offset.unwrap_or_default();
        self.offset.fetch_max(offset, Ordering::Relaxed) < offset
    }

    pub(crate) fn poller(&self) -> usize {
        self.poller.load(Ordering::Relaxed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
