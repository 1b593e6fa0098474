//! What people do with messages that are there: they answer, edit, delete and forward them, and react to them.

use serde::Serialize;
use serde_json::{Value, json};

use super::{BotStatus, Draft, Place, State, channels::origin};
use crate::protocol::{
    objects::{Chat, Content, Message, User},
    text,
};

#[derive(Serialize)]
struct MessageReactionUpdated<'a> {
    chat: Chat,
    message_id: i64,
    user: &'a User,
    date: i64,
    old_reaction: Vec<Value>,
    new_reaction: Vec<Value>,
}

impl State {
    /// A person's own message, changed; the bot is told. The error says why it cannot be.
    pub(crate) fn person_edits(
        &mut self,
        person_id: i64,
        (chat_id, message_id): (i64, i64),
        words: &str,
    ) -> Result<i64, String> {
        let words = text::plain(words).ok_or("text must be non-empty")?;
        self.check_writer(person_id, chat_id, message_id)?;
        let entities = text::found(&words, &[]);
        let now = self.now();
        let stored = self.seen_mut(chat_id, message_id)?;
        let content = &mut stored.message.content;
        if content.has_caption() {
            (content.caption, content.caption_entities) = (words, entities);
        } else if content.is_text() {
            (content.text, content.entities) = (words, entities);
        } else {
            return Err("there is no text in the message".to_owned());
        }
        stored.message.edit_date = Some(now);
        let message = stored.message.clone();
        let kind = match self.is_channel(chat_id) {
            true => "edited_channel_post",
            false if self.present_connection().is_some() => "edited_business_message",
            false => "edited_message",
        };
        Ok(self.report(kind, chat_id, &message))
    }

    /// A person deletes a message: their own, any in a private chat, and in a group of which they are an administrator. The
    /// bot is not told, as on the real server, but in a business account.
    pub(crate) fn person_deletes(
        &mut self,
        person_id: i64,
        (chat_id, message_id): (i64, i64),
    ) -> Result<(), String> {
        let may = match self.groups().get(&chat_id) {
            Some(group) => group.admins.contains(&person_id),
            None => person_id == chat_id || self.owns_account(person_id),
        };
        if !may {
            self.check_writer(person_id, chat_id, message_id)?;
        }
        self.seen_mut(chat_id, message_id)?;
        self.delete(chat_id, message_id);
        self.tell_of_deleted(chat_id, &[message_id]);
        Ok(())
    }

    /// A person forwards a message to the bot or a group.
    pub(crate) fn person_forwards(
        &mut self,
        person_id: i64,
        (from_chat, message_id): (i64, i64),
        to_chat: i64,
    ) -> Result<i64, String> {
        let stored = self.message(from_chat, message_id);
        let original = stored.ok_or("there is no such message")?.message.clone();
        if original.has_protected_content {
            return Err("the message is protected".to_owned());
        }
        let origin = origin(&original);
        let draft = Draft {
            content: original.content,
            forward_origin: Some(origin),
            ..Draft::default()
        };
        Ok(self.send_draft(person_id, to_chat, draft))
    }

    /// A person answers a message with this; 0 as the update's id where the bot hears nothing.
    pub(crate) fn person_answers(
        &mut self,
        person_id: i64,
        (chat_id, message_id): (i64, i64),
        content: Content,
    ) -> Result<i64, String> {
        self.message(chat_id, message_id)
            .ok_or("there is no such message")?;
        let draft = Draft {
            content,
            reply_to: Some(message_id),
            ..Draft::default()
        };
        Ok(self.send_draft(person_id, chat_id, draft))
    }

    /// A person reacts to a message with this emoji, or takes the reaction back. The bot is told if it asked for that, and in
    /// groups only as an administrator.
    pub(crate) fn person_reacts(
        &mut self,
        person_id: i64,
        (chat_id, message_id): (i64, i64),
        emoji: Option<&str>,
    ) -> Result<i64, String> {
        let new_reaction: Vec<Value> = emoji
            .map(|emoji| json!({"type": "emoji", "emoji": emoji}))
            .into_iter()
            .collect();
        let stored = self.seen_mut(chat_id, message_id)?;
        let old = match new_reaction.as_slice() {
            [] => stored.reactions_of_people.remove(&person_id),
            some => stored.reactions_of_people.insert(person_id, some.to_vec()),
        };
        if self.is_channel(chat_id) {
            return Ok(self.tell_reaction_counts(chat_id, message_id));
        }
        let user = self.person(person_id).user.clone();
        let update = MessageReactionUpdated {
            chat: self.chat(chat_id).ok_or("there is no such chat")?,
            message_id,
            user: &user,
            date: self.now(),
            old_reaction: old.unwrap_or_default(),
            new_reaction,
        };
        Ok(self.as_each_bot_in(chat_id, |state| {
            let hears = chat_id > 0 || state.bot_status(chat_id) == BotStatus::Administrator;
            match hears {
                true => state.queue_update("message_reaction", &update),
                false => 0,
            }
        }))
    }

    /// Who reacted to a channel's post, nobody is told, but how many.
    fn tell_reaction_counts(&mut self, chat_id: i64, message_id: i64) -> i64 {
        let stored = self.message(chat_id, message_id);
        let reactions = stored
            .into_iter()
            .flat_map(|stored| stored.reactions_of_people.values().flatten());
        let mut counts: Vec<(Value, i64)> = vec![];
        for reaction in reactions {
            match counts.iter_mut().find(|(other, _)| other == reaction) {
                Some((_, count)) => *count += 1,
                None => counts.push((reaction.clone(), 1)),
            }
        }
        let counts = counts
            .into_iter()
            .map(|(reaction, count)| json!({"type": reaction, "total_count": count}));
        let update = json!({
            "chat": self.chat(chat_id), "message_id": message_id, "date": self.now(),
            "reactions": counts.collect::<Vec<Value>>(),
        });
        self.as_each_bot_in(chat_id, |state| {
            match state.bot_status(chat_id) == BotStatus::Administrator {
                true => state.queue_update("message_reaction_count", &update),
                false => 0,
            }
        })
    }

    /// Several things sent at once: an album.
    pub(crate) fn send_album(
        &mut self,
        person_id: i64,
        chat_id: i64,
        thread: Option<i64>,
        contents: Vec<Content>,
    ) -> i64 {
        let group = fastrand::u64(1 << 53..1 << 54).to_string();
        let media_group_id = (contents.len() > 1).then_some(group);
        contents.into_iter().fold(0, |_, content| {
            let draft = Draft {
                content,
                media_group_id: media_group_id.clone(),
                message_thread_id: thread,
                ..Draft::default()
            };
            self.send_draft(person_id, chat_id, draft)
        })
    }

    fn seen_mut(&mut self, chat_id: i64, message_id: i64) -> Result<&mut super::Stored, String> {
        self.message_mut(chat_id, message_id)
            .ok_or_else(|| "there is no such message".to_owned())
    }

    fn check_writer(&self, person_id: i64, chat_id: i64, message_id: i64) -> Result<(), String> {
        let stored = self.message(chat_id, message_id);
        let stored = stored.ok_or("there is no such message")?;
        let message = &stored.message;
        let is_own = match &message.from {
            Some(from) => from.id == person_id || stored.author == Some(person_id),
            None => self.check_may_write(person_id, chat_id).is_ok(),
        };
        (is_own && message.forward_origin().is_none())
            .then_some(())
            .ok_or_else(|| "the message is of somebody else".to_owned())
    }

    /// Queues an update of a message, unless the bot has left the chat: then the id is 0.
    fn report(&mut self, kind: &str, chat_id: i64, message: &Message) -> i64 {
        self.as_each_bot_in(chat_id, |state| match state.place(chat_id) {
            Place::Open if state.hears() => state.queue_update(kind, message),
            _ => 0,
        })
    }
}
