//! What one who follows the world has not been told yet.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use serde_json::{Value, json};

use super::{messages, world};
use crate::world::{ChatLog, Event, State};

/// The newest messages of each chat that are told.
const MESSAGES: usize = 500;

/// One thing to tell.
#[derive(Debug, PartialEq)]
pub(super) struct Told {
    pub(super) kind: &'static str,
    pub(super) data: Value,
    /// What was told of the journal up to and with this, to go on from there later.
    pub(super) place: Option<String>,
}

impl Told {
    fn new(kind: &'static str, data: Value) -> Self {
        Self {
            kind,
            data,
            place: None,
        }
    }
}

/// What was told. The first look tells all there is; each further one what has changed since.
pub(super) struct Follower {
    began: bool,
    /// Where to go on in the journal: the run, and the last number told.
    run: Option<u64>,
    number: u64,
    world: Value,
    chats: BTreeMap<i64, BTreeMap<i64, u64>>,
}

impl Follower {
    /// A new one, or one that goes on in the journal from a [`place`](Told::place) of before.
    pub(super) fn new(place: Option<&str>) -> Self {
        let place = place.and_then(|place| {
            let (run, number) = place.split_once('-')?;
            Some((u64::from_str_radix(run, 16).ok()?, number.parse().ok()?))
        });
        let (run, number) = place.unzip();
        Self {
            began: false,
            run,
            number: number.unwrap_or(0),
            world: Value::Null,
            chats: BTreeMap::new(),
        }
    }

    pub(super) fn look(&mut self, state: &State) -> Vec<Told> {
        let mut told = Vec::new();
        let run = state.journal.run;
        let begins = !std::mem::replace(&mut self.began, true);
        if begins {
            let goes_on = self.run.replace(run) == Some(run);
            if !goes_on {
                self.number = 0;
            }
            told.push(Told::new(
                "hello",
                json!({"run": format!("{run:x}"), "goes_on": goes_on}),
            ));
        }
        self.look_at_world(state, &mut told);
        for (chat_id, log) in &state.logs {
            self.look_at_chat(*chat_id, log, &mut told);
        }
        // Logs are cleared by forgetting them.
        for (chat_id, known) in &mut self.chats {
            if !state.logs.contains_key(chat_id) && !known.is_empty() {
                let gone: Vec<_> = std::mem::take(known).into_keys().collect();
                told.push(Told::new(
                    "gone",
                    json!({"chat_id": chat_id, "message_ids": gone}),
                ));
            }
        }
        if begins {
            told.push(Told::new("ready", json!({})));
        }
        for entry in state.journal.after(self.number) {
            self.number = entry.number;
            let (kind, mut data) = match &entry.event {
                Event::Update(element) => ("update", json!({"update": parsed(element)})),
                Event::Call { seq, answer } => {
                    let Some(call) = state.calls.find(*seq) else {
                        continue;
                    };
                    let mut data = call.to_json();
                    data["answer"] = answer.as_ref().map_or(Value::Null, parsed);
                    ("call", data)
                }
            };
            data["at_ms"] = json!(milliseconds(entry.at));
            let mut told_entry = Told::new(kind, data);
            told_entry.place = Some(format!("{run:x}-{}", entry.number));
            told.push(told_entry);
        }
        told
    }

    fn look_at_world(&mut self, state: &State, told: &mut Vec<Told>) {
        let mut now = world::shown(state);
        // It counts polls too, and is of no use here.
        now.as_object_mut().expect("an object").remove("version");
        if now != self.world {
            self.world.clone_from(&now);
            told.push(Told::new("world", now));
        }
    }

    fn look_at_chat(&mut self, chat_id: i64, log: &ChatLog, told: &mut Vec<Told>) {
        let known = self.chats.entry(chat_id).or_default();
        let newest = log.messages.iter().rev().take(MESSAGES);
        let newest: Vec<_> = newest.collect();
        for (message_id, stored) in newest.into_iter().rev() {
            let message = messages::shown(stored);
            let print = fingerprint(&message);
            if known.insert(*message_id, print) != Some(print) {
                told.push(Told::new(
                    "message",
                    json!({"chat_id": chat_id, "message": message}),
                ));
            }
        }
        let mut gone = Vec::new();
        known.retain(|message_id, _| {
            let stays = log.messages.contains_key(message_id);
            if !stays {
                gone.push(*message_id);
            }
            stays
        });
        if !gone.is_empty() {
            told.push(Told::new(
                "gone",
                json!({"chat_id": chat_id, "message_ids": gone}),
            ));
        }
    }
}

/// The value in JSON bytes, or their text when they are none.
fn parsed(bytes: &Bytes) -> Value {
    serde_json::from_slice(bytes)
        .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(bytes).into_owned()))
}

fn fingerprint(message: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    message.hash(&mut hasher);
    hasher.finish()
}

fn milliseconds(at: SystemTime) -> u64 {
    let since = at
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
