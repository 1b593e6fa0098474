//! A batch that was pulled: its updates are handled side by side, and it is acknowledged as a whole.

use std::{
    sync::{
        Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::SystemTime,
};

use async_nats::{Subject, datetime::DateTime};
use bytes::Bytes;
use metrics::Histogram;
use ostankino_traces::Carried;
use tokio::time::Instant;

use super::{held::Share, lanes::LaneKey, partition::Partition};
use crate::request::{Place, UpdateKey};

/// A batch whose updates are not all done, or whose acknowledgement is not confirmed.
pub(super) struct Batch {
    pub(super) partition: Arc<Partition>,
    pub(super) reply: Subject,
    pub(super) epoch: i64,
    pub(super) sequence: u64,
    /// It was stored before this process owned the partition: its updates may be applied.
    pub(super) is_inherited: bool,
    /// The owner before was given it, and ended without a word.
    pub(super) is_suspect: bool,
    pub(super) pulled_at: Instant,
    /// When the queue took it: that and the sequence name its message.
    pub(super) stored_at: DateTime,
    /// Of the traces of its updates.
    pub(super) carried: Carried,
    /// Of some only the place is held.
    updates: Vec<OnceLock<Bytes>>,
    left: AtomicUsize,
    untraced: Mutex<Vec<(u32, LaneKey, UpdateKey)>>,
    is_tracing: AtomicBool,
    /// Of what this process may hold.
    share: Mutex<Share>,
}

/// One update of a batch.
#[derive(Clone)]
pub(super) struct Item {
    pub(super) batch: Arc<Batch>,
    pub(super) index: u32,
}

/// An update that is done, and of which nothing is remembered before its batch is acknowledged.
#[derive(Clone)]
pub(super) struct Untraced {
    pub(super) key: UpdateKey,
    pub(super) item: Item,
}

/// What is known of a batch when it is pulled.
pub(super) struct Pulled {
    pub(super) partition: Arc<Partition>,
    pub(super) reply: Subject,
    pub(super) epoch: i64,
    pub(super) sequence: u64,
    pub(super) is_inherited: bool,
    pub(super) is_suspect: bool,
    pub(super) stored_at: DateTime,
    pub(super) carried: Carried,
    /// `None`: it is to be read again.
    pub(super) updates: Vec<Option<Bytes>>,
    pub(super) share: Share,
}

/// How long updates lay in the queue.
static WAITED: LazyLock<Histogram> =
    LazyLock::new(|| metrics::histogram!("ostankino_queue_wait_seconds"));

impl Batch {
    /// The first attempt at one of its updates begins.
    pub(super) fn begins(&self) {
        // Clocks of two machines: what was stored in the future was stored now.
        let waited = SystemTime::from(self.stored_at).elapsed();
        WAITED.record(waited.unwrap_or_default());
    }

    pub(super) fn new(pulled: Pulled) -> Arc<Self> {
        let Pulled {
            partition,
            reply,
            epoch,
            sequence,
            is_inherited,
            is_suspect,
            stored_at,
            carried,
            updates,
            share,
        } = pulled;
        let held = |bytes: Option<Bytes>| bytes.map_or_else(OnceLock::new, OnceLock::from);
        Arc::new(Self {
            partition,
            reply,
            epoch,
            sequence,
            is_inherited,
            is_suspect,
            pulled_at: Instant::now(),
            stored_at,
            carried,
            left: AtomicUsize::new(updates.len()),
            updates: updates.into_iter().map(held).collect(),
            untraced: Mutex::default(),
            is_tracing: AtomicBool::new(false),
            share: Mutex::new(share),
        })
    }

    /// The updates that are done and left no trace.
    pub(super) fn untraced(&self) -> Vec<(u32, LaneKey, UpdateKey)> {
        self.lock().clone()
    }

    /// Somebody is about to leave traces of what is done; false if somebody does so already.
    pub(super) fn begins_tracing(&self) -> bool {
        !self.is_tracing.swap(true, Ordering::AcqRel)
    }

    pub(super) fn ends_tracing(&self) {
        self.is_tracing.store(false, Ordering::Release);
    }

    /// Holds an update again whose place only was held; `share` is for it.
    pub(super) fn holds(&self, index: usize, bytes: Bytes, share: Share) {
        if let Some(update) = self.updates.get(index)
            && update.set(bytes).is_ok()
        {
            let mut held = self.share.lock().unwrap_or_else(PoisonError::into_inner);
            held.add(share);
        }
    }

    /// Whether all of it is done.
    pub(super) fn is_done(&self) -> bool {
        self.left.load(Ordering::Acquire) == 0
    }

    /// An update is done. Says whether it was the last.
    pub(super) fn done(&self) -> bool {
        self.left.fetch_sub(1, Ordering::AcqRel) == 1
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(u32, LaneKey, UpdateKey)>> {
        self.untraced.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Item {
    /// Its bytes, unless its place only is held.
    pub(super) fn bytes(&self) -> Option<&Bytes> {
        self.batch.updates[self.index as usize].get()
    }

    pub(super) fn place(&self) -> Place {
        Place {
            epoch: self.batch.epoch,
            sequence: self.batch.sequence,
            index: self.index,
        }
    }

    pub(super) fn leaves_no_trace(&self, lane: LaneKey, key: UpdateKey) {
        self.batch.lock().push((self.index, lane, key));
    }

    pub(super) fn is_traced(&self) {
        self.batch.lock().retain(|(index, ..)| *index != self.index);
    }
}

impl PartialEq for Untraced {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.item.place() == other.item.place()
    }
}
