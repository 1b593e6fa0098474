//! What a window is drawn from.

use serde::{Serialize, de::DeserializeOwned};

use crate::stack::Memory;

/// What a window is drawn from: the data of its dialog, what its getter found, and the texts in the user's language.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct View<D, R = (), T = ()> {
    /// What the dialog learned so far.
    pub data: D,
    /// What the window's getter found.
    pub rows: R,
    /// The texts of the bot.
    pub t: T,
    memory: Memory,
}

impl<D, R, T> View<D, R, T> {
    pub(crate) fn new(data: D, rows: R, t: T, memory: Memory) -> Self {
        Self {
            data,
            rows,
            t,
            memory,
        }
    }

    /// What a widget remembers, or nothing yet. What another version of it remembered counts as nothing.
    #[must_use]
    pub fn memory<M: DeserializeOwned>(&self, widget: &str) -> Option<M> {
        recall(&self.memory, widget)
    }
}

pub(crate) fn recall<M: DeserializeOwned>(memory: &Memory, widget: &str) -> Option<M> {
    let value = memory.get(widget)?.clone();
    serde_json::from_value(value).ok()
}

pub(crate) fn remember<M: Serialize>(memory: &mut Memory, widget: &str, what: &M) {
    let value = serde_json::to_value(what).expect("what widgets remember is JSON");
    memory.insert(widget.into(), value);
}
