//! The log of the bot's calls.

use std::{
    collections::VecDeque,
    time::{Instant, SystemTime},
};

use serde_json::Value;

use super::Call;

/// How many calls are kept: enough for any test, little enough for a server left running.
const LIMIT: usize = 20_000;

struct Entry {
    call: Call,
    begun: Instant,
    taken: bool,
}

/// The newest calls, oldest first.
pub(crate) struct CallLog {
    keep: bool,
    entries: VecDeque<Entry>,
    last_seq: u64,
}

impl CallLog {
    pub(super) fn new(keep: bool) -> Self {
        Self {
            keep,
            entries: VecDeque::new(),
            last_seq: 0,
        }
    }

    /// Whether calls are kept at all.
    pub(crate) fn keeps(&self) -> bool {
        self.keep
    }

    /// A call came; `None` when calls are not kept.
    pub(crate) fn begin(&mut self, method: &str, params: impl FnOnce() -> Value) -> Option<u64> {
        if !self.keep {
            return None;
        }
        if self.entries.len() == LIMIT {
            self.entries.pop_front();
        }
        self.last_seq += 1;
        let call = Call {
            seq: self.last_seq,
            method: method.to_owned(),
            params: params(),
            status: 0,
            at: SystemTime::now(),
            took: None,
        };
        self.entries.push_back(Entry {
            call,
            begun: Instant::now(),
            taken: false,
        });
        Some(self.last_seq)
    }

    /// It was answered with this status, or with none (0).
    pub(crate) fn end(&mut self, seq: u64, status: u16) {
        // It may have been cleared away meanwhile.
        if let Some(index) = self.index(seq) {
            let entry = &mut self.entries[index];
            entry.call.status = status;
            entry.call.took = Some(entry.begun.elapsed());
        }
    }

    /// The call with this number, if it is still kept.
    pub(crate) fn find(&self, seq: u64) -> Option<&Call> {
        self.index(seq).map(|index| &self.entries[index].call)
    }

    fn index(&self, seq: u64) -> Option<usize> {
        let first = self.entries.front()?.call.seq;
        let index = usize::try_from(seq.checked_sub(first)?).ok()?;
        (index < self.entries.len()).then_some(index)
    }

    /// The first ended call (of a method, if one is named) that nobody took yet.
    pub(crate) fn take(&mut self, method: Option<&str>) -> Option<Call> {
        let entry = self.entries.iter_mut().find(|entry| {
            !entry.taken
                && entry.call.took.is_some()
                && method.is_none_or(|method| entry.call.method.eq_ignore_ascii_case(method))
        })?;
        entry.taken = true;
        Some(entry.call.clone())
    }

    /// All that are kept.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Call> {
        self.entries.iter().map(|entry| &entry.call)
    }

    /// Forgets them; numbers go on.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}
