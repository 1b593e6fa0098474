//! Chats: private ones come with the person, groups are made; each has a log of messages.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{SentMessage, State, topics::Topics};
use crate::protocol::objects::{Chat, ChatKind, Message};

/// A supergroup the bot is in, or was.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) title: String,
    pub(crate) username: Option<String>,
    pub(crate) members: BTreeSet<i64>,
    /// Those of its administrators who are people; the first made one owns the group.
    pub(crate) admins: Vec<i64>,
    pub(crate) bot: BotStatus,
    /// Those of a forum.
    #[serde(default)]
    pub(crate) topics: Option<Topics>,
    next_message_id: i64,
}

/// What the bot is to a group.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BotStatus {
    Member,
    Administrator,
    Left,
}

/// What was said in a chat.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ChatLog {
    pub(crate) messages: BTreeMap<i64, Stored>,
    /// The bot's messages as they were sent, not yet taken by a waiting test.
    pub(crate) inbox: VecDeque<SentMessage>,
    /// The same for its edits.
    pub(crate) edits: VecDeque<SentMessage>,
    /// The numbers of the pinned messages, in the order they were pinned.
    pub(crate) pinned: Vec<i64>,
    /// What the bot last said it is doing, until it did something.
    pub(crate) action: Option<Action>,
}

/// A chat action, such as `typing`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Action {
    pub(crate) action: String,
    /// When, in Unix seconds; apps show it for five.
    pub(crate) date: i64,
}

/// A message and where it came from.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Stored {
    pub(crate) message: Message,
    /// The keyboard as given, of any kind; the message itself has inline ones only.
    pub(crate) markup: Option<Value>,
    /// The parameters of the call that sent it; `None` for people's messages.
    pub(crate) params: Option<Value>,
    /// The bot's reactions, an array of `ReactionType`.
    pub(crate) reactions: Vec<Value>,
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
}

impl State {
    /// Makes a group, with the bot in it.
    pub(crate) fn add_group(&mut self, title: &str) -> i64 {
        self.next_group_id -= 1 + fastrand::i64(0..1000);
        let group = Group {
            title: title.to_owned(),
            username: None,
            members: BTreeSet::new(),
            admins: vec![],
            bot: BotStatus::Member,
            topics: None,
            next_message_id: 1,
        };
        self.groups.insert(self.next_group_id, group);
        self.next_group_id
    }

    /// The group with this title.
    pub(crate) fn group_named(&self, title: &str) -> Option<i64> {
        let mut groups = self.groups.iter();
        groups
            .find(|(_, group)| group.title == title)
            .map(|(id, _)| *id)
    }

    /// Puts a person into a group.
    pub(crate) fn join(&mut self, person_id: i64, group_id: i64) {
        self.groups
            .get_mut(&group_id)
            .expect("groups are never removed")
            .members
            .insert(person_id);
    }

    /// The chat with this id: a person's private one, or a group.
    pub(crate) fn chat(&self, id: i64) -> Option<Chat> {
        if let Some(Group {
            title, username, ..
        }) = self.groups.get(&id)
        {
            let (title, username) = (Some(title.clone()), username.clone());
            return Some(Chat {
                id,
                title,
                username,
                first_name: None,
                last_name: None,
                kind: ChatKind::Supergroup,
                is_forum: self.is_forum(id),
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
        })
    }

    /// Whether the bot may write to a chat that exists.
    pub(crate) fn place(&self, chat_id: i64) -> Place {
        match self.people.get(&chat_id) {
            Some(human) if human.deactivated => Place::Deactivated,
            Some(human) if human.blocked => Place::Blocked,
            Some(human) if human.started => Place::Open,
            Some(_) if self.meets_in_group(chat_id) => Place::NotStarted,
            Some(_) => Place::Unknown,
            None => match self.groups.get(&chat_id) {
                Some(group) if group.bot == BotStatus::Left => Place::Left,
                _ => Place::Open,
            },
        }
    }

    fn meets_in_group(&self, person_id: i64) -> bool {
        self.groups
            .values()
            .any(|group| group.bot != BotStatus::Left && group.members.contains(&person_id))
    }

    /// The number of the next message: supergroups count their own, private chats share one count, as the bot's account does.
    pub(super) fn next_message_id(&mut self, chat_id: i64) -> i64 {
        let next = match self.groups.get_mut(&chat_id) {
            Some(group) => &mut group.next_message_id,
            None => &mut self.next_message_id,
        };
        *next += 1;
        *next - 1
    }

    /// The log of a chat, empty when nothing was said.
    pub(crate) fn log_mut(&mut self, chat_id: i64) -> &mut ChatLog {
        self.logs.entry(chat_id).or_default()
    }

    /// A message by its place.
    pub(crate) fn message(&self, chat_id: i64, message_id: i64) -> Option<&Stored> {
        self.logs.get(&chat_id)?.messages.get(&message_id)
    }
}
