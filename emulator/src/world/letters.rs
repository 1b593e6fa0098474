//! What waits to be taken by tests: the bot's messages as they were sent, and its edits.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::{SentMessage, State, changes::Key};

/// The most that waits in one chat; the oldest goes first.
const KEPT: usize = 10_000;

/// The most edits that wait in one chat: each is a whole message.
const KEPT_EDITS: usize = 1_000;

/// A message that waits. It is the one in the chat until that changes; what was sent is kept apart then.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Letter {
    InChat(i64),
    Apart(Box<SentMessage>),
}

/// What waits in a chat.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Letters {
    pub(super) inbox: VecDeque<Letter>,
    pub(super) edits: VecDeque<SentMessage>,
}

impl Letters {
    pub(super) fn sent(&mut self, message_id: i64) {
        if self.inbox.len() == KEPT {
            self.inbox.pop_front();
        }
        self.inbox.push_back(Letter::InChat(message_id));
    }

    pub(super) fn edited(&mut self, edit: SentMessage) {
        if self.edits.len() == KEPT_EDITS {
            self.edits.pop_front();
        }
        self.edits.push_back(edit);
    }

    /// Keeps what was sent, if it still waits, before the message changes.
    pub(super) fn keep(&mut self, message_id: i64, sent: impl FnOnce() -> Option<SentMessage>) {
        let waits =
            |letter: &&mut Letter| matches!(letter, Letter::InChat(id) if *id == message_id);
        if let Some(letter) = self.inbox.iter_mut().find(waits)
            && let Some(sent) = sent()
        {
            *letter = Letter::Apart(Box::new(sent));
        }
    }

    /// A message is gone for good.
    pub(super) fn forget(&mut self, message_id: i64) {
        self.inbox
            .retain(|letter| !matches!(letter, Letter::InChat(id) if *id == message_id));
    }
}

impl State {
    /// Takes the first message of the bot in a chat that was not taken yet, as it was sent.
    pub(crate) fn take_sent(&mut self, chat_id: i64) -> Option<SentMessage> {
        let letter = self.next_letter(chat_id)?;
        let log = self.logs.get_mut(&chat_id)?;
        let letter = log.letters.inbox.remove(letter)?;
        self.changes.mark(Key::Chat(chat_id));
        match letter {
            Letter::Apart(sent) => Some(*sent),
            Letter::InChat(id) => log.messages.get(&id)?.sent(),
        }
    }

    /// Which of the letters is the present bot's first: in a group there may be others'.
    fn next_letter(&self, chat_id: i64) -> Option<usize> {
        let log = self.logs.get(&chat_id)?;
        if self.others.is_empty() || chat_id > 0 {
            return Some(0);
        }
        log.letters.inbox.iter().position(|letter| match letter {
            Letter::Apart(sent) => sent.message["from"]["id"]
                .as_i64()
                .is_none_or(|id| id == self.bot.id),
            Letter::InChat(id) => {
                let stored = log.messages.get(id);
                stored.is_none_or(|stored| self.owner(stored) == Some(self.bot.id))
            }
        })
    }

    /// The same for its edits.
    pub(crate) fn take_edit(&mut self, chat_id: i64) -> Option<SentMessage> {
        let log = self.logs.get_mut(&chat_id)?;
        let edit = log.letters.edits.pop_front()?;
        self.changes.mark(Key::Chat(chat_id));
        Some(edit)
    }
}
