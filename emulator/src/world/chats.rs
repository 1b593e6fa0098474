//! Chats: private ones come with the person, groups are made; each has a log of messages.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::State;
use crate::{
    objects::{Chat, ChatKind, Message},
    sent::SentMessage,
};

/// A supergroup the bot is in.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) title: String,
    pub(crate) members: BTreeSet<i64>,
    next_message_id: i64,
}

/// What was said in a chat.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ChatLog {
    pub(crate) messages: BTreeMap<i64, Stored>,
    /// The bot's messages as they were sent, not yet taken by a waiting test.
    pub(crate) inbox: VecDeque<SentMessage>,
    /// The same for its edits.
    pub(crate) edits: VecDeque<SentMessage>,
}

/// A message and where it came from.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Stored {
    pub(crate) message: Message,
    /// The keyboard as given, of any kind; the message itself has inline ones only.
    pub(crate) markup: Option<Value>,
    /// The parameters of the call that sent it; `None` for people's messages.
    pub(crate) params: Option<Value>,
}

/// Where the bot may write, or why it may not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Place {
    Open,
    /// A person who never pressed Start.
    NotStarted,
    /// A person who blocked the bot.
    Blocked,
}

impl State {
    /// Makes a group, with the bot in it.
    pub(crate) fn add_group(&mut self, title: &str) -> i64 {
        self.next_group_id -= 1 + fastrand::i64(0..1000);
        let group = Group {
            title: title.to_owned(),
            members: BTreeSet::new(),
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
        if let Some(Group { title, .. }) = self.groups.get(&id) {
            let title = Some(title.clone());
            return Some(Chat {
                id,
                title,
                username: None,
                first_name: None,
                last_name: None,
                kind: ChatKind::Supergroup,
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
        })
    }

    /// Whether the bot may write to a chat that exists.
    pub(crate) fn place(&self, chat_id: i64) -> Place {
        match self.people.get(&chat_id) {
            Some(human) if human.blocked => Place::Blocked,
            Some(human) if !human.started => Place::NotStarted,
            _ => Place::Open,
        }
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
