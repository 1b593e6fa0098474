//! Chats: private ones come with the person, groups are made; each has a log of messages.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{State, Stored, by_chat::ByChat, changes::Key, letters::Letters, topics::Topics};
use crate::protocol::objects::{Chat, ChatKind};

/// A supergroup the bot is in, or was.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) title: String,
    pub(crate) username: Option<String>,
    pub(crate) members: BTreeSet<i64>,
    /// Those of its administrators who are people; the first made one owns the group.
    pub(crate) admins: Vec<i64>,
    /// What bots are to it.
    #[serde(default)]
    pub(crate) bots: BTreeMap<i64, BotStatus>,
    /// The only bot's, as it was written when there was one only.
    #[serde(default, rename = "bot", skip_serializing)]
    pub(super) only_bot: Option<BotStatus>,
    /// Those of a forum.
    #[serde(default)]
    pub(crate) topics: Option<Topics>,
    /// Whoever stands otherwise than as a plain member or an administrator with all rights: fields of their `ChatMember`.
    #[serde(default)]
    pub(crate) standings: BTreeMap<i64, Map<String, Value>>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) description: String,
    /// A `ChatPhoto`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) photo: Option<Value>,
    /// What members may do; everything unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) permissions: Option<Map<String, Value>>,
    /// Who asks to be let in, with the link they came by.
    #[serde(default)]
    pub(crate) requests: BTreeMap<i64, Value>,
    /// The name of its set of stickers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sticker_set: Option<String>,
    /// Links of the bot's, `ChatInviteLink`s.
    #[serde(default)]
    pub(crate) links: Vec<Value>,
    /// It is a group of the simple kind, which can become a supergroup.
    #[serde(default)]
    pub(crate) is_basic: bool,
    #[serde(default)]
    pub(crate) is_channel: bool,
    /// Of a channel: posts are signed by those who write them.
    #[serde(default)]
    pub(crate) has_signatures: bool,
    /// The group of a channel's comments, and the channel of such a group.
    #[serde(default)]
    pub(crate) linked: Option<i64>,
    /// The chat of a channel's direct messages, and the channel of such a chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) direct: Option<i64>,
    /// Chats as which nobody speaks here any more.
    #[serde(default)]
    pub(crate) banned_chats: BTreeSet<i64>,
    /// The supergroup that it became.
    #[serde(default)]
    pub(crate) moved_to: Option<i64>,
    next_message_id: i64,
}

impl Group {
    /// Whether nothing was said in it yet.
    pub(super) fn counts_from_one(&self) -> bool {
        self.next_message_id <= 1
    }

    /// What was written of the only bot is of this one.
    pub(super) fn knew_only(&mut self, bot: i64) {
        if let Some(status) = self.only_bot.take() {
            self.bots.entry(bot).or_insert(status);
        }
    }
}

/// What the bot is to a group.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BotStatus {
    Member,
    Administrator,
    Left,
    /// Put out.
    Kicked,
}

/// What was said in a chat.
#[derive(Debug, Default)]
pub(crate) struct ChatLog {
    pub(crate) messages: BTreeMap<i64, Box<Stored>>,
    pub(super) letters: Letters,
}

/// A chat action, such as `typing`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Action {
    pub(crate) action: String,
    /// When, in Unix seconds; apps show it for five.
    pub(crate) date: i64,
}

/// Where the bot may write, or why it may not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Place {
    Open,
    /// A person of whom the bot never heard.
    Unknown,
    /// A person whom the bot has met in a group, but who never pressed Start.
    NotStarted,
    /// A person who blocked the bot.
    Blocked,
    /// A person who is no more.
    Deactivated,
    /// A group that the bot has left.
    Left,
    /// One from which it was put out.
    Kicked,
}

impl State {
    /// Makes a group, with the bot in it.
    pub(crate) fn add_group(&mut self, title: &str) -> i64 {
        self.next_group_id -= 1 + fastrand::i64(0..1000);
        self.put_group(self.next_group_id, title, BotStatus::Member);
        self.next_group_id
    }

    /// Makes a group with this id.
    pub(super) fn put_group(&mut self, id: i64, title: &str, bot: BotStatus) {
        let group = Group {
            title: title.to_owned(),
            username: None,
            members: BTreeSet::new(),
            admins: vec![],
            bots: BTreeMap::from([(self.bot.id, bot)]),
            only_bot: None,
            topics: None,
            standings: BTreeMap::new(),
            description: String::new(),
            photo: None,
            permissions: None,
            requests: BTreeMap::new(),
            sticker_set: None,
            links: vec![],
            is_basic: false,
            is_channel: false,
            has_signatures: false,
            linked: None,
            direct: None,
            banned_chats: BTreeSet::new(),
            moved_to: None,
            next_message_id: 1,
        };
        self.groups.insert(id, group);
        self.changes.mark(Key::Group(id));
    }

    /// The group with this title; a channel rather than the chat of its direct messages, which is called the same.
    pub(crate) fn group_named(&self, title: &str) -> Option<i64> {
        let mut groups = self.groups.iter();
        groups
            .find(|(id, group)| group.title == title && self.direct_of(**id).is_none())
            .map(|(id, _)| *id)
    }

    /// Puts a person into a group.
    pub(crate) fn join(&mut self, person_id: i64, group_id: i64) {
        self.group_mut(group_id).members.insert(person_id);
    }

    /// All groups by id.
    pub(crate) fn groups(&self) -> &BTreeMap<i64, Group> {
        &self.groups
    }

    /// A group that exists, to change.
    pub(crate) fn group_mut(&mut self, id: i64) -> &mut Group {
        self.changes.mark(Key::Group(id));
        self.groups.get_mut(&id).expect("groups are never removed")
    }

    /// The chat with this id: a person's private one, or a group.
    pub(crate) fn chat(&self, id: i64) -> Option<Chat> {
        if let Some(Group {
            title,
            username,
            is_basic,
            is_channel,
            ..
        }) = self.groups.get(&id)
        {
            let (title, username) = (Some(title.clone()), username.clone());
            return Some(Chat {
                id,
                title,
                username,
                first_name: None,
                last_name: None,
                kind: match (is_channel, is_basic) {
                    (true, _) => ChatKind::Channel,
                    (false, true) => ChatKind::Group,
                    (false, false) => ChatKind::Supergroup,
                },
                is_forum: self.is_forum(id),
                is_direct_messages: self.direct_of(id).is_some(),
            });
        }
        let user = &self.people.get(&id)?.user;
        Some(Chat {
            id,
            title: None,
            username: user.username.clone(),
            first_name: Some(user.first_name.clone()),
            last_name: user.last_name.clone(),
            kind: ChatKind::Private,
            is_forum: false,
            is_direct_messages: false,
        })
    }

    /// Whether the bot may write to a chat that exists.
    pub(crate) fn place(&self, chat_id: i64) -> Place {
        match self.people.get(&chat_id) {
            Some(human) if human.deactivated => Place::Deactivated,
            Some(_) if self.present_connection().is_some() => Place::Open,
            Some(human) if human.stand(self.bot.id).blocked => Place::Blocked,
            Some(human) if human.stand(self.bot.id).started => Place::Open,
            Some(_) if self.meets_in_group(chat_id) => Place::NotStarted,
            Some(_) => Place::Unknown,
            None => match self.groups.get(&chat_id) {
                Some(group) => match group.bot(self.bot.id) {
                    BotStatus::Left => Place::Left,
                    BotStatus::Kicked => Place::Kicked,
                    _ => Place::Open,
                },
                None => Place::Open,
            },
        }
    }

    fn meets_in_group(&self, person_id: i64) -> bool {
        self.groups.values().any(|group| {
            !matches!(group.bot(self.bot.id), BotStatus::Left | BotStatus::Kicked)
                && group.members.contains(&person_id)
        })
    }

    /// The number of the next message: supergroups count their own, private chats share one count, as the bot's account does.
    pub(super) fn next_message_id(&mut self, chat_id: i64) -> i64 {
        let next = match self.groups.get_mut(&chat_id) {
            Some(group) => {
                // Its row changes, but nothing that anyone is told.
                self.changes.mark(Key::Chat(chat_id));
                &mut group.next_message_id
            }
            None => &mut self.next_message_id,
        };
        *next += 1;
        *next - 1
    }

    /// Messages to come have greater numbers than this one.
    pub(super) fn count_past(&mut self, chat_id: i64, message_id: i64) {
        let next = message_id.saturating_add(1);
        match self.groups.get_mut(&chat_id) {
            Some(group) => group.next_message_id = group.next_message_id.max(next),
            None => self.next_message_id = self.next_message_id.max(next),
        }
        self.changes.mark(Key::Chat(chat_id));
    }

    /// The logs of all chats in which something was said.
    pub(crate) fn logs(&self) -> &ByChat<ChatLog> {
        &self.logs
    }

    /// A message by its place.
    pub(crate) fn message(&self, chat_id: i64, message_id: i64) -> Option<&Stored> {
        let stored = self.logs.get(&chat_id)?.messages.get(&message_id)?;
        Some(stored)
    }

    /// The same, to change.
    pub(crate) fn message_mut(&mut self, chat_id: i64, message_id: i64) -> Option<&mut Stored> {
        let log = self.logs.get_mut(&chat_id)?;
        let stored = log.messages.get_mut(&message_id)?;
        self.changes.mark(Key::Message(chat_id, message_id));
        Some(stored)
    }
}
