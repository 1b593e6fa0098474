//! One update, of which each part that is needed is read by itself: an odd field loses no update.

mod content;

use std::{ops::Range, sync::Arc};

use bytes::Bytes;
use serde::de::DeserializeOwned;

pub use self::content::Content;
use super::{
    CallbackQuery, Chat, ChatKind, Envelope, EventPart, Message, PayloadError, UpdateKind,
    callback_query::is_shared, payload, sender::Sender, typed::Decoded,
};

/// One update. A clone is cheap: it shares the decoded payload.
#[derive(Clone, Debug)]
pub struct Update {
    /// Telegram's `update_id`.
    pub id: i64,
    /// The kind of the payload.
    pub kind: UpdateKind,
    /// What is needed of the payload; for all of it see [`payload`](Self::payload).
    pub content: Content,
    pub(super) sender: Option<Arc<Sender>>,
    pub(super) decoded: Decoded,
    raw: Bytes,
    payload: Range<usize>,
}

/// The bytes are no update, or lack what nothing can be done without. It quotes nothing of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// There is no `update_id`.
    #[error("the update could not be decoded: it has no update_id")]
    NoId,
    /// The payload lacks what every one of its kind has.
    #[error("the update could not be decoded: its payload has no {0}")]
    Lacks(&'static str),
}

impl Update {
    /// Decodes one element of what `getUpdates` returned.
    ///
    /// Lone surrogates, bytes that are no UTF-8 and raw control characters inside strings are
    /// replaced by U+FFFD. Neither an odd field nor a kind, a status or a number that is new loses
    /// an update: see [`Content`].
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if it has no `update_id`; if a message or a membership has no chat, a pressed
    /// button no id or no sender, a checkout no price.
    pub fn decode(raw: impl Into<Bytes>) -> Result<Self, DecodeError> {
        let raw = raw.into();
        let (id, kind_name, payload) = Envelope::outside(&raw).ok_or(DecodeError::NoId)?;
        let kind = UpdateKind::from_name(kind_name);
        let content = Content::read(kind, payload)?;
        let sender = match content {
            Content::Other => Some(Arc::new(Sender::of(payload))),
            _ => None,
        };
        let begin = match payload.len() {
            0 => 0,
            _ => payload.as_ptr().addr() - raw.as_ptr().addr(),
        };
        let payload = begin..begin + payload.len();
        Ok(Self {
            id,
            kind,
            content,
            sender,
            decoded: Decoded::default(),
            raw,
            payload,
        })
    }

    /// The message: the update itself, or the one whose button was pressed, if it can be read.
    #[must_use]
    pub fn message(&self) -> Option<&Message> {
        match &self.content {
            Content::Message(message) => Some(message),
            Content::CallbackQuery(query) => query
                .message
                .as_ref()
                .filter(|message| message.is_accessible()),
            _ => None,
        }
    }

    /// The id of [`message`](Self::message), known even if that message is too old to be read. An ephemeral message has
    /// [another](Self::ephemeral_message_id) in place of it.
    #[must_use]
    pub fn message_id(&self) -> Option<i64> {
        let id = self.message_or_rest()?.message_id;
        (id != 0).then_some(id)
    }

    /// The id of an ephemeral message, which only one member of its group and the bot see: that of the message that the update
    /// is, or whose button was pressed.
    #[must_use]
    pub fn ephemeral_message_id(&self) -> Option<i64> {
        self.message_or_rest()?.ephemeral_message_id
    }

    /// The message, also where no more than its id and its chat are left of it.
    fn message_or_rest(&self) -> Option<&Message> {
        match &self.content {
            Content::Message(message) => Some(message),
            Content::CallbackQuery(query) => query.message.as_ref(),
            _ => None,
        }
    }

    /// The pressed button.
    #[must_use]
    pub fn callback_query(&self) -> Option<&CallbackQuery> {
        match &self.content {
            Content::CallbackQuery(query) => Some(query),
            _ => None,
        }
    }

    /// Whether it is a press of a button of what all of its chat share, as a dialog of a group is: its data begin with `~g`. It
    /// is handled in the order of the chat instead of the user's, and its dialogue is the chat's.
    #[must_use]
    pub fn is_shared_press(&self) -> bool {
        let data = self.callback_query().and_then(|it| it.data.as_deref());
        self.chat().is_some() && data.is_some_and(is_shared)
    }

    /// The chat it happened in.
    #[must_use]
    pub fn chat(&self) -> Option<&Chat> {
        match &self.content {
            Content::Message(message) => Some(&message.chat),
            Content::CallbackQuery(query) => Some(&query.message.as_ref()?.chat),
            Content::ChatMember(change) => Some(&change.chat),
            Content::Event(event) => event.chat.as_ref(),
            _ => self.sender.as_ref()?.chat.as_ref(),
        }
    }

    /// Id of the chat it happened in.
    #[must_use]
    pub fn chat_id(&self) -> Option<i64> {
        self.chat().map(|chat| chat.id)
    }

    /// The topic of a forum that it happened in; none of what merely answers a message.
    #[must_use]
    pub fn topic_id(&self) -> Option<i64> {
        match &self.content {
            Content::Event(event) => event.topic,
            _ => {
                let message = self.message().filter(|message| message.is_topic_message);
                message?.message_thread_id
            }
        }
    }

    /// The album that the message is a part of: its `media_group_id`, which is looked for in the bytes.
    #[must_use]
    pub fn media_group_id(&self) -> Option<String> {
        self.message_field("media_group_id")
    }

    /// The connection to the business account in whose chat it happened.
    #[must_use]
    pub fn business_connection_id(&self) -> Option<&str> {
        match &self.content {
            Content::Event(event) => event.business_connection_id.as_deref(),
            _ => self.message()?.business_connection_id.as_deref(),
        }
    }

    /// The event of the service's own.
    #[must_use]
    pub fn event(&self) -> Option<&EventPart> {
        match &self.content {
            Content::Event(event) => Some(event),
            _ => None,
        }
    }

    /// Whether it happened in the private chat of a user and the bot.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.chat()
            .is_some_and(|chat| chat.kind == ChatKind::Private)
    }

    /// The text or caption of the message that the update is; not of a pressed button's message.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Message(message) => message.text_or_caption(),
            _ => None,
        }
    }

    /// The payload as any type, such as one of your own with no more than you need. For those in
    /// [`types`](crate::types) see [`typed`](Self::typed).
    ///
    /// # Errors
    ///
    /// The payload does not fit `T`, or is nested so deeply that no decoder is given it.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, PayloadError> {
        payload::decode(self.payload_json())
    }

    /// The bytes of the payload, possibly no valid JSON inside.
    pub(super) fn payload_json(&self) -> &[u8] {
        &self.raw[self.payload.clone()]
    }

    /// The whole update, byte for byte as Telegram sent it.
    #[must_use]
    pub fn raw(&self) -> &Bytes {
        &self.raw
    }
}

#[cfg(test)]
mod tests;
