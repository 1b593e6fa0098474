//! A chat, as far as the service needs to know it.

use super::lenient::{Lenient, fields};

/// A chat, as told by an update.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Chat {
    /// Telegram's id: positive for private chats, negative for others; at most 52 bits.
    pub id: i64,
    /// What kind of chat it is.
    pub kind: ChatKind,
    /// The title of a group or a channel.
    pub title: Option<String>,
    /// Public name, without `@`.
    pub username: Option<String>,
    /// Whether it is a forum, a group with topics.
    pub is_forum: bool,
    /// Whether it holds the direct messages of a channel.
    pub is_direct_messages: bool,
}

/// The kind of a chat: `type` in the Bot API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChatKind {
    /// A person and the bot; in a business chat, two people.
    Private,
    /// A basic group.
    Group,
    /// A group with history, topics and more.
    Supergroup,
    /// A channel.
    Channel,
    /// A kind that this version of the library does not know.
    Unknown,
}

impl Chat {
    /// Whether it is a group of either kind.
    #[must_use]
    pub fn is_group(&self) -> bool {
        matches!(self.kind, ChatKind::Group | ChatKind::Supergroup)
    }
}

impl Lenient for Chat {
    fn read(json: &[u8]) -> Option<Self> {
        let (mut id, mut kind) = (None, ChatKind::Unknown);
        let (mut title, mut username) = (None, None);
        let (mut is_forum, mut is_direct_messages) = (None, None);
        for (key, value) in fields(json) {
            match &*key {
                b"id" => id = i64::read(value),
                b"type" => kind = ChatKind::read(value)?,
                b"title" => title = String::read(value),
                b"username" => username = String::read(value),
                b"is_forum" => is_forum = bool::read(value),
                b"is_direct_messages" => is_direct_messages = bool::read(value),
                _ => {}
            }
        }
        Some(Self {
            id: id?,
            kind,
            title,
            username,
            is_forum: is_forum.unwrap_or_default(),
            is_direct_messages: is_direct_messages.unwrap_or_default(),
        })
    }
}

impl Lenient for ChatKind {
    fn read(json: &[u8]) -> Option<Self> {
        Some(match json {
            br#""private""# => Self::Private,
            br#""group""# => Self::Group,
            br#""supergroup""# => Self::Supergroup,
            br#""channel""# => Self::Channel,
            _ => Self::Unknown,
        })
    }
}
