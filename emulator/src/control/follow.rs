//! What one who follows the world has not been told yet.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use serde_json::{Value, json};

use super::{messages, people, world};
use crate::world::{Event, State, changes::Key};

/// The newest messages of each chat that are told at first.
const MESSAGES: usize = 500;

/// One thing to tell.
#[derive(Debug, PartialEq)]
pub(super) struct Told {
    pub(super) kind: &'static str,
    data: Value,
    /// JSON for a field of the data, read only when it is told: nobody else shall wait for that.
    unread: Option<(&'static str, Bytes)>,
    /// What was told of the journal up to and with this, to go on from there later.
    pub(super) place: Option<String>,
}

impl Told {
    fn new(kind: &'static str, data: Value) -> Self {
        Self {
            kind,
            data,
            unread: None,
            place: None,
        }
    }

    /// What is told, as JSON text.
    pub(super) fn text(&self) -> String {
        match &self.unread {
            None => self.data.to_string(),
            Some((field, bytes)) => {
                let mut data = self.data.clone();
                data[field] = parsed(bytes);
                data.to_string()
            }
        }
    }
}

/// What was told. The first look tells all there is; each further one what has changed since.
pub(super) struct Follower {
    began: bool,
    /// Where to go on in the journal: the run, and the last number told.
    run: Option<u64>,
    number: u64,
    /// The last change told.
    change: u64,
    /// What there is one of, and what waits for the bot.
    rest: Value,
    queue: Value,
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
            change: 0,
            rest: Value::Null,
            queue: Value::Null,
        }
    }

    pub(super) fn look(&mut self, state: &State) -> Vec<Told> {
        let mut told = Vec::new();
        let changes = state.changes.after(self.change);
        match changes.filter(|_| self.began) {
            Some(changes) => {
                let changed: BTreeSet<Place> = changes.filter_map(Place::of).collect();
                self.look_at_rest(state, &mut told);
                look_at(changed, state, &mut told);
            }
            // One that was away for too long begins again too.
            None => self.begin(state, &mut told),
        }
        self.change = state.changes.last();
        let queue = world::queue(state);
        if self.queue != queue {
            self.queue.clone_from(&queue);
            told.push(Told::new("queue", queue));
        }
        self.look_at_journal(state, &mut told);
        told
    }

    fn begin(&mut self, state: &State, told: &mut Vec<Told>) {
        self.began = true;
        let run = state.journal.run;
        let goes_on = self.run.replace(run) == Some(run);
        if !goes_on {
            self.number = 0;
        }
        let hello = json!({"run": format!("{run:x}"), "goes_on": goes_on});
        told.push(Told::new("hello", hello));
        self.rest = world::rest(state);
        self.queue = world::queue(state);
        told.push(Told::new("world", world::shown_without_version(state)));
        for (chat_id, log) in state.logs().iter() {
            let skipped = log.messages.len().saturating_sub(MESSAGES);
            for stored in log.messages.values().skip(skipped) {
                let data = json!({"chat_id": chat_id, "message": messages::shown(stored)});
                told.push(Told::new("message", data));
            }
        }
        told.push(Told::new("ready", json!({})));
    }

    fn look_at_rest(&mut self, state: &State, told: &mut Vec<Told>) {
        let rest = world::rest(state);
        if self.rest != rest {
            self.rest = rest;
            told.push(Told::new("world", world::shown_without_version(state)));
        }
    }

    fn look_at_journal(&mut self, state: &State, told: &mut Vec<Told>) {
        let run = state.journal.run;
        for entry in state.journal.after(self.number) {
            self.number = entry.number;
            let mut one = match &entry.event {
                Event::Update(element) => Told {
                    unread: Some(("update", element.clone())),
                    ..Told::new("update", json!({}))
                },
                Event::Call { seq, answer } => {
                    let Some(call) = state.calls.find(*seq) else {
                        continue;
                    };
                    let mut data = call.to_json();
                    data["answer"] = Value::Null;
                    Told {
                        unread: answer.clone().map(|answer| ("answer", answer)),
                        ..Told::new("call", data)
                    }
                }
            };
            one.data["at_ms"] = json!(milliseconds(entry.at));
            one.place = Some(format!("{run:x}-{}", entry.number));
            told.push(one);
        }
    }
}

/// What changed, people and groups first: messages are of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Person(i64),
    Group(i64),
    Message(i64, i64),
}

impl Place {
    fn of(key: &Key) -> Option<Self> {
        match key {
            Key::Person(id) => Some(Self::Person(*id)),
            Key::Group(id) => Some(Self::Group(*id)),
            Key::Message(chat, id) => Some(Self::Message(*chat, *id)),
            Key::Chat(_)
            | Key::Press(_)
            | Key::Invoice(_)
            | Key::Payment(_)
            | Key::File(_)
            | Key::Content(_)
            | Key::StickerSet(_) => None,
        }
    }
}

fn look_at(changed: BTreeSet<Place>, state: &State, told: &mut Vec<Told>) {
    let mut gone: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for place in changed {
        match place {
            Place::Person(id) => {
                let human = state
                    .people()
                    .get(&id)
                    .map(|human| people::user(state, human));
                told.extend(human.map(|user| Told::new("user", user)));
            }
            Place::Group(id) => {
                let group = state.groups().get(&id);
                let group = group.map(|group| people::group(state, id, group));
                told.extend(group.map(|group| Told::new("group", group)));
            }
            Place::Message(chat_id, id) => match state.message(chat_id, id) {
                Some(stored) => {
                    let data = json!({"chat_id": chat_id, "message": messages::shown(stored)});
                    told.push(Told::new("message", data));
                }
                None => gone.entry(chat_id).or_default().push(id),
            },
        }
    }
    for (chat_id, ids) in gone {
        let data = json!({"chat_id": chat_id, "message_ids": ids});
        told.push(Told::new("gone", data));
    }
}

/// The value in JSON bytes, or their text when they are none.
fn parsed(bytes: &Bytes) -> Value {
    serde_json::from_slice(bytes)
        .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(bytes).into_owned()))
}

fn milliseconds(at: SystemTime) -> u64 {
    let since = at
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
