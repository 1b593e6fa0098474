//! The world as rows of a file, and back. What the bot called, faults and settings are not part of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::State;

/// Values by key; most are JSON. Keys of many of a kind are `<kind>/<id>`.
pub(crate) type Rows = BTreeMap<String, Vec<u8>>;

/// A value that cannot be read: its key, and why.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) key: String,
    pub(crate) why: String,
}

/// What makes the ids of new things.
#[derive(Serialize, Deserialize)]
struct Counters {
    next_person_id: i64,
    next_group_id: i64,
    next_message_id: i64,
    webhooks_set: u64,
}

impl State {
    /// All that is kept.
    pub(crate) fn rows(&self) -> Rows {
        let mut rows = Rows::new();
        let counters = Counters {
            next_person_id: self.next_person_id,
            next_group_id: self.next_group_id,
            next_message_id: self.next_message_id,
            webhooks_set: self.webhooks_set,
        };
        put(&mut rows, "bot", &self.bot);
        put(&mut rows, "counters", &counters);
        put_each(&mut rows, "person", &self.people);
        put_each(&mut rows, "group", &self.groups);
        put_each(&mut rows, "chat", &self.logs);
        put(&mut rows, "presses", &self.presses);
        // Their keys are pairs, which are no keys in JSON.
        put(
            &mut rows,
            "commands",
            &self.commands.iter().collect::<Vec<_>>(),
        );
        put(&mut rows, "files", &self.files);
        put(&mut rows, "profile", &self.profile);
        put(&mut rows, "webhook", &self.webhook);
        put(&mut rows, "queue", &self.queue.saved());
        rows.extend(self.queue.saved_updates());
        rows
    }

    /// Puts everything back into a world that is new.
    pub(crate) fn restore(&mut self, rows: &Rows) -> Result<(), Broken> {
        if let Some(counters) = get::<Counters>(rows, "counters")? {
            self.next_person_id = counters.next_person_id;
            self.next_group_id = counters.next_group_id;
            self.next_message_id = counters.next_message_id;
            self.webhooks_set = counters.webhooks_set;
        }
        self.people = get_each(rows, "person")?;
        self.groups = get_each(rows, "group")?;
        self.logs = get_each(rows, "chat")?;
        self.presses = get(rows, "presses")?.unwrap_or_default();
        let commands: Vec<_> = get(rows, "commands")?.unwrap_or_default();
        self.commands = commands.into_iter().collect();
        self.files = get(rows, "files")?.unwrap_or_default();
        self.profile = get(rows, "profile")?.unwrap_or_default();
        if let Some(name) = self.profile.names.get("") {
            self.bot.first_name.clone_from(name);
        }
        self.webhook = get(rows, "webhook")?.flatten();
        if let Some(queue) = get(rows, "queue")? {
            self.queue.restore(&queue, updates(rows)?);
        }
        Ok(())
    }
}

fn put(rows: &mut Rows, key: &str, value: &impl Serialize) {
    let json = serde_json::to_vec(value).expect("the world is plain data");
    rows.insert(key.to_owned(), json);
}

fn put_each(rows: &mut Rows, kind: &str, values: &BTreeMap<i64, impl Serialize>) {
    for (id, value) in values {
        put(rows, &format!("{kind}/{id}"), value);
    }
}

/// A value; `None` when there is none, as of a kind that was not known when the file was written.
pub(crate) fn get<T: DeserializeOwned>(rows: &Rows, key: &str) -> Result<Option<T>, Broken> {
    let read = |json: &Vec<u8>| serde_json::from_slice(json);
    rows.get(key).map(read).transpose().map_err(|error| Broken {
        key: key.to_owned(),
        why: error.to_string(),
    })
}

fn get_each<T: DeserializeOwned>(rows: &Rows, kind: &str) -> Result<BTreeMap<i64, T>, Broken> {
    of_kind(rows, kind)
        .map(|(key, id, _)| {
            let broken = || Broken {
                key: key.to_owned(),
                why: "no number".to_owned(),
            };
            let value = get(rows, key)?.ok_or_else(broken)?;
            Ok((id.parse().map_err(|_| broken())?, value))
        })
        .collect()
}

/// The keys of a kind, what they are the keys of, and the values.
fn of_kind<'a>(
    rows: &'a Rows,
    kind: &str,
) -> impl Iterator<Item = (&'a str, &'a str, &'a Vec<u8>)> {
    let begin = format!("{kind}/");
    rows.iter()
        .filter_map(move |(key, value)| Some((key.as_str(), key.strip_prefix(&begin)?, value)))
}

/// The updates that waited, in order.
fn updates(rows: &Rows) -> Result<Vec<(i64, Vec<u8>)>, Broken> {
    let mut updates = of_kind(rows, "update")
        .map(|(key, id, element)| {
            let (id, nth) = id.split_once('.').unwrap_or((id, "0"));
            match (id.parse::<i64>(), nth.parse::<usize>()) {
                (Ok(id), Ok(nth)) => Ok(((id, nth), element.clone())),
                _ => Err(Broken {
                    key: key.to_owned(),
                    why: "no number".to_owned(),
                }),
            }
        })
        .collect::<Result<Vec<_>, Broken>>()?;
    updates.sort_by_key(|(place, _)| *place);
    Ok(updates
        .into_iter()
        .map(|((id, _), element)| (id, element))
        .collect())
}
