//! Messages: saying, sending, editing and deleting them.

use serde_json::Value;

use super::{SentMessage, State, Stored};
use crate::protocol::objects::{Content, Message, User, now};

/// A message to be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) content: Content,
    /// The keyboard of any kind.
    pub(crate) markup: Option<Value>,
    /// The number of the message it answers.
    pub(crate) reply_to: Option<i64>,
    pub(crate) message_thread_id: Option<i64>,
    pub(crate) media_group_id: Option<String>,
    pub(crate) forward_origin: Option<Value>,
    pub(crate) has_protected_content: bool,
}

impl State {
    /// Puts a message into a chat that exists; `params` are those of the bot's call, `None` for people's words.
    pub(crate) fn post(
        &mut self,
        chat_id: i64,
        from: User,
        draft: Draft,
        params: Option<Value>,
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
        let message = Message {
            message_id: self.next_message_id(chat_id),
            message_thread_id: draft.message_thread_id,
            is_topic_message: draft.message_thread_id.is_some() && self.is_forum(chat_id),
            from,
            chat,
            date: now(),
            edit_date: None,
            forward_origin: draft.forward_origin,
            reply_to_message: reply_to,
            media_group_id: draft.media_group_id,
            has_protected_content: draft.has_protected_content,
            content: draft.content,
            reply_markup: inline(draft.markup.as_ref()),
        };
        let log = self.logs.entry(chat_id).or_default();
        if let Some(params) = &params {
            log.action = None;
            log.inbox
                .push_back(SentMessage::new(&message, params, draft.markup.clone()));
        }
        let stored = Stored {
            message: message.clone(),
            markup: draft.markup,
            params,
            reactions: vec![],
        };
        log.messages.insert(message.message_id, stored);
        message
    }

    /// Changes a message that exists, as `change` does, and returns it.
    pub(crate) fn edit(
        &mut self,
        chat_id: i64,
        message_id: i64,
        params: Value,
        change: impl FnOnce(&mut Stored),
    ) -> Message {
        let log = self.log_mut(chat_id);
        let stored = log
            .messages
            .get_mut(&message_id)
            .expect("the caller found the message");
        change(stored);
        stored.message.reply_markup = inline(stored.markup.as_ref());
        stored.message.edit_date = Some(now());
        let message = stored.message.clone();
        log.edits
            .push_back(SentMessage::new(&message, &params, stored.markup.clone()));
        stored.params = Some(params);
        message
    }

    /// Deletes a message, if it is there.
    pub(crate) fn delete(&mut self, chat_id: i64, message_id: i64) {
        let log = self.log_mut(chat_id);
        log.messages.remove(&message_id);
        log.pinned.retain(|other| *other != message_id);
    }

    /// The bot's messages in a chat as they are now.
    pub(crate) fn sent(&self, chat_id: i64) -> Vec<SentMessage> {
        let messages = self
            .logs
            .get(&chat_id)
            .into_iter()
            .flat_map(|log| log.messages.values());
        let sent = messages.filter_map(|stored| {
            let params = stored.params.as_ref()?;
            Some(SentMessage::new(
                &stored.message,
                params,
                stored.markup.clone(),
            ))
        });
        sent.collect()
    }

    /// Whether the bot wrote this.
    pub(crate) fn is_mine(&self, stored: &Stored) -> bool {
        stored.message.from.id == self.bot.id
    }
}

/// The keyboard when it is one with inline buttons: the only kind that stays on a message.
fn inline(markup: Option<&Value>) -> Option<Value> {
    markup
        .filter(|markup| markup.get("inline_keyboard").is_some())
        .cloned()
}
