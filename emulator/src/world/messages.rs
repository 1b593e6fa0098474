//! Messages: saying, sending, editing and deleting them.

use serde_json::Value;

use super::{Sale, SentMessage, State, Stored, changes::Key};
use crate::protocol::objects::{Common, Content, Forward, Message, Sender, User};

/// Among so many messages of a chat a new one looks for what they have in common.
const LOOKED_AT: usize = 4;

/// A message to be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) content: Content,
    /// The keyboard of any kind.
    pub(crate) markup: Option<Value>,
    /// The number of the message it answers.
    pub(crate) reply_to: Option<i64>,
    /// What of that message it answers, a `TextQuote`.
    pub(crate) quote: Option<Value>,
    /// In direct messages of a channel, the topic.
    pub(crate) message_thread_id: Option<i64>,
    pub(crate) media_group_id: Option<String>,
    pub(crate) forward_origin: Option<Value>,
    pub(crate) effect_id: Option<String>,
    pub(crate) has_protected_content: bool,
    pub(crate) sale: Option<Box<Sale>>,
    /// The chat as which a person speaks.
    pub(crate) speaks_as: Option<i64>,
    /// On whose behalf it is sent.
    pub(crate) sender: Option<Box<Sender>>,
}

impl State {
    /// Puts a message into a chat that exists; `params` are those of the bot's call, `None` for people's words.
    pub(crate) fn post(
        &mut self,
        chat_id: i64,
        from: impl Into<Common<User>>,
        draft: Draft,
        params: Option<&Value>,
    ) -> Message {
        let chat = self.chat(chat_id).expect("the caller found the chat");
        let reply_to = draft
            .reply_to
            .and_then(|id| self.message(chat_id, id))
            .map(|stored| {
                // One level deep, as Telegram shows it.
                Box::new(Message {
                    reply_to_message: None,
                    ..stored.message.clone()
                })
            });
        let from = from.into();
        // In a channel the channel speaks.
        let is_post = self.is_channel(chat_id);
        let (from, sender) = if is_post {
            (None, Some(Box::new(self.posted_by(&chat, &from, &draft))))
        } else if let Some(connection) = self.present_connection() {
            let (from, sender) = self.sent_in_account(connection, from);
            (Some(from), Some(Box::new(sender)))
        } else {
            (Some(from), draft.sender)
        };
        let (thread, sender) = match self.direct_of(chat_id) {
            None => (draft.message_thread_id, sender),
            Some(_) => {
                let mut sender = sender.unwrap_or_default();
                let topic = draft.message_thread_id.map(|id| self.direct_topic(id));
                sender.direct_messages_topic = topic;
                (None, Some(sender))
            }
        };
        let mut message = Message {
            message_id: self.next_message_id(chat_id),
            message_thread_id: thread,
            is_topic_message: thread.is_some() && self.is_forum(chat_id),
            from,
            chat: chat.into(),
            sender,
            date: self.now(),
            edit_date: None,
            forward: draft.forward_origin.map(Forward::of).map(Box::new),
            reply_to_message: reply_to,
            quote: draft.quote,
            media_group_id: draft.media_group_id,
            effect_id: draft.effect_id,
            has_protected_content: draft.has_protected_content,
            content: draft.content,
            reply_markup: None,
        };
        self.find_common(&mut message);
        let author = (is_post && params.is_some()).then_some(self.bot.id);
        let mut stored = Stored::new(message, draft.markup, params);
        stored.sale = draft.sale;
        stored.author = author;
        let message = stored.message.clone();
        if params.is_some() {
            self.actions.remove(&chat_id);
            self.streams.remove(&chat_id);
        }
        self.put(stored);
        message
    }

    /// What a message has in common with those that were last in its chat, it is to share with them.
    pub(super) fn find_common(&self, message: &mut Message) {
        let Some(log) = self.logs.get(&message.chat.id) else {
            return;
        };
        let near = || log.messages.values().rev().take(LOOKED_AT);
        let near = || near().map(|stored| &stored.message);
        let chats = near().map(|other| &other.chat);
        message.chat = message.chat.clone().like(chats);
        if let Some(from) = message.from.take() {
            let others = near().filter_map(|other| other.from.as_ref());
            message.from = Some(from.like(others));
        }
    }

    /// Puts a message into its chat, and lets the oldest of all go when there are too many.
    pub(super) fn put(&mut self, stored: Stored) {
        let (chat_id, id) = (stored.message.chat.id, stored.message.message_id);
        let log = self.logs.entry(chat_id).or_default();
        if stored.is_sent() {
            log.letters.sent(id);
            self.changes.mark(Key::Chat(chat_id));
        }
        if log.messages.insert(id, Box::new(stored)).is_none() {
            let sight = if chat_id < 0 { 0 } else { self.sight() };
            self.order.push_back((sight, chat_id, id));
        }
        self.changes.mark(Key::Message(chat_id, id));
        self.note_poll((chat_id, id));
        while self.order.len() > self.settings.kept_messages {
            let Some((sight, chat_id, id)) = self.order.pop_front() else {
                break;
            };
            let sight = if sight == 0 { self.sight() } else { sight };
            self.as_seen(sight, |state| {
                state.remove(chat_id, id);
                if let Some(log) = state.logs.get_mut(&chat_id) {
                    log.letters.forget(id);
                }
            });
        }
    }

    /// Changes a message that exists, as `change` does, and returns it.
    pub(crate) fn edit(
        &mut self,
        chat_id: i64,
        message_id: i64,
        params: &Value,
        content: Content,
        markup: Option<Value>,
    ) -> Message {
        self.keep_letter(chat_id, message_id);
        let now = self.now();
        let stored = self
            .message_mut(chat_id, message_id)
            .expect("the caller found the message");
        stored.message.content = content;
        stored.message.edit_date = Some(now);
        stored.edit(markup, params);
        let message = stored.message.clone();
        let edit = stored.sent();
        if let (Some(edit), Some(log)) = (edit, self.logs.get_mut(&chat_id)) {
            log.letters.edited(edit);
            self.changes.mark(Key::Chat(chat_id));
        }
        message
    }

    /// Deletes a message, if it is there.
    pub(crate) fn delete(&mut self, chat_id: i64, message_id: i64) {
        self.keep_letter(chat_id, message_id);
        self.remove(chat_id, message_id);
    }

    fn keep_letter(&mut self, chat_id: i64, message_id: i64) {
        if let Some(log) = self.logs.get_mut(&chat_id) {
            let stored = log.messages.get(&message_id);
            log.letters.keep(message_id, || stored?.sent());
        }
    }

    fn remove(&mut self, chat_id: i64, message_id: i64) {
        if let Some(log) = self.logs.get_mut(&chat_id)
            && let Some(removed) = log.messages.remove(&message_id)
        {
            self.forget_poll(&removed);
            self.changes.mark(Key::Message(chat_id, message_id));
        }
        self.unpin(chat_id, message_id);
    }

    /// Forgets all messages, with the files in them and the presses on them.
    pub(crate) fn forget_messages(&mut self) {
        for account in self.accounts() {
            self.as_seen(account, Self::forget_log);
        }
        self.forget_log();
        self.actions.clear();
        self.forget_asides();
        self.forget_files();
        self.forget_presses();
    }

    /// The same of those in the present sight alone.
    fn forget_log(&mut self) {
        for (chat_id, log) in std::mem::take(&mut self.logs).into_entries() {
            for id in log.messages.into_keys() {
                self.changes.mark(Key::Message(chat_id, id));
            }
            self.changes.mark(Key::Chat(chat_id));
        }
        let sight = self.sight();
        self.order
            .retain(|(other, _, _)| ![0, sight].contains(other));
        self.order.shrink_to_fit();
        self.forget_polls();
        self.pinned.clear();
    }

    /// The bot's messages in a chat as they are now.
    pub(crate) fn sent(&self, chat_id: i64) -> Vec<SentMessage> {
        let log = self.logs.get(&chat_id).into_iter();
        log.flat_map(|log| log.messages.values())
            .filter(|stored| self.others.is_empty() || self.owner(stored) == Some(self.bot.id))
            .filter_map(|stored| stored.sent())
            .collect()
    }

    /// Whether the bot wrote this.
    pub(crate) fn is_mine(&self, stored: &Stored) -> bool {
        if let Some(connection) = self.present_connection() {
            let from = stored.message.from.as_ref();
            return from.is_some_and(|from| from.id == connection.owner);
        }
        match &stored.message.from {
            Some(from) => from.id == self.bot.id,
            // Of channels' posts it is noted.
            None => stored
                .author
                .map_or(stored.is_sent(), |author| author == self.bot.id),
        }
    }
}
