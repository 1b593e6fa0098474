//! What of the world changed: by number for those who follow it, and which rows of its file are out of date.

use std::collections::{HashSet, VecDeque};

/// How many changes are remembered; who was away for longer looks at everything again.
const KEPT: usize = 10_000;

/// Something that changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    Person(i64),
    Group(i64),
    /// A message, by its chat and its number.
    Message(i64, i64),
    /// What a chat keeps beside messages.
    Chat(i64),
    Press(String),
    /// An invoice behind a link.
    Invoice(String),
    /// Money that came or went, by its number.
    Payment(u64),
    /// A file, by its id.
    File(String),
    /// What is in files, by its number.
    Content(usize),
}

impl Key {
    /// Whether those who follow the world are told.
    fn is_told(&self) -> bool {
        matches!(self, Self::Person(_) | Self::Group(_) | Self::Message(..))
    }
}

/// The newest changes.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    last: u64,
    recent: VecDeque<(u64, Key)>,
    /// Only if there is a file.
    unsaved: Option<HashSet<Key>>,
}

impl Changes {
    pub(super) fn mark(&mut self, key: Key) {
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.insert(key.clone());
        }
        if !key.is_told() {
            return;
        }
        self.last += 1;
        if self.recent.len() == KEPT {
            self.recent.pop_front();
        }
        self.recent.push_back((self.last, key));
    }

    /// The number of the last change.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// What changed after this number, oldest first; `None` when that is not remembered any more.
    pub(crate) fn after(&self, number: u64) -> Option<impl Iterator<Item = &Key>> {
        let new = usize::try_from(self.last - number).ok()?;
        let skipped = self.recent.len().checked_sub(new)?;
        Some(self.recent.range(skipped..).map(|(_, key)| key))
    }

    /// From now on remembers which rows are out of date.
    pub(super) fn keep_unsaved(&mut self) {
        self.unsaved.get_or_insert_default();
    }

    /// Takes out which rows are out of date.
    pub(super) fn take_unsaved(&mut self) -> HashSet<Key> {
        self.unsaved
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }
}
