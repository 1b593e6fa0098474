//! What is known of a connection, and told it, beside diesel.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU8, Ordering},
};

/// A clone shares it.
#[derive(Clone, Debug, Default)]
pub(in crate::db) struct SideChannel(Arc<Marks>);

#[derive(Debug, Default)]
struct Marks {
    is_spent: AtomicBool,
    is_to_begin: AtomicBool,
    is_to_commit: AtomicBool,
    is_committed: AtomicBool,
    /// What the server said last when it was ready: `I`, `T` in a transaction, `E` in a failed one.
    status: AtomicU8,
}

impl SideChannel {
    /// Whether an error said that the connection is of no use any more.
    pub(in crate::db) fn is_spent(&self) -> bool {
        self.0.is_spent.load(Ordering::Relaxed)
    }

    /// Has a transaction begin before the next statement. Nothing may be under way.
    pub(in crate::db) fn begin(&self) {
        self.0.is_to_begin.store(true, Ordering::Release);
    }

    /// Whether a transaction is open, or to begin.
    pub(in crate::db) fn is_in_transaction(&self) -> bool {
        let is_open = matches!(self.0.status.load(Ordering::Acquire), b'T' | b'E');
        is_open || self.0.is_to_begin.load(Ordering::Acquire)
    }

    /// Has the transaction end after the next statement that is executed. Nothing may be under way.
    pub(in crate::db) fn commit(&self) {
        self.0.is_committed.store(false, Ordering::Release);
        self.0.is_to_commit.store(true, Ordering::Release);
    }

    /// Takes [`commit`](Self::commit) back; false if it was sent.
    pub(in crate::db) fn take_back_commit(&self) -> bool {
        self.0.is_to_commit.swap(false, Ordering::AcqRel)
    }

    /// Whether the server said that it did so.
    pub(in crate::db) fn is_committed(&self) -> bool {
        self.0.is_committed.load(Ordering::Acquire)
    }

    pub(super) fn take_begin(&self) -> bool {
        self.0.is_to_begin.swap(false, Ordering::AcqRel)
    }

    pub(super) fn is_to_commit(&self) -> bool {
        self.0.is_to_commit.load(Ordering::Acquire)
    }

    pub(super) fn commit_sent(&self) {
        self.0.is_to_commit.store(false, Ordering::Release);
    }

    pub(super) fn committed(&self) {
        self.0.is_committed.store(true, Ordering::Release);
    }

    pub(super) fn spent(&self) {
        self.0.is_spent.store(true, Ordering::Relaxed);
    }

    pub(super) fn ready(&self, status: u8) {
        self.0.status.store(status, Ordering::Release);
    }
}
