//! The world as rows of a file. What the bot called, faults and settings are not part of it.

mod restore;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub(crate) use self::restore::{Broken, get};
use super::{FileContent, State, changes::Key};

/// Values by key; most are JSON. Keys of many of a kind are `<kind>/<id>`.
pub(crate) type Rows = BTreeMap<String, Vec<u8>>;

/// What is to be written: rows with their values, and those to be removed.
pub(crate) type Unsaved = BTreeMap<String, Option<Vec<u8>>>;

/// What makes the ids of new things.
#[derive(Serialize, Deserialize)]
struct Counters {
    next_person_id: i64,
    next_group_id: i64,
    next_message_id: i64,
    webhooks_set: u64,
}

impl State {
    /// From now on remembers which rows are out of date. All are if the file is of a form that is no longer written.
    pub(crate) fn keep_unsaved(&mut self, all: bool) {
        self.changes.keep_unsaved();
        self.queue.keep_unsaved();
        if !all {
            return;
        }
        let keys: Vec<Key> = self
            .people
            .keys()
            .map(|id| Key::Person(*id))
            .chain(self.groups.keys().map(|id| Key::Group(*id)))
            .chain(self.logs.keys().map(|id| Key::Chat(*id)))
            .chain(self.order.iter().map(|(chat, id)| Key::Message(*chat, *id)))
            .chain(self.presses.order.iter().cloned().map(Key::Press))
            .chain(self.payments.links.keys().cloned().map(Key::Invoice))
            .chain(self.payments.made.keys().copied().map(Key::Payment))
            .chain(self.files.ids().map(|id| Key::File(id.clone())))
            .chain(self.files.contents().map(Key::Content))
            .collect();
        for key in keys {
            self.changes.mark(key);
        }
    }

    /// Takes out what is not in the file yet. What there is one of is always among it: it is little.
    pub(crate) fn take_unsaved(&mut self) -> Unsaved {
        let mut rows = Unsaved::new();
        let counters = Counters {
            next_person_id: self.next_person_id,
            next_group_id: self.next_group_id,
            next_message_id: self.next_message_id,
            webhooks_set: self.webhooks_set,
        };
        put(&mut rows, "bot", &self.bot);
        put(&mut rows, "counters", &counters);
        put(&mut rows, "pinned", &self.pinned);
        // Their keys are pairs, which are no keys in JSON.
        let commands: Vec<_> = self.commands.iter().collect();
        put(&mut rows, "commands", &commands);
        put(&mut rows, "profile", &self.profile);
        put(&mut rows, "webhook", &self.webhook);
        put(&mut rows, "queue", &self.queue.saved());
        rows.extend(self.queue.take_unsaved());
        // A group's count of messages is in its row, and changes with its chat.
        let mut keys: BTreeSet<(String, Key)> = BTreeSet::new();
        for key in self.changes.take_unsaved() {
            if let Key::Chat(id) = key
                && self.groups.contains_key(&id)
            {
                keys.insert((row_key(&Key::Group(id)), Key::Group(id)));
            }
            keys.insert((row_key(&key), key));
        }
        for (row, key) in keys {
            let value = self.row(&key);
            rows.insert(row, value);
        }
        rows
    }

    /// What is to be in the row of something; `None` when it is no more.
    fn row(&self, key: &Key) -> Option<Vec<u8>> {
        match key {
            Key::Person(id) => self.people.get(id).map(json),
            Key::Group(id) => self.groups.get(id).map(json),
            Key::Chat(id) => self.logs.get(id).map(|log| json(&log.letters)),
            Key::Message(chat, id) => self.message(*chat, *id).map(json),
            Key::Press(id) => self.pressed(id).map(json),
            Key::Invoice(slug) => self.payments.links.get(slug).map(json),
            Key::Payment(number) => self.payments.made.get(number).map(json),
            Key::File(id) => self.files.get(id).map(json),
            // Bytes as they are; a link with its mark before it.
            Key::Content(number) => self.files.content(*number).map(|content| match content {
                FileContent::Bytes(bytes) => [b"=", bytes.as_ref()].concat(),
                FileContent::Url(url) => [b"@", url.as_bytes()].concat(),
            }),
        }
    }
}

fn row_key(key: &Key) -> String {
    match key {
        Key::Person(id) => format!("person/{id}"),
        Key::Group(id) => format!("group/{id}"),
        Key::Chat(id) => format!("chat/{id}"),
        Key::Message(chat, id) => format!("message/{chat}.{id}"),
        Key::Press(id) => format!("press/{id}"),
        Key::Invoice(slug) => format!("invoice/{slug}"),
        Key::Payment(number) => format!("payment/{number}"),
        Key::File(id) => format!("file/{id}"),
        Key::Content(number) => format!("content/{number}"),
    }
}

fn put(rows: &mut Unsaved, key: &str, value: &impl Serialize) {
    rows.insert(key.to_owned(), Some(json(value)));
}

fn json(value: &(impl Serialize + ?Sized)) -> Vec<u8> {
    serde_json::to_vec(value).expect("the world is plain data")
}
