//! What a window is drawn from.

use ostankino::{
    jiff::{Timestamp, civil::Date, tz::TimeZone},
    texts::OwnTexts,
};
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
    /// What time it is, by the [`Clock`](ostankino::Clock) of the service.
    pub now: Timestamp,
    /// What the library says.
    pub(crate) own: OwnTexts,
    pub(crate) memory: Memory,
    /// Of which item of a list, before the ids of what remembers something there.
    pub(crate) item: String,
}

impl<D, R, T> View<D, R, T> {
    /// One of these, as no user has it: for [samples](crate::Window::sample) and tests of widgets. No widget remembers anything.
    pub fn sample(data: D, rows: R, t: T) -> Self {
        Self::new(
            data,
            rows,
            t,
            OwnTexts::russian(),
            Timestamp::now(),
            Memory::new(),
        )
    }

    pub(crate) fn new(
        data: D,
        rows: R,
        t: T,
        own: OwnTexts,
        now: Timestamp,
        memory: Memory,
    ) -> Self {
        Self {
            data,
            rows,
            t,
            own,
            now,
            memory,
            item: String::new(),
        }
    }

    /// The day that it is there.
    #[must_use]
    pub fn today(&self, zone: &TimeZone) -> Date {
        self.now.to_zoned(zone.clone()).date()
    }

    /// What a widget remembers, or nothing yet. What another version of it remembered counts as nothing.
    #[must_use]
    pub fn memory<M: DeserializeOwned>(&self, widget: &str) -> Option<M> {
        recall(&self.memory, &format!("{}{widget}", self.item))
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
