//! Handles of metrics by their labels. The macros of `metrics` build the key of a metric anew each time, and look it up by all of its
//! text: several times an update. Here a handle is looked up by a few words, and where no recorder is installed nothing is done at all.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{LazyLock, PoisonError, RwLock},
};

/// The most handles that are kept of a metric. What is labelled by more than that is looked up each time.
const MOST: usize = 4_096;

/// Whether anybody counts. Of the recorder that stands for none there is nothing.
#[must_use]
pub fn is_counting() -> bool {
    metrics::with_recorder(|recorder| size_of_val(recorder) > 0)
}

/// The handles of one metric, or of several with the same labels, by what tells their labels.
#[derive(Debug)]
pub struct Handles<K, H>(LazyLock<RwLock<HashMap<K, H>>>);

impl<K: Hash + Eq, H: Clone> Handles<K, H> {
    /// None yet.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it is for statics")]
    pub const fn new() -> Self {
        Self(LazyLock::new(RwLock::default))
    }

    /// Counts by the handle for that key, which is made by the macros of `metrics` if it is new. Nothing is done if nobody counts, nor is
    /// anything kept: a recorder may come.
    pub fn count(&self, key: K, make: impl FnOnce(&K) -> H, count: impl FnOnce(&H)) {
        if !is_counting() {
            return;
        }
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(handle) = known.get(&key) {
            return count(handle);
        }
        drop(known);
        let handle = make(&key);
        count(&handle);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST {
            known.insert(key, handle);
        }
    }
}
