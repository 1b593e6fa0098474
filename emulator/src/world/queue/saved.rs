//! The queue as it is kept in a file.

use serde::{Deserialize, Serialize};

use super::Queue;

/// The queue without its updates, which are rows of their own: not all of them are JSON.
#[derive(Serialize, Deserialize)]
pub(in crate::world) struct Saved {
    next_id: i64,
    confirmed: Option<i64>,
    allowed: Vec<String>,
}

impl Queue {
    pub(in crate::world) fn saved(&self) -> Saved {
        Saved {
            next_id: self.next_id,
            confirmed: self.confirmed,
            allowed: self.allowed.iter().map(|kind| (*kind).to_owned()).collect(),
        }
    }

    /// The updates that wait, by keys of their own: several may have one id.
    pub(in crate::world) fn saved_updates(&self) -> impl Iterator<Item = (String, Vec<u8>)> {
        let (mut last, mut nth) = (None, 0);
        self.waiting.iter().map(move |(id, element)| {
            nth = if last == Some(*id) { nth + 1 } else { 0 };
            last = Some(*id);
            (format!("update/{id}.{nth}"), element.to_vec())
        })
    }

    pub(in crate::world) fn restore(&mut self, saved: &Saved, updates: Vec<(i64, Vec<u8>)>) {
        for (id, element) in updates {
            self.push_raw(id, element.into());
        }
        self.next_id = saved.next_id;
        self.confirmed = saved.confirmed;
        self.allow(&saved.allowed);
    }
}
