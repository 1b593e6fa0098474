//! What is stored of a dialogue: one JSON for its state, its data, and how far in the queue of
//! updates it got, so that they never tear apart.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::request::{Delivery, Place};

/// How many of the last updates of a dialogue are remembered: more than one user can have in what
/// one poll returns twice.
const REMEMBERED: usize = 32;

/// A dialogue: its state by name, and the state's fields.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    /// The name of the state.
    #[serde(rename = "s")]
    pub state: String,
    /// The state's fields.
    #[serde(rename = "d")]
    pub data: Box<RawValue>,
}

/// A change of a dialogue.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Change {
    /// Which dialogue.
    #[serde(rename = "k")]
    pub key: String,
    /// What becomes of it; `None` ends it.
    #[serde(rename = "r")]
    pub record: Option<Record>,
}

/// The update that changes a dialogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Telegram's id.
    pub update_id: i64,
    /// Where it stands in the queue; `None` outside of any queue.
    pub place: Option<Place>,
}

impl Cause {
    /// The update with that id, as it came.
    #[must_use]
    pub fn new(update_id: i64, delivery: Option<&Delivery>) -> Self {
        Self {
            update_id,
            place: delivery.map(|delivery| delivery.place),
        }
    }
}

/// What was read under a key.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// The dialogue; `None` if there is none.
    pub record: Option<Record>,
    /// The revision that a change must name; 0 if nothing was ever there.
    pub revision: u64,
    pub(super) progress: Progress,
}

/// How far in the queue a dialogue got.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress {
    place: Option<Place>,
    updates: Vec<i64>,
    journal: Option<Box<RawValue>>,
}

impl Entry {
    /// Whether that update, or a later one, changed the dialogue already.
    pub(super) fn has_applied(&self, cause: &Cause) -> bool {
        let Progress { place, updates, .. } = &self.progress;
        let is_reached = cause.place.is_some() && *place >= cause.place;
        is_reached || updates.contains(&cause.update_id)
    }

    /// What that update left to do, if it is the last one and not all is done.
    pub(super) fn journal_of(&self, cause: &Cause) -> Option<&RawValue> {
        let is_last = self.progress.updates.last() == Some(&cause.update_id);
        self.progress.journal.as_deref().filter(|_| is_last)
    }

    /// The entry as it is written.
    pub(super) fn to_stored(&self) -> Stored {
        let record = self.record.clone();
        let (state, data) = record.map(|record| (record.state, record.data)).unzip();
        Stored {
            version: 1,
            position: self
                .progress
                .place
                .map(|place| (place.epoch, place.sequence)),
            index: self.progress.place.map_or(0, |place| place.index),
            updates: self.progress.updates.clone(),
            state,
            data,
            journal: self.progress.journal.clone(),
        }
    }

    /// What the dialogue becomes by an update, with what that leaves to do.
    pub(super) fn next(
        &self,
        record: Option<Record>,
        cause: &Cause,
        journal: Option<Box<RawValue>>,
    ) -> Stored {
        let mut updates = self.progress.updates.clone();
        updates.push(cause.update_id);
        updates.drain(..updates.len().saturating_sub(REMEMBERED));
        let (state, data) = record.map(|record| (record.state, record.data)).unzip();
        let place = cause.place.or(self.progress.place);
        Stored {
            version: 1,
            position: place.map(|place| (place.epoch, place.sequence)),
            index: place.map_or(0, |place| place.index),
            updates,
            state,
            data,
            journal,
        }
    }
}

/// An entry as it is written. One of a dialogue that ended stays, without a state: it keeps what
/// comes late from beginning the dialogue again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Stored {
    #[serde(rename = "v")]
    version: u8,
    /// Of the last update that changed it.
    #[serde(rename = "q", default, skip_serializing_if = "Option::is_none")]
    position: Option<(i64, u64)>,
    /// Which update of the message at that place; versions before there were batches read past it.
    #[serde(rename = "i", default, skip_serializing_if = "is_zero")]
    index: u32,
    /// The ids of the last updates that changed it, the latest last.
    #[serde(rename = "u", default, skip_serializing_if = "Vec::is_empty")]
    updates: Vec<i64>,
    #[serde(rename = "s", default)]
    state: Option<String>,
    #[serde(rename = "d", default)]
    data: Option<Box<RawValue>>,
    /// What the last update left to do.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub(super) journal: Option<Box<RawValue>>,
}

impl Change {
    #[cfg(test)]
    pub(crate) fn new(key: &str, record: Option<(String, Box<RawValue>)>) -> Self {
        Self {
            key: key.into(),
            record: record.map(|(state, data)| Record { state, data }),
        }
    }
}

impl Stored {
    pub(super) fn into_entry(self, revision: u64) -> Entry {
        // The data of a state without fields are null, which is read as none.
        let data = self.data.unwrap_or_else(|| RawValue::NULL.to_owned());
        Entry {
            record: self.state.map(|state| Record { state, data }),
            revision,
            progress: Progress {
                place: self.position.map(|(epoch, sequence)| Place {
                    epoch,
                    sequence,
                    index: self.index,
                }),
                updates: self.updates,
                journal: self.journal,
            },
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(index: &u32) -> bool {
    *index == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(epoch: i64, sequence: u64, index: u32) -> Option<Place> {
        Some(Place {
            epoch,
            sequence,
            index,
        })
    }

    fn cause(update_id: i64, sequence: u64) -> Cause {
        Cause {
            update_id,
            place: at(7, sequence, 0),
        }
    }

    fn after(entry: &Entry, cause: &Cause) -> Entry {
        let json = serde_json::to_vec(&entry.next(None, cause, None)).expect("JSON");
        let stored: Stored = serde_json::from_slice(&json).expect("it is read back");
        stored.into_entry(1)
    }

    #[test]
    fn a_dialogue_only_moves_forward() {
        let entry = after(&Entry::default(), &cause(10, 5));
        assert!(entry.has_applied(&cause(10, 5)) && entry.has_applied(&cause(9, 4)));
        assert!(!entry.has_applied(&cause(11, 6)));
        let later = Cause {
            place: at(8, 1, 0),
            ..cause(11, 0)
        };
        assert!(!entry.has_applied(&later), "the queue was recreated");
    }

    #[test]
    fn an_update_that_was_stored_twice_is_known_by_its_id() {
        let mut entry = Entry::default();
        for n in 0..40 {
            entry = after(&entry, &cause(n, u64::try_from(n).expect("positive") + 1));
        }
        assert!(entry.has_applied(&cause(39, 100)) && entry.has_applied(&cause(8, 100)));
        assert!(!entry.has_applied(&cause(7, 100)), "too long ago");
    }

    #[test]
    fn entries_of_former_versions_are_read() {
        let old = br#"{"v":1,"s":"form.ask","d":{"n":1}}"#;
        let stored: Stored = serde_json::from_slice(old).expect("it is read");
        let entry = stored.into_entry(3);
        assert_eq!(
            entry.record.as_ref().map(|r| r.state.as_str()),
            Some("form.ask")
        );
        assert!(!entry.has_applied(&cause(1, 1)));
    }

    #[test]
    fn a_state_without_fields_is_kept() {
        #[derive(Serialize)]
        struct AskName;

        let data = serde_json::value::to_raw_value(&AskName).expect("JSON");
        let state = "ask-name".to_owned();
        let next = Entry::default().next(Some(Record { state, data }), &cause(10, 5), None);
        let json = serde_json::to_vec(&next).expect("JSON");
        let stored: Stored = serde_json::from_slice(&json).expect("it is read back");
        let record = stored.into_entry(1).record.expect("it is there");
        assert_eq!((&*record.state, record.data.get()), ("ask-name", "null"));
    }

    #[test]
    fn the_updates_of_one_message_are_told_apart() {
        let of = |update_id, index| Cause {
            update_id,
            place: at(7, 5, index),
        };
        let entry = after(&Entry::default(), &of(10, 3));
        assert!(entry.has_applied(&of(9, 2)) && entry.has_applied(&of(11, 3)));
        assert!(!entry.has_applied(&of(11, 4)));
    }

    #[test]
    fn an_entry_of_the_version_without_batches_is_read_and_goes_on() {
        let old = br#"{"v":1,"q":[7,5],"u":[10],"s":"form.ask","d":{"n":1}}"#;
        let stored: Stored = serde_json::from_slice(old).expect("it is read");
        let entry = stored.into_entry(3);
        assert!(entry.has_applied(&cause(9, 5)) && !entry.has_applied(&cause(11, 6)));
        let next = entry.next(None, &cause(11, 6), None);
        let json = serde_json::to_string(&next).expect("JSON");
        assert_eq!(json, r#"{"v":1,"q":[7,6],"u":[10,11],"s":null,"d":null}"#);
    }
}
