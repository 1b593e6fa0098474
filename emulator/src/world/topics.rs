//! Topics of forums: a supergroup may have them, and they may be deleted under a bot that still answers in them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::State;

/// The topics of a forum, by the number of their thread.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Topics(BTreeMap<i64, String>);

impl State {
    /// The topics of a group, which is a forum from then on.
    fn topics(&mut self, group_id: i64) -> &mut Topics {
        self.group_mut(group_id).topics.get_or_insert_default()
    }

    /// Opens a topic in a group, which is a forum from then on; its number is that of a message, as on the real server.
    pub(crate) fn open_topic(&mut self, group_id: i64, name: &str) -> i64 {
        // The thread 1 is the general topic's.
        let thread = match self.next_message_id(group_id) {
            1 => self.next_message_id(group_id),
            thread => thread,
        };
        self.topics(group_id).0.insert(thread, name.to_owned());
        thread
    }

    /// Deletes a topic with all that was said in it.
    pub(crate) fn delete_topic(&mut self, group_id: i64, thread: i64) {
        self.topics(group_id).0.remove(&thread);
        let log = self.logs.get(&group_id).into_iter();
        let messages = log.flat_map(|log| log.messages.values());
        let in_it = messages
            .map(|stored| &stored.message)
            .filter(|message| message.message_thread_id == Some(thread));
        let ids: Vec<i64> = in_it.map(|message| message.message_id).collect();
        for id in ids {
            self.delete(group_id, id);
        }
    }

    /// Whether the chat is a forum.
    pub(crate) fn is_forum(&self, chat_id: i64) -> bool {
        self.groups
            .get(&chat_id)
            .is_some_and(|group| group.topics.is_some())
    }

    /// Whether a message may go into this thread: of a forum's topic, or of the answers to a message of another group.
    pub(crate) fn has_thread(&self, chat_id: i64, thread: i64) -> bool {
        match self.groups.get(&chat_id) {
            None => false,
            Some(group) => match &group.topics {
                Some(topics) => topics.0.contains_key(&thread),
                None => self.message(chat_id, thread).is_some(),
            },
        }
    }
}
