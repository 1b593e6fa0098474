//! Business accounts: people connect the bot to theirs, and it reads and writes in their private chats.

mod sight;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Action, ChatLog, State};
use crate::protocol::objects::{Common, Sender, User};

/// What the bot may be allowed to do in an account.
pub(crate) const RIGHTS: [&str; 14] = [
    "can_reply",
    "can_read_messages",
    "can_delete_sent_messages",
    "can_delete_all_messages",
    "can_edit_name",
    "can_edit_bio",
    "can_edit_profile_photo",
    "can_edit_username",
    "can_change_gift_settings",
    "can_view_gifts_and_stars",
    "can_convert_gifts_to_stars",
    "can_transfer_and_upgrade_gifts",
    "can_transfer_stars",
    "can_manage_stories",
];

/// How long after somebody wrote the bot may answer them, in seconds.
const ACTIVE: i64 = 24 * 3600;

/// A connection of the bot to an account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Connection {
    pub(crate) id: String,
    /// By which what changes in the account is told from what changes in the sight of bots, whose ids are positive.
    number: i64,
    pub(crate) owner: i64,
    date: i64,
    pub(crate) is_enabled: bool,
    pub(crate) rights: BTreeSet<String>,
    /// Up to which message of each chat the bot has read.
    #[serde(default)]
    pub(crate) read: BTreeMap<i64, i64>,
    /// When the other one of each chat last wrote.
    #[serde(default)]
    heard: BTreeMap<i64, i64>,
    next_message_id: i64,
}

/// What is of an account; of the bot itself, while the state is turned round to the account.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) connection: Connection,
    private: BTreeMap<i64, ChatLog>,
    pinned: BTreeMap<i64, Vec<i64>>,
    actions: BTreeMap<i64, Action>,
}

impl Connection {
    pub(crate) fn may(&self, right: &str) -> bool {
        self.rights.contains(right)
    }
}

impl State {
    /// A person connects the bot to their account, with these rights; returns the connection's id and the update's.
    pub(crate) fn connect_business(
        &mut self,
        person: i64,
        rights: &[&str],
    ) -> Result<(String, i64), String> {
        let id: String = std::iter::repeat_with(fastrand::alphanumeric)
            .take(22)
            .collect();
        let connection = Connection {
            id: id.clone(),
            number: -fastrand::i64(1..1 << 53),
            owner: person,
            date: self.now(),
            is_enabled: true,
            rights: known(rights)?,
            read: BTreeMap::new(),
            heard: BTreeMap::new(),
            next_message_id: 1,
        };
        // Those who connect a bot can be written to by it.
        self.stand_mut(person).started = true;
        self.put_account(connection, BTreeMap::new());
        Ok((id.clone(), self.tell_of_connection(&id)))
    }

    /// The owner of an account changes what the bot may do there, or ends the connection, or takes it up again.
    pub(crate) fn change_connection(
        &mut self,
        id: &str,
        rights: Option<&[&str]>,
        is_enabled: Option<bool>,
    ) -> Result<i64, String> {
        let rights = rights.map(known).transpose()?;
        let present = self.account.as_deref_mut();
        let account = present.filter(|account| account.connection.id == id);
        let account = account.or_else(|| self.business.get_mut(id));
        let connection = &mut account.ok_or("there is no such connection")?.connection;
        connection.rights = rights.unwrap_or(std::mem::take(&mut connection.rights));
        connection.is_enabled = is_enabled.unwrap_or(connection.is_enabled);
        Ok(self.tell_of_connection(id))
    }

    /// A `BusinessConnection` that an update was pushed with.
    pub(super) fn learn_connection(&mut self, payload: &Value) {
        let (Some(id), Some(owner)) = (payload["id"].as_str(), payload["user"]["id"].as_i64())
        else {
            return;
        };
        if !self.people().contains_key(&owner) {
            return;
        }
        let given = payload["rights"].as_object();
        let rights = RIGHTS
            .into_iter()
            .filter(|right| given.is_some_and(|given| given.get(*right) == Some(&json!(true))));
        let rights: Vec<&str> = rights.collect();
        let is_enabled = payload["is_enabled"] == true;
        if !self.business.contains_key(id) {
            let connection = Connection {
                id: id.to_owned(),
                number: -fastrand::i64(1..1 << 53),
                owner,
                date: payload["date"].as_i64().unwrap_or_else(|| self.now()),
                is_enabled,
                rights: BTreeSet::new(),
                read: BTreeMap::new(),
                heard: BTreeMap::new(),
                next_message_id: 1,
            };
            self.put_account(connection, BTreeMap::new());
        }
        if let Some(account) = self.business.get_mut(id) {
            account.connection.rights = rights.into_iter().map(str::to_owned).collect();
            account.connection.is_enabled = is_enabled;
        }
    }

    /// The account in which a message is, if the bot is connected to it.
    pub(super) fn account_of(&self, message: &Value) -> Option<i64> {
        let id = message["business_connection_id"].as_str()?;
        message["message_id"].as_i64()?;
        self.account_named(id)
    }

    /// An account that was read back.
    pub(super) fn restore_account(
        &mut self,
        connection: Connection,
        next_message_id: i64,
        pinned: BTreeMap<i64, Vec<i64>>,
    ) {
        let connection = Connection {
            next_message_id,
            ..connection
        };
        self.put_account(connection, pinned);
    }

    /// The number of an account by its connection.
    pub(super) fn account_named(&self, id: &str) -> Option<i64> {
        Some(self.connection(id)?.number)
    }

    fn put_account(&mut self, connection: Connection, pinned: BTreeMap<i64, Vec<i64>>) {
        let account = Account {
            private: BTreeMap::new(),
            pinned,
            actions: BTreeMap::new(),
            connection,
        };
        self.business.insert(account.connection.id.clone(), account);
    }

    /// The bot's connections by id, but the one to which the state is turned round.
    pub(crate) fn connections(&self) -> impl Iterator<Item = &Connection> {
        self.business.values().map(|account| &account.connection)
    }

    /// A connection of the bot's.
    pub(crate) fn connection(&self, id: &str) -> Option<&Connection> {
        let present = self.account.as_ref().map(|account| &account.connection);
        let other = || self.business.get(id).map(|account| &account.connection);
        present.filter(|present| present.id == id).or_else(other)
    }

    /// The connection to whose account the state is turned round.
    pub(crate) fn present_connection(&self) -> Option<&Connection> {
        self.account.as_ref().map(|account| &account.connection)
    }

    /// Telegram's object.
    pub(crate) fn connection_shown(&self, connection: &Connection) -> Value {
        let rights: Map<String, Value> = connection
            .rights
            .iter()
            .map(|right| (right.clone(), json!(true)))
            .collect();
        json!({
            "id": connection.id, "user": self.user(connection.owner), "user_chat_id": connection.owner,
            "date": connection.date, "is_enabled": connection.is_enabled, "rights": rights,
        })
    }

    /// Whether somebody wrote to the present account so lately that the bot may answer them.
    pub(crate) fn is_active(&self, chat_id: i64) -> bool {
        let heard = self
            .present_connection()
            .and_then(|connection| connection.heard.get(&chat_id));
        heard.is_some_and(|heard| self.now() < heard + ACTIVE)
    }

    /// Who is seen to write in an account: what the bot writes is the owner's.
    pub(super) fn sent_in_account(
        &self,
        connection: &Connection,
        from: Common<User>,
    ) -> (Common<User>, Sender) {
        let is_bots = from.id == self.bot.id;
        let sender = Sender {
            business_connection_id: Some(connection.id.clone()),
            sender_business_bot: is_bots.then(|| self.bot.clone()),
            ..Sender::default()
        };
        let owner = || self.person(connection.owner).user.clone();
        let from = if is_bots { owner().into() } else { from };
        (from, sender)
    }

    /// Whether the state is turned round to the account of this person.
    pub(crate) fn owns_account(&self, person: i64) -> bool {
        self.present_connection()
            .is_some_and(|connection| connection.owner == person)
    }

    /// Notes who wrote to the present account.
    pub(super) fn note_heard(&mut self, chat_id: i64, writer: i64) {
        let now = self.now();
        if let Some(account) = &mut self.account
            && writer != account.connection.owner
        {
            account.connection.heard.insert(chat_id, now);
        }
    }

    /// The bot has read a chat of the present account up to this message.
    pub(crate) fn read_business(&mut self, chat_id: i64, message_id: i64) {
        if let Some(account) = &mut self.account {
            let read = account.connection.read.entry(chat_id).or_default();
            *read = (*read).max(message_id);
        }
    }

    /// Tells the bot of messages of the present account that were deleted.
    pub(super) fn tell_of_deleted(&mut self, chat_id: i64, message_ids: &[i64]) -> i64 {
        let Some(connection) = self.present_connection().filter(|one| one.is_enabled) else {
            return 0;
        };
        let update = json!({
            "business_connection_id": connection.id, "chat": self.chat(chat_id), "message_ids": message_ids,
        });
        self.queue_update("deleted_business_messages", &update)
    }

    /// Whether the bot hears what is said in the present sight.
    pub(super) fn hears(&self) -> bool {
        self.present_connection()
            .is_none_or(|connection| connection.is_enabled)
    }

    fn tell_of_connection(&mut self, id: &str) -> i64 {
        let connection = self.connection(id).expect("it was put there just now");
        let update = self.connection_shown(connection);
        self.queue_update("business_connection", &update)
    }
}

/// These rights, if there are such.
fn known(rights: &[&str]) -> Result<BTreeSet<String>, String> {
    match rights.iter().find(|right| !RIGHTS.contains(right)) {
        Some(unknown) => Err(format!("there is no right {unknown}")),
        None => Ok(rights.iter().map(|right| (*right).to_owned()).collect()),
    }
}
