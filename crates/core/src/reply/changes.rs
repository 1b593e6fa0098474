//! Replies that change what is there: edits, reactions, pins, deletion; and what is forwarded.

use serde_json::{Value, json};

use super::{InlineKeyboard, Reply};
use crate::{Html, telegram::Call, types::ChatAction};

/// Each is about the message whose button was pressed, or the message that the update is. Another
/// one is named by `.param("message_id", …)` and [`to`](Reply::to).
impl Reply {
    /// Replaces what stands below the media of a message; its buttons go, unless new ones follow.
    pub fn edit_caption(caption: impl Into<Html>) -> Self {
        let call = Call::new("editMessageCaption").param("caption", caption.into());
        Self::call(call.param("parse_mode", "HTML"))
    }

    /// Replaces the buttons of a message and nothing else; an empty keyboard takes them away.
    #[track_caller]
    pub fn edit_keyboard(keyboard: InlineKeyboard) -> Self {
        Self::call(Call::new("editMessageReplyMarkup")).keyboard(keyboard)
    }

    /// Deletes the message.
    pub fn delete() -> Self {
        Self::call(Call::new("deleteMessage"))
    }

    /// Pins the message.
    pub fn pin() -> Self {
        Self::call(Call::new("pinChatMessage"))
    }

    /// Unpins the message whose button was pressed, or else the one that was pinned last.
    pub fn unpin() -> Self {
        Self::call(Call::new("unpinChatMessage"))
    }

    /// Reacts to the message with an emoji of those that Telegram has for it, instead of the
    /// reaction before.
    #[track_caller]
    pub fn react(emoji: impl Into<String>) -> Self {
        let emoji = emoji.into();
        let problem = match emoji.is_empty() {
            true => Err("a reaction is empty".into()),
            false => Ok(()),
        };
        Self::call(
            Call::new("setMessageReaction")
                .param("reaction", json!([{"type": "emoji", "emoji": emoji}])),
        )
        .checked(problem)
    }

    /// Takes the bot's reaction back.
    pub fn unreact() -> Self {
        Self::call(Call::new("setMessageReaction").param("reaction", json!([])))
    }

    /// Shows for five seconds, or until the next message, what the bot is doing.
    pub fn action(action: ChatAction) -> Self {
        Self::call(Call::new("sendChatAction").param("action", json!(action)))
    }

    /// Forwards a message of another chat to the chat of the update.
    pub fn forward(from_chat: impl Into<Value>, message_id: i64) -> Self {
        Self::from_elsewhere("forwardMessage", from_chat.into(), message_id)
    }

    /// Sends a copy of a message of another chat, without a link to it.
    pub fn copy(from_chat: impl Into<Value>, message_id: i64) -> Self {
        Self::from_elsewhere("copyMessage", from_chat.into(), message_id)
    }

    /// Forwards the message of the update to another chat.
    pub fn forward_to(chat: impl Into<Value>) -> Self {
        Self::call(Call::new("forwardMessage")).to(chat)
    }

    /// Sends a copy of the message of the update to another chat, without a link to it.
    pub fn copy_to(chat: impl Into<Value>) -> Self {
        Self::call(Call::new("copyMessage")).to(chat)
    }

    fn from_elsewhere(method: &'static str, chat: Value, id: i64) -> Self {
        let call = Call::new(method).param("from_chat_id", chat);
        Self::call(call.param("message_id", id))
    }
}
