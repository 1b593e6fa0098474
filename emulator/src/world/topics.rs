//! Topics of forums: a supergroup may have them, and they may be deleted under a bot that still answers in them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::State;

/// The topics of a forum, by the number of their thread.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Topics(BTreeMap<i64, String>);

impl State {
    /// Makes a group a forum.
    pub(crate) fn make_forum(&mut self, group_id: i64) {
        let group = self.groups.get_mut(&group_id);
        group
            .expect("groups are never removed")
            .topics
            .get_or_insert_default();
    }

    /// Opens a topic in a group, which is a forum from then on; its number is that of a message, as on the real server.
    pub(crate) fn open_topic(&mut self, group_id: i64, name: &str) -> i64 {
        self.make_forum(group_id);
        // The thread 1 is the general topic's.
        let thread = match self.next_message_id(group_id) {
            1 => self.next_message_id(group_id),
            thread => thread,
        };
        let topics = self
            .groups
            .get_mut(&group_id)
            .and_then(|group| group.topics.as_mut());
        topics
            .expect("it is a forum")
            .0
            .insert(thread, name.to_owned());
        thread
    }

    /// Deletes a topic with all that was said in it.
    pub(crate) fn delete_topic(&mut self, group_id: i64, thread: i64) {
        if let Some(topics) = self
            .groups
            .get_mut(&group_id)
            .and_then(|group| group.topics.as_mut())
        {
            topics.0.remove(&thread);
        }
        let in_it = |message: &super::Stored| message.message.message_thread_id == Some(thread);
        self.log_mut(group_id)
            .messages
            .retain(|_, stored| !in_it(stored));
    }

    /// Whether the chat is a forum.
    pub(crate) fn is_forum(&self, chat_id: i64) -> bool {
        self.groups
            .get(&chat_id)
            .is_some_and(|group| group.topics.is_some())
    }

    /// Whether a message may go into this thread: in a forum only where there is such a topic.
    pub(crate) fn has_thread(&self, chat_id: i64, thread: i64) -> bool {
        let topics = self
            .groups
            .get(&chat_id)
            .and_then(|group| group.topics.as_ref());
        topics.is_none_or(|topics| topics.0.contains_key(&thread))
    }
}
