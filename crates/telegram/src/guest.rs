//! Messages to the bot as a guest, in chats that it is no member of.

use std::{ops::Deref, sync::Arc};

use super::{Message, Update};

/// A message that calls the bot into a chat as a guest: `answerGuestQuery` answers, once.
///
/// It derefs to the message. Its sender is who called the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GuestMessage {
    /// The id to answer it by.
    pub guest_query_id: String,
    /// The message.
    pub message: Arc<Message>,
}

impl GuestMessage {
    pub(super) fn in_update(update: &Update) -> Option<Self> {
        Some(Self {
            guest_query_id: update.message_field("guest_query_id")?,
            message: update.own_message()?.clone(),
        })
    }
}

impl Deref for GuestMessage {
    type Target = Message;

    fn deref(&self) -> &Message {
        &self.message
    }
}
