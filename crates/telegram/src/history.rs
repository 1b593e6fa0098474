//! What was with a message before: that it was forwarded, and from whom; that it was edited.

use super::{
    Chat, User,
    lenient::{Lenient, field},
};

/// That a message was forwarded: when it was first sent, and by whom.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Forwarded {
    /// When the original was sent, in seconds since 1970.
    pub date: i64,
    /// Who sent it.
    pub from: ForwardedFrom,
}

/// That a message was edited: when it last was, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edited(pub i64);

/// Who sent the original of a forwarded message.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ForwardedFrom {
    /// A user.
    User(User),
    /// Somebody who does not want to be known, by the name that they had.
    HiddenUser(String),
    /// A group, for an anonymous administrator; a channel that wrote in a group.
    Chat(Chat),
    /// A post of a channel.
    Channel {
        /// The channel.
        chat: Chat,
        /// The post's id there.
        message_id: i64,
    },
    /// An origin that this version of the library does not know.
    Unknown,
}

/// Read from a `MessageOrigin`.
impl Lenient for Forwarded {
    fn read(json: &[u8]) -> Option<Self> {
        let kind: String = field(json, "type")?;
        let from = match kind.as_str() {
            "user" => field(json, "sender_user").map(ForwardedFrom::User),
            "hidden_user" => field(json, "sender_user_name").map(ForwardedFrom::HiddenUser),
            "chat" => field(json, "sender_chat").map(ForwardedFrom::Chat),
            "channel" => field(json, "chat")
                .zip(field(json, "message_id"))
                .map(|(chat, message_id)| ForwardedFrom::Channel { chat, message_id }),
            _ => None,
        };
        Some(Self {
            date: field(json, "date").unwrap_or_default(),
            from: from.unwrap_or(ForwardedFrom::Unknown),
        })
    }
}
