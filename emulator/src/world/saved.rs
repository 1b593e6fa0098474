//! The world as rows of a file. What the bot called, faults and settings are not part of it.

mod restore;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub(crate) use self::restore::{Broken, get};
use super::{FileContent, Identity, State, business::Connection, changes::Key};
use crate::protocol::objects::User;

/// Values by key; most are JSON. Keys of many of a kind are `<kind>/<id>`.
pub(crate) type Rows = BTreeMap<String, Vec<u8>>;

/// What is to be written: rows with their values, and those to be removed.
pub(crate) type Unsaved = BTreeMap<String, Option<Vec<u8>>>;

/// A bot beside the first, whose token its program says.
#[derive(Serialize, Deserialize)]
struct SavedBot {
    token: String,
    user: User,
}

impl SavedBot {
    fn of(bot: &Identity) -> Self {
        Self {
            token: bot.token.clone(),
            user: bot.user.clone(),
        }
    }
}

/// An account that a bot is connected to; its messages are in rows of their own.
#[derive(Serialize, Deserialize)]
struct SavedAccount {
    connection: Connection,
    next_message_id: i64,
    pinned: BTreeMap<i64, Vec<i64>>,
}

/// What the keys of a bot's rows begin with.
fn prefix(number: usize, bot: i64) -> String {
    match number {
        0 => String::new(),
        _ => format!("of/{bot}/"),
    }
}

/// What makes the ids of new things.
#[derive(Serialize, Deserialize)]
struct Counters {
    next_person_id: i64,
    next_group_id: i64,
    next_message_id: i64,
    webhooks_set: u64,
    #[serde(default)]
    paid_broadcast: u64,
}

impl State {
    /// From now on remembers which rows are out of date. All are if the file is of a form that is no longer written.
    pub(crate) fn keep_unsaved(&mut self, all: bool) {
        self.changes.keep_unsaved();
        for bot in self.bots() {
            self.as_bot(bot, |state| state.queue.keep_unsaved());
        }
        if !all {
            return;
        }
        for bot in self.bots() {
            self.as_bot(bot, |state| {
                for key in state.all_keys() {
                    state.changes.mark(key);
                }
            });
        }
    }

    /// Everything that has a row, as the present bot sees it; accounts are never of an old form.
    fn all_keys(&self) -> Vec<Key> {
        let places = self.logs.iter().flat_map(|(chat, log)| {
            let messages = log.messages.keys().map(|id| Key::Message(*chat, *id));
            messages.chain([Key::Chat(*chat)])
        });
        self.people
            .keys()
            .map(|id| Key::Person(*id))
            .chain(self.groups.keys().map(|id| Key::Group(*id)))
            .chain(places)
            .chain(self.presses.order.iter().cloned().map(Key::Press))
            .chain(self.payments.links.keys().cloned().map(Key::Invoice))
            .chain(self.payments.made.keys().copied().map(Key::Payment))
            .chain(self.files.ids().map(|id| Key::File(id.clone())))
            .chain(self.files.contents().map(Key::Content))
            .collect()
    }

    /// Takes out what is not in the file yet. What there is one of is always among it: it is little.
    ///
    /// Rows of other bots than the first are under keys of their own.
    pub(crate) fn take_unsaved(&mut self, bots: &[Identity]) -> Unsaved {
        let mut rows = Unsaved::new();
        let mut unsaved: BTreeMap<i64, Vec<Key>> = BTreeMap::new();
        for (bot, key) in self.changes.take_unsaved() {
            unsaved.entry(bot).or_default().push(key);
        }
        let shared = unsaved.remove(&0).unwrap_or_default();
        for (number, bot) in bots.iter().enumerate() {
            let keys = unsaved.remove(&bot.user.id).unwrap_or_default();
            self.as_bot(bot.user.id, |state| {
                let prefix = prefix(number, bot.user.id);
                if number == 0 {
                    state.take_rows(&mut rows, "", shared.clone());
                }
                state.take_own(&mut rows, &prefix);
                state.take_rows(&mut rows, &prefix, keys);
                for account in state.accounts() {
                    let keys = unsaved.remove(&account).unwrap_or_default();
                    state.take_account(&mut rows, &prefix, account, keys);
                }
            });
        }
        let others: Vec<SavedBot> = bots.iter().skip(1).map(SavedBot::of).collect();
        if !others.is_empty() {
            put(&mut rows, "bots", &others);
        }
        rows
    }

    /// What there is one of for each bot.
    fn take_own(&mut self, rows: &mut Unsaved, prefix: &str) {
        let counters = Counters {
            next_person_id: self.next_person_id,
            next_group_id: self.next_group_id,
            next_message_id: self.next_message_id,
            webhooks_set: self.webhooks_set,
            paid_broadcast: self.paid_broadcast(),
        };
        let mut put =
            |key: &str, value: Vec<u8>| rows.insert(format!("{prefix}{key}"), Some(value));
        put("bot", json(&self.bot));
        put("counters", json(&counters));
        put("pinned", json(&self.pinned));
        // Their keys are pairs, which are no keys in JSON.
        let commands: Vec<_> = self.commands.iter().collect();
        put("commands", json(&commands));
        put("profile", json(&self.profile));
        put("webhook", json(&self.webhook));
        put("queue", json(&self.queue.saved()));
        for (key, value) in self.queue.take_unsaved() {
            rows.insert(format!("{prefix}{key}"), value);
        }
    }

    /// What is of an account that the bot is connected to.
    fn take_account(&mut self, rows: &mut Unsaved, prefix: &str, account: i64, keys: Vec<Key>) {
        self.as_seen(account, |state| {
            let Some(connection) = state.present_connection() else {
                return;
            };
            let id = connection.id.clone();
            let saved = SavedAccount {
                connection: connection.clone(),
                next_message_id: state.next_message_id,
                pinned: state.pinned.private.clone(),
            };
            put(rows, &format!("{prefix}connection/{id}"), &saved);
            state.take_rows(rows, &format!("{prefix}in/{id}/"), keys);
        });
    }

    fn take_rows(&self, rows: &mut Unsaved, prefix: &str, changed: Vec<Key>) {
        // A group's count of messages is in its row, and changes with its chat.
        let mut keys: BTreeSet<(String, Key)> = BTreeSet::new();
        for key in changed {
            if let Key::Chat(id) = key
                && self.groups.contains_key(&id)
            {
                keys.insert((row_key(&Key::Group(id)), Key::Group(id)));
            }
            keys.insert((row_key(&key), key));
        }
        for (row, key) in keys {
            rows.insert(format!("{prefix}{row}"), self.row(&key));
        }
    }

    /// What is to be in the row of something; `None` when it is no more.
    fn row(&self, key: &Key) -> Option<Vec<u8>> {
        match key {
            Key::Person(id) => self.people.get(id).map(json),
            Key::Group(id) => self.groups.get(id).map(json),
            Key::Chat(id) => self.logs.get(id).map(|log| json(&log.letters)),
            Key::Message(chat, id) => self.message(*chat, *id).map(json),
            Key::Press(id) => self.presses.by_id.get(id).map(json),
            Key::Invoice(slug) => self.payments.links.get(slug).map(json),
            Key::Payment(number) => self.payments.made.get(number).map(json),
            Key::File(id) => self.files.get(id).map(json),
            Key::StickerSet(name) => self.sticker_sets.get(name).map(json),
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
        Key::StickerSet(name) => format!("stickers/{name}"),
        Key::Content(number) => format!("content/{number}"),
    }
}

fn put(rows: &mut Unsaved, key: &str, value: &impl Serialize) {
    rows.insert(key.to_owned(), Some(json(value)));
}

fn json(value: &(impl Serialize + ?Sized)) -> Vec<u8> {
    serde_json::to_vec(value).expect("the world is plain data")
}
