//! A world read back from the rows of a file: as they are written now, and as the first version wrote them.

use std::{
    collections::{BTreeMap, VecDeque},
    str::FromStr,
    sync::Arc,
};

use bytes::Bytes;
use serde::{Deserialize, de::DeserializeOwned};

use super::{Counters, Rows, SavedAccount, SavedBot, prefix};
use crate::{
    protocol::media::stored,
    world::{
        FileContent, Identity, SentMessage, State, Stored, World,
        files::File,
        letters::{Letter, Letters},
        presses::Pressed,
    },
};

/// A value that cannot be read: its key, and why.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) key: String,
    pub(crate) why: String,
}

/// A chat's row; the first version kept all of its messages in it.
#[derive(Deserialize)]
struct Chat {
    inbox: VecDeque<Letter>,
    edits: VecDeque<SentMessage>,
    #[serde(default)]
    messages: BTreeMap<i64, Stored>,
    #[serde(default)]
    pinned: Vec<i64>,
}

/// All files in one row, as the first version kept them.
#[derive(Default, Deserialize)]
struct OldFiles {
    by_id: BTreeMap<String, File>,
    contents: Vec<OldContent>,
}

#[derive(Deserialize)]
enum OldContent {
    Bytes(#[serde(deserialize_with = "stored::deserialize")] Bytes),
    Url(String),
}

impl State {
    /// Puts everything back into a world that is new, but what is of other bots than the first.
    pub(crate) fn restore(&mut self, rows: &Rows) -> Result<(), Broken> {
        if let Some(counters) = get::<Counters>(rows, "counters")? {
            self.next_person_id = counters.next_person_id;
            self.next_group_id = counters.next_group_id;
        }
        let bot = self.bot.id;
        self.people = get_each(rows, "person")?.into_iter().collect();
        self.groups = get_each(rows, "group")?.into_iter().collect();
        self.people
            .values_mut()
            .for_each(|human| human.knew_only(bot));
        self.groups
            .values_mut()
            .for_each(|group| group.knew_only(bot));
        self.note_usernames();
        self.restore_files(rows)?;
        self.restore_own(rows)
    }

    /// Puts back what is of another bot, which was added just now.
    pub(crate) fn restore_bot(&mut self, rows: &Rows, bot: i64) -> Result<(), Broken> {
        let own = below(rows, &prefix(1, bot));
        self.as_bot(bot, |state| state.restore_own(&own))
    }

    fn restore_own(&mut self, rows: &Rows) -> Result<(), Broken> {
        if let Some(counters) = get::<Counters>(rows, "counters")? {
            self.next_message_id = counters.next_message_id;
            self.webhooks_set = counters.webhooks_set;
            self.payments.broadcast = counters.paid_broadcast;
        }
        let pinned: BTreeMap<i64, Vec<i64>> = get(rows, "pinned")?.unwrap_or_default();
        for (chat, ids) in pinned {
            self.pinned.insert(chat, ids);
        }
        self.restore_messages(rows)?;
        self.note_polls();
        self.restore_accounts(rows)?;
        let old_presses: Option<BTreeMap<String, Pressed>> = get(rows, "presses")?;
        let presses = get_each::<String, Pressed>(rows, "press")?;
        // Their ids are random: which are the oldest is not known any more.
        for (id, pressed) in old_presses.into_iter().flatten().chain(presses) {
            self.presses.order.push_back(id.clone());
            self.presses.by_id.insert(id, pressed);
        }
        self.payments.links = get_each(rows, "invoice")?.into_iter().collect();
        self.payments.made = get_each(rows, "payment")?.into_iter().collect();
        self.plan_renewals();
        let commands: Vec<_> = get(rows, "commands")?.unwrap_or_default();
        self.commands = commands.into_iter().collect();
        self.profile = get(rows, "profile")?.unwrap_or_default();
        if let Some(name) = self.profile.names.get("") {
            self.bot.own().first_name.clone_from(name);
        }
        self.webhook = get(rows, "webhook")?.flatten();
        if let Some(queue) = get(rows, "queue")? {
            let now = self.now_ms();
            self.queue.restore(&queue, updates(rows)?, now);
        }
        Ok(())
    }

    fn restore_accounts(&mut self, rows: &Rows) -> Result<(), Broken> {
        for (id, account) in get_each::<String, SavedAccount>(rows, "connection")? {
            self.restore_account(account.connection, account.next_message_id, account.pinned);
            let own = below(rows, &format!("in/{id}/"));
            let account = self.account_named(&id).unwrap_or_else(|| self.sight());
            self.as_seen(account, |state| {
                state.restore_messages(&own)?;
                state.note_polls();
                Ok(())
            })?;
        }
        Ok(())
    }

    fn restore_messages(&mut self, rows: &Rows) -> Result<(), Broken> {
        let mut order = vec![];
        let mut put = |state: &mut Self, chat: i64, id: i64, stored: Stored| {
            order.push((stored.message.date, chat, id));
            let mut stored = stored;
            state.find_common(&mut stored.message);
            let log = state.logs.entry(chat).or_default();
            log.messages.insert(id, Box::new(stored));
        };
        for (id, chat) in get_each::<i64, Chat>(rows, "chat")? {
            self.logs.entry(id).or_default().letters = Letters {
                inbox: chat.inbox,
                edits: chat.edits,
            };
            if !chat.pinned.is_empty() {
                self.pinned.insert(id, chat.pinned);
            }
            for (message_id, stored) in chat.messages {
                put(self, id, message_id, stored);
            }
        }
        for (key, place, _) in of_kind(rows, "message") {
            let (chat, id) = pair(key, place)?;
            put(self, chat, id, required(rows, key)?);
        }
        order.sort_unstable();
        let sight = |chat: i64| if chat < 0 { 0 } else { self.sight() };
        let places = order
            .into_iter()
            .map(|(_, chat, id)| (sight(chat), chat, id));
        let places: Vec<_> = places.collect();
        self.order.extend(places);
        Ok(())
    }

    fn restore_files(&mut self, rows: &Rows) -> Result<(), Broken> {
        let old: OldFiles = get(rows, "files")?.unwrap_or_default();
        for (number, content) in old.contents.into_iter().enumerate() {
            let content = match content {
                OldContent::Bytes(bytes) => FileContent::Bytes(bytes),
                OldContent::Url(url) => FileContent::Url(url),
            };
            self.files.restore_content(number, content);
        }
        for (id, file) in old.by_id.into_iter().chain(get_each(rows, "file")?) {
            self.files.restore(id, file);
        }
        self.sticker_sets = get_each(rows, "stickers")?.into_iter().collect();
        for (key, number, value) in of_kind(rows, "content") {
            let content = match value.split_first() {
                Some((b'=', bytes)) => FileContent::Bytes(Bytes::copy_from_slice(bytes)),
                Some((b'@', url)) => FileContent::Url(String::from_utf8_lossy(url).into_owned()),
                _ => return Err(broken(key, "neither bytes nor a link")),
            };
            self.files.restore_content(parsed(key, number)?, content);
        }
        Ok(())
    }
}

/// The rows whose keys begin so, without that.
fn below(rows: &Rows, begin: &str) -> Rows {
    let below = rows.iter().filter_map(|(key, value)| {
        let key = key.strip_prefix(begin)?;
        Some((key.to_owned(), value.clone()))
    });
    below.collect()
}

/// A value; `None` when there is none, as of a kind that was not known when the file was written.
pub(crate) fn get<T: DeserializeOwned>(rows: &Rows, key: &str) -> Result<Option<T>, Broken> {
    let read = |json: &Vec<u8>| serde_json::from_slice(json);
    let value = rows.get(key).map(read).transpose();
    value.map_err(|error| broken(key, &error.to_string()))
}

fn required<T: DeserializeOwned>(rows: &Rows, key: &str) -> Result<T, Broken> {
    get(rows, key)?.ok_or_else(|| broken(key, "nothing there"))
}

fn get_each<K: FromStr, T: DeserializeOwned>(
    rows: &Rows,
    kind: &str,
) -> Result<Vec<(K, T)>, Broken> {
    of_kind(rows, kind)
        .map(|(key, id, _)| Ok((parsed(key, id)?, required(rows, key)?)))
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

/// The updates that waited, in order, with the two numbers of their keys.
fn updates(rows: &Rows) -> Result<Vec<(i64, u64, Vec<u8>)>, Broken> {
    let mut updates = of_kind(rows, "update")
        .map(|(key, place, element)| {
            let (id, nth) = pair(key, place)?;
            Ok((id, nth, element.clone()))
        })
        .collect::<Result<Vec<_>, Broken>>()?;
    updates.sort_by_key(|(id, nth, _)| (*id, *nth));
    Ok(updates)
}

/// The two numbers of a key.
fn pair<A: FromStr, B: FromStr>(key: &str, place: &str) -> Result<(A, B), Broken> {
    let (one, other) = place
        .split_once('.')
        .ok_or_else(|| broken(key, "no number"))?;
    Ok((parsed(key, one)?, parsed(key, other)?))
}

fn parsed<T: FromStr>(key: &str, text: &str) -> Result<T, Broken> {
    text.parse().map_err(|_| broken(key, "no number"))
}

fn broken(key: &str, why: &str) -> Broken {
    Broken {
        key: key.to_owned(),
        why: why.to_owned(),
    }
}

impl World {
    /// Puts everything back into a world that is new, with the bots that were added.
    pub(crate) fn restore(self: &Arc<Self>, rows: &Rows) -> Result<(), Broken> {
        self.change(|state| state.restore(rows))?;
        let others: Vec<SavedBot> = get(rows, "bots")?.unwrap_or_default();
        for SavedBot { token, user } in others {
            let id = user.id;
            // One that is there already was named at the start.
            let _ = self.add_bot(Identity { token, user });
            self.change(|state| state.restore_bot(rows, id))?;
        }
        Ok(())
    }
}
