//! Pinned messages, and what the bot says it is doing.

use std::collections::BTreeMap;

use super::{Action, State, by_chat::ByChat};

impl State {
    /// The numbers of pinned messages by chat, in the order they were pinned.
    pub(crate) fn pinned(&self) -> &ByChat<Vec<i64>> {
        &self.pinned
    }

    /// Pins a message, as the newest pinned one.
    pub(crate) fn pin(&mut self, chat_id: i64, message_id: i64) {
        self.unpin(chat_id, message_id);
        self.pinned.entry(chat_id).or_default().push(message_id);
    }

    /// Unpins a message.
    pub(crate) fn unpin(&mut self, chat_id: i64, message_id: i64) {
        if let Some(pinned) = self.pinned.get_mut(&chat_id) {
            pinned.retain(|other| *other != message_id);
            if pinned.is_empty() {
                self.pinned.remove(&chat_id);
            }
        }
    }

    /// Unpins all messages of a chat.
    pub(crate) fn unpin_all(&mut self, chat_id: i64) {
        self.pinned.remove(&chat_id);
    }

    /// What the bot last said it is doing, by chat, where it did nothing since.
    pub(crate) fn actions(&self) -> &BTreeMap<i64, Action> {
        &self.actions
    }

    pub(crate) fn set_action(&mut self, chat_id: i64, action: Option<Action>) {
        match action {
            Some(action) => self.actions.insert(chat_id, action),
            None => self.actions.remove(&chat_id),
        };
    }
}
