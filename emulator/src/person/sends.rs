//! What people send besides text.

use bytes::Bytes;

use super::Person;
use crate::{Group, world::Attachment};

impl Person {
    /// Sends this to the bot; returns the update's id. One who blocked the bot unblocks it first, as the apps do.
    pub fn sends(&self, attachment: Attachment) -> i64 {
        self.send(self.id, attachment)
    }

    /// Sends this to a group, and is its member from now on; returns the update's id.
    pub fn sends_in(&self, group: &Group, attachment: Attachment) -> i64 {
        self.send(group.id(), attachment)
    }

    /// Sends a photo to the bot; returns the update's id.
    pub fn sends_photo(&self, bytes: impl Into<Bytes>) -> i64 {
        self.sends(Attachment::photo(bytes))
    }

    /// Sends a document with this name to the bot; returns the update's id.
    pub fn sends_document(&self, name: &str, bytes: impl Into<Bytes>) -> i64 {
        self.sends(Attachment::document(name, bytes))
    }

    fn send(&self, chat_id: i64, attachment: Attachment) -> i64 {
        self.world.change(|state| {
            let content = attachment.content(state, self.id);
            state.send(self.id, chat_id, content)
        })
    }
}
