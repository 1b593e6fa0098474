//! What is kept by chat: of groups for all bots, of private chats for each bot alone.

use std::collections::{BTreeMap, btree_map::Entry};

use serde::{Serialize, Serializer};

/// Values by the ids of chats: groups have negative ones.
#[derive(Debug)]
pub(crate) struct ByChat<T> {
    pub(super) groups: BTreeMap<i64, T>,
    pub(super) private: BTreeMap<i64, T>,
}

impl<T> Default for ByChat<T> {
    fn default() -> Self {
        Self {
            groups: BTreeMap::new(),
            private: BTreeMap::new(),
        }
    }
}

impl<T> ByChat<T> {
    fn of(&self, chat_id: i64) -> &BTreeMap<i64, T> {
        if chat_id < 0 {
            &self.groups
        } else {
            &self.private
        }
    }

    fn of_mut(&mut self, chat_id: i64) -> &mut BTreeMap<i64, T> {
        if chat_id < 0 {
            &mut self.groups
        } else {
            &mut self.private
        }
    }

    pub(crate) fn get(&self, chat_id: &i64) -> Option<&T> {
        self.of(*chat_id).get(chat_id)
    }

    pub(super) fn get_mut(&mut self, chat_id: &i64) -> Option<&mut T> {
        self.of_mut(*chat_id).get_mut(chat_id)
    }

    pub(super) fn entry(&mut self, chat_id: i64) -> Entry<'_, i64, T> {
        self.of_mut(chat_id).entry(chat_id)
    }

    pub(super) fn insert(&mut self, chat_id: i64, value: T) {
        self.of_mut(chat_id).insert(chat_id, value);
    }

    pub(super) fn remove(&mut self, chat_id: &i64) {
        self.of_mut(*chat_id).remove(chat_id);
    }

    pub(super) fn contains_key(&self, chat_id: &i64) -> bool {
        self.of(*chat_id).contains_key(chat_id)
    }

    /// All, groups first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&i64, &T)> {
        self.groups.iter().chain(&self.private)
    }

    pub(super) fn into_entries(self) -> impl Iterator<Item = (i64, T)> {
        self.groups.into_iter().chain(self.private)
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

impl<T: Serialize> Serialize for ByChat<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}
