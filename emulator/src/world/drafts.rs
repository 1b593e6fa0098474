//! Messages that a bot streams while it makes them, and people who stop that.

use serde_json::{Value, json};

use super::State;

/// A message in the making.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Streamed {
    pub(crate) draft_id: i64,
    /// As it is now, with `text` and `entities`.
    pub(crate) shown: Value,
    pub(crate) message_thread_id: Option<i64>,
    pub(crate) can_stop: bool,
    pub(crate) keep_on_stop: bool,
}

impl State {
    /// What the bot streams, by chat.
    pub(crate) fn streams(&self) -> impl Iterator<Item = (i64, &Streamed)> {
        self.streams
            .iter()
            .map(|(chat, streamed)| (*chat, streamed))
    }

    /// The bot shows more of a message in the making; another one takes its place.
    pub(crate) fn stream(&mut self, chat_id: i64, streamed: Streamed) {
        self.streams.insert(chat_id, streamed);
    }

    /// A person stops what the bot streams to them; the bot is told.
    pub(crate) fn stop_stream(&mut self, person: i64) -> Result<i64, String> {
        let streamed = self
            .streams
            .get(&person)
            .ok_or("the bot streams nothing to them")?;
        if !streamed.can_stop {
            return Err("the bot does not let them stop it".to_owned());
        }
        let mut stopped = json!({"chat": self.chat(person), "draft_id": streamed.draft_id});
        if let Some(thread) = streamed.message_thread_id {
            stopped["message_thread_id"] = json!(thread);
        }
        if !streamed.keep_on_stop {
            self.streams.remove(&person);
        }
        Ok(self.queue_update("stopped_message_generation", &stopped))
    }
}
