//! The queue as it is kept in a file.

use serde::{Deserialize, Serialize};

use super::{Queue, Waiting};

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

    /// From now on remembers which rows are out of date.
    pub(in crate::world) fn keep_unsaved(&mut self) {
        self.unsaved.get_or_insert_default();
    }

    /// The rows that are out of date, with what is to be in them: nothing for updates that are gone. Keys have two numbers,
    /// since several updates may have one id.
    pub(in crate::world) fn take_unsaved(&mut self) -> Vec<(String, Option<Vec<u8>>)> {
        let unsaved = self.unsaved.as_mut().map(std::mem::take);
        let row = |(id, nth): (i64, u64)| {
            let begin = self.waiting.partition_point(|waiting| waiting.id < id);
            let mut same = self
                .waiting
                .range(begin..)
                .take_while(|waiting| waiting.id == id);
            let waiting = same.find(|waiting| waiting.nth == nth);
            let element = waiting.map(|waiting| waiting.element.to_vec());
            (format!("update/{id}.{nth}"), element)
        };
        unsaved.into_iter().flatten().map(row).collect()
    }

    /// Puts back what was saved: updates by the two numbers of their keys, in order.
    pub(in crate::world) fn restore(
        &mut self,
        saved: &Saved,
        updates: Vec<(i64, u64, Vec<u8>)>,
        now: u128,
    ) {
        for (id, nth, element) in updates {
            let until = self.until(&element, now);
            self.next_nth = self.next_nth.max(nth + 1);
            self.waiting.push_back(Waiting {
                id,
                nth,
                element: element.into(),
                until,
            });
        }
        self.next_id = saved.next_id;
        self.confirmed = saved.confirmed;
        self.allow(&saved.allowed);
    }
}
