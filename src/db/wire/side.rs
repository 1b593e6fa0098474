//! What is known of a connection, and told it, beside diesel.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicU8, Ordering},
};

use bytes::{BufMut, Bytes, BytesMut};

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
    is_to_set_schema: AtomicBool,
    /// In which schema the next statement looks for its tables; `None`: in those that the server has it.
    schema: Mutex<Option<Arc<str>>>,
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

    /// Has the next statement, and those after it, look for their tables in that schema. Nothing may be under way, nor a
    /// transaction open.
    pub(in crate::db) fn use_schema(&self, schema: &Arc<str>) {
        let mut used = self.schema();
        if used.as_ref() != Some(schema) {
            *used = Some(schema.clone());
            self.0.is_to_set_schema.store(true, Ordering::Release);
        }
    }

    /// The connection was made with that schema.
    pub(in crate::db) fn has_schema(&self, schema: &str) {
        *self.schema() = Some(schema.into());
    }

    /// What sets the schema, as a simple query, if it is to be set.
    pub(super) fn take_schema(&self) -> Option<Bytes> {
        // All but never: looked at before each statement.
        if !self.0.is_to_set_schema.swap(false, Ordering::AcqRel) {
            return None;
        }
        let set = set_schema(self.schema().as_deref()?);
        let mut query = BytesMut::with_capacity(set.len() + 6);
        query.put_u8(b'Q');
        query.put_u32(u32::try_from(set.len() + 5).ok()?);
        query.put_slice(set.as_bytes());
        query.put_u8(0);
        Some(query.freeze())
    }

    fn schema(&self) -> MutexGuard<'_, Option<Arc<str>>> {
        self.0.schema.lock().unwrap_or_else(PoisonError::into_inner)
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

/// The statement that has tables looked for in that schema, and nowhere else: what is missing there is not taken from another
/// bot's.
pub(in crate::db) fn set_schema(schema: &str) -> String {
    format!("SET search_path TO {}", quoted(schema))
}

/// A name as it stands in a statement.
pub(in crate::db) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
