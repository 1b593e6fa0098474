//! One update, decoded by its kind. Kinds no handler argument is made of keep their raw payload.

use std::{ops::Range, sync::Arc};

use bytes::Bytes;
use frankenstein::types::{
    CallbackQuery, Chat, ChatMemberUpdated, ChatType, MaybeInaccessibleMessage, Message,
};
use serde::de::DeserializeOwned;

use super::{Envelope, UpdateKind, User, bounds::bounded, repair::repair};
use crate::error::place;

/// One update. A clone is cheap: it shares the decoded payload.
#[derive(Clone, Debug)]
pub struct Update {
    /// Telegram's `update_id`.
    pub id: i64,
    /// The kind of the payload.
    pub kind: UpdateKind,
    /// The payload.
    pub content: Content,
    user_id: Option<i64>,
    chat_id: Option<i64>,
    raw: Bytes,
    payload: Range<usize>,
}

/// The payload of an update.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Content {
    /// A message of any of the six kinds that carry one.
    Message(Arc<Message>),
    /// A pressed button.
    CallbackQuery(Arc<CallbackQuery>),
    /// A changed membership, the bot's own or another's.
    ChatMember(Arc<ChatMemberUpdated>),
    /// Any other kind: see [`Update::payload`].
    Raw,
}

/// The bytes are no update, or its payload does not fit its kind.
///
/// It prints as the place of the problem: what the decoder says quotes what users write, so that
/// is only in [`reason`](Self::reason).
#[derive(Debug, thiserror::Error)]
#[error("the update could not be decoded: {}", self.0.as_ref().map_or("it has no update_id".into(), place))]
pub struct DecodeError(Option<serde_json::Error>);

impl DecodeError {
    /// What the decoder says; it may quote the update, so it is not for the log.
    #[must_use]
    pub fn reason(&self) -> String {
        self.0
            .as_ref()
            .map_or_else(|| "it has no update_id".into(), ToString::to_string)
    }
}

impl Update {
    /// Decodes one element of what `getUpdates` returned.
    ///
    /// Lone surrogates, bytes that are no UTF-8 and raw control characters inside strings are
    /// replaced by U+FFFD: one odd character loses no message.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if it has no `update_id`, or if a typed payload lacks a mandatory field or
    /// holds an unknown variant.
    pub fn decode(raw: impl Into<Bytes>) -> Result<Self, DecodeError> {
        let raw = raw.into();
        match Self::decode_strict(raw.clone()) {
            Err(error) => match repair(&raw) {
                Some(repaired) => Self::decode_strict(repaired.into()),
                None => Err(error),
            },
            decoded => decoded,
        }
    }

    fn decode_strict(raw: Bytes) -> Result<Self, DecodeError> {
        let envelope = Envelope::peek(&raw).ok_or(DecodeError(None))?;
        let kind = envelope.kind();
        let content = Content::decode(kind, envelope.payload).map_err(|e| DecodeError(Some(e)))?;
        let begin = match envelope.payload.len() {
            0 => 0,
            _ => envelope.payload.as_ptr().addr() - raw.as_ptr().addr(),
        };
        let payload = begin..begin + envelope.payload.len();
        let (id, user_id, chat_id) = (envelope.update_id, envelope.user_id, envelope.chat_id);
        Ok(Self {
            id,
            kind,
            content,
            user_id,
            chat_id,
            raw,
            payload,
        })
    }

    /// Id of the user who caused the update.
    #[must_use]
    pub fn user_id(&self) -> Option<i64> {
        self.user_id
    }

    /// Id of the chat it happened in.
    #[must_use]
    pub fn chat_id(&self) -> Option<i64> {
        self.chat_id
    }

    /// The user who caused the update, of the kinds that are decoded.
    #[must_use]
    pub fn user(&self) -> Option<User> {
        match &self.content {
            Content::Message(message) => message.from.as_deref().map(User::from),
            Content::CallbackQuery(query) => Some(User::from(&query.from)),
            Content::ChatMember(change) => Some(User::from(&change.from)),
            Content::Raw => None,
        }
    }

    /// The message: the update itself, or the one whose button was pressed.
    #[must_use]
    pub fn message(&self) -> Option<&Message> {
        match &self.content {
            Content::Message(message) => Some(message),
            Content::CallbackQuery(query) => match query.message.as_ref()? {
                MaybeInaccessibleMessage::Message(message) => Some(message),
                MaybeInaccessibleMessage::InaccessibleMessage(_) => None,
            },
            Content::ChatMember(_) | Content::Raw => None,
        }
    }

    /// The id of [`message`](Self::message), known even if that message is too old to be read.
    #[must_use]
    pub fn message_id(&self) -> Option<i32> {
        match &self.content {
            Content::Message(message) => Some(message.message_id),
            Content::CallbackQuery(query) => query.message.as_ref().map(|message| match message {
                MaybeInaccessibleMessage::Message(message) => message.message_id,
                MaybeInaccessibleMessage::InaccessibleMessage(message) => message.message_id,
            }),
            Content::ChatMember(_) | Content::Raw => None,
        }
    }

    /// The chat it happened in, of the kinds that are decoded.
    #[must_use]
    pub fn chat(&self) -> Option<&Chat> {
        match &self.content {
            Content::Message(message) => Some(&message.chat),
            Content::CallbackQuery(query) => query.message.as_ref().map(|message| match message {
                MaybeInaccessibleMessage::Message(message) => &*message.chat,
                MaybeInaccessibleMessage::InaccessibleMessage(message) => &message.chat,
            }),
            Content::ChatMember(change) => Some(&change.chat),
            Content::Raw => None,
        }
    }

    /// Whether it happened in the private chat of a user and the bot.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.chat()
            .is_some_and(|chat| chat.type_field == ChatType::Private)
    }

    /// The text or caption of the message that the update is; not of a pressed button's message.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Message(message) => message.text.as_deref().or(message.caption.as_deref()),
            _ => None,
        }
    }

    /// Whether a person waits for an answer, whatever the handler makes of the update: somebody
    /// pressed a button, or wrote to the bot — in the private chat, or in a group by a command or
    /// in reply to a bot. The rest of a group's talk may be none of the bot's business.
    #[must_use]
    pub fn is_awaited(&self) -> bool {
        match (&self.content, self.kind) {
            (Content::CallbackQuery(_), _) => true,
            (Content::Message(message), UpdateKind::Message | UpdateKind::BusinessMessage) => {
                let to_bot =
                    |replied: &Message| replied.from.as_ref().is_some_and(|from| from.is_bot);
                message.chat.type_field == ChatType::Private
                    || self.text().is_some_and(|text| text.starts_with('/'))
                    || message.reply_to_message.as_deref().is_some_and(to_bot)
            }
            _ => false,
        }
    }

    /// The payload as any type; for the kinds this library does not decode by itself.
    ///
    /// # Errors
    ///
    /// The payload does not fit `T`.
    pub fn payload<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        bounded(&self.raw[self.payload.clone()])
    }

    /// The whole update as Telegram sent it; repaired, if it could not be decoded otherwise.
    #[must_use]
    pub fn raw(&self) -> &Bytes {
        &self.raw
    }
}

impl Content {
    fn decode(kind: UpdateKind, payload: &[u8]) -> serde_json::Result<Self> {
        fn typed<T: DeserializeOwned>(payload: &[u8]) -> serde_json::Result<Arc<T>> {
            bounded(payload).map(Arc::new)
        }
        Ok(match kind {
            UpdateKind::Message
            | UpdateKind::EditedMessage
            | UpdateKind::ChannelPost
            | UpdateKind::EditedChannelPost
            | UpdateKind::BusinessMessage
            | UpdateKind::EditedBusinessMessage => Self::Message(typed(payload)?),
            UpdateKind::CallbackQuery => Self::CallbackQuery(typed(payload)?),
            UpdateKind::MyChatMember | UpdateKind::ChatMember => Self::ChatMember(typed(payload)?),
            _ => Self::Raw,
        })
    }
}

#[cfg(test)]
mod tests;
