//! What is needed of a payload, by the kind of its update.

use std::sync::Arc;

use super::DecodeError;
use crate::{
    CallbackQuery, EventPart, Membership, Message, PreCheckoutQuery, UpdateKind, lenient::Lenient,
};

/// What is needed of the payload of an update. Each field is read by itself, and what is odd about
/// one harms no other.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Content {
    /// A message of any of the kinds that carry one.
    Message(Arc<Message>),
    /// A pressed button.
    CallbackQuery(Arc<CallbackQuery>),
    /// A changed membership, the bot's own or another's.
    ChatMember(Arc<Membership>),
    /// A checkout that is to be confirmed.
    PreCheckoutQuery(Arc<PreCheckoutQuery>),
    /// An event of the service's own.
    Event(Arc<EventPart>),
    /// Any other kind: see [`Update::payload`](super::Update::payload).
    Other,
}

impl Content {
    pub(super) fn read(kind: UpdateKind, payload: &[u8]) -> Result<Self, DecodeError> {
        fn part<T: Lenient>(payload: &[u8], lacks: &'static str) -> Result<Arc<T>, DecodeError> {
            let part = T::read(payload).map(Arc::new);
            part.ok_or(DecodeError::Lacks(lacks))
        }
        Ok(match kind {
            UpdateKind::Message
            | UpdateKind::EditedMessage
            | UpdateKind::ChannelPost
            | UpdateKind::EditedChannelPost
            | UpdateKind::BusinessMessage
            | UpdateKind::EditedBusinessMessage
            | UpdateKind::GuestMessage => Self::Message(part(payload, "chat")?),
            UpdateKind::CallbackQuery => Self::CallbackQuery(part(payload, "id and sender")?),
            UpdateKind::MyChatMember | UpdateKind::ChatMember => {
                Self::ChatMember(part(payload, "chat")?)
            }
            UpdateKind::PreCheckoutQuery => {
                Self::PreCheckoutQuery(part(payload, "id, sender and price")?)
            }
            UpdateKind::Event => Self::Event(part(payload, "name")?),
            _ => Self::Other,
        })
    }
}
