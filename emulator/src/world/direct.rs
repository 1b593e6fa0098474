//! Direct messages of a channel: a chat of their own, in which each writer has a topic, numbered as they are, and whoever
//! runs the channel answers in one.

use serde_json::{Value, json};

use super::State;
use crate::protocol::objects::Chat;

impl State {
    /// The chat of a channel's direct messages, made if there is none yet.
    pub(crate) fn open_direct(&mut self, channel: i64) -> Result<i64, String> {
        let of = self
            .groups()
            .get(&channel)
            .filter(|group| group.is_channel)
            .ok_or("only channels have direct messages")?;
        if let Some(chat) = of.direct {
            return Ok(chat);
        }
        let (title, bots) = (of.title.clone(), of.bots.clone());
        let chat = self.add_group(&title);
        let group = self.group_mut(chat);
        group.direct = Some(channel);
        group.bots = bots;
        self.group_mut(channel).direct = Some(chat);
        Ok(chat)
    }

    /// The channel whose direct messages a chat has.
    pub(crate) fn direct_of(&self, chat_id: i64) -> Option<i64> {
        let group = self.groups().get(&chat_id)?;
        group.direct.filter(|_| !group.is_channel)
    }

    /// The channel as which a person answers its direct messages, if they run it.
    pub(super) fn answers_as(&self, person_id: i64, chat_id: i64) -> Option<i64> {
        let channel = self.direct_of(chat_id)?;
        let admins = &self.groups().get(&channel)?.admins;
        admins.contains(&person_id).then_some(channel)
    }

    /// Whether somebody has written to the channel, and so has that topic.
    pub(crate) fn has_direct_topic(&self, chat_id: i64, topic: i64) -> bool {
        let group = self.groups().get(&chat_id);
        group.is_some_and(|group| group.direct.is_some() && group.members.contains(&topic))
    }

    /// The topic of a message.
    pub(crate) fn direct_topic_of(&self, chat_id: i64, message_id: i64) -> Option<i64> {
        let sender = self.message(chat_id, message_id)?.message.sender.as_ref()?;
        sender.direct_messages_topic.as_ref()?["topic_id"].as_i64()
    }

    /// Why a person cannot write in a topic of direct messages, if that is so.
    pub(super) fn check_may_write_directly(
        &self,
        person_id: i64,
        chat_id: i64,
        topic: Option<i64>,
    ) -> Result<(), String> {
        match (self.answers_as(person_id, chat_id), topic) {
            (Some(_), None) => Err("whose topic is it?".to_owned()),
            (Some(_), Some(topic)) if self.has_direct_topic(chat_id, topic) => Ok(()),
            (None, topic) if topic.is_none_or(|topic| topic == person_id) => Ok(()),
            _ => Err("there is no such topic".to_owned()),
        }
    }

    /// A `DirectMessagesTopic`.
    pub(super) fn direct_topic(&self, topic: i64) -> Value {
        match self.user(topic) {
            Some(user) => json!({"topic_id": topic, "user": user}),
            None => json!({"topic_id": topic}),
        }
    }

    /// A channel's direct messages are called as it is, and bots are to them what they are to it.
    pub(crate) fn mirror_direct(&mut self, channel: i64) {
        let Some(group) = self.groups().get(&channel).filter(|one| one.is_channel) else {
            return;
        };
        if let Some(chat) = group.direct {
            let (title, bots) = (group.title.clone(), group.bots.clone());
            let mirror = self.group_mut(chat);
            (mirror.title, mirror.bots) = (title, bots);
        }
    }

    /// The channel whose direct messages a chat has, as Telegram tells of it.
    pub(crate) fn parent_chat(&self, chat_id: i64) -> Option<Chat> {
        self.chat(self.direct_of(chat_id)?)
    }
}
