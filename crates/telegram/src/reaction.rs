//! Reactions to messages.

use super::{
    Chat, User,
    lenient::{Lenient, field},
    object::objects,
};

objects! {
    /// Somebody's changed reaction to a message.
    pub struct Reaction {
        /// The chat of the message.
        pub chat: Chat => required,
        /// The message.
        pub message_id: i64 => required,
        /// Who reacted; none if a chat did.
        pub user: Option<User>,
        /// The chat that reacted: a channel, or the group for an anonymous administrator.
        pub actor_chat: Option<Chat>,
        /// When, in seconds since 1970.
        pub date: i64,
        /// What it was.
        pub old: Vec<ReactionKind> as "old_reaction",
        /// What it is; nothing if it was taken back.
        pub new: Vec<ReactionKind> as "new_reaction",
    }

    /// The changed number of reactions to a message whose reactions are anonymous.
    pub struct ReactionCount {
        /// The chat of the message.
        pub chat: Chat => required,
        /// The message.
        pub message_id: i64 => required,
        /// When, in seconds since 1970.
        pub date: i64,
        /// How often there is which reaction.
        pub reactions: Vec<Counted>,
    }

    /// How often a message has a reaction.
    pub struct Counted {
        /// The reaction.
        pub kind: ReactionKind as "type",
        /// How often.
        pub total_count: i64,
    }
}

/// What somebody reacted with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReactionKind {
    /// An emoji.
    Emoji(String),
    /// A custom emoji, by its id.
    CustomEmoji(String),
    /// A paid reaction.
    Paid,
    /// A kind that this version of the library does not know.
    #[default]
    Unknown,
}

impl Lenient for ReactionKind {
    fn read(json: &[u8]) -> Option<Self> {
        let kind: String = field(json, "type")?;
        let kind = match kind.as_str() {
            "emoji" => field(json, "emoji").map(Self::Emoji),
            "custom_emoji" => field(json, "custom_emoji_id").map(Self::CustomEmoji),
            "paid" => Some(Self::Paid),
            _ => None,
        };
        Some(kind.unwrap_or_default())
    }
}
