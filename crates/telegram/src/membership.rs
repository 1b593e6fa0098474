//! A changed membership, as far as the service needs to know it.

use super::{
    Chat, User,
    lenient::{Lenient, field, fields},
};

/// Somebody's changed membership in a chat: the bot's own, or another's. The rest is in
/// [`types::ChatMemberUpdated`](crate::types::ChatMemberUpdated).
///
/// It is an argument of handlers of `my_chat_member` and `chat_member`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Membership {
    /// The chat.
    pub chat: Chat,
    /// Who changed it.
    pub from: Option<User>,
    /// Whose membership it is.
    pub member: Option<User>,
    /// What the member was.
    pub old_status: MemberStatus,
    /// What the member is.
    pub new_status: MemberStatus,
}

/// What somebody is in a chat: `status` in the Bot API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MemberStatus {
    /// The owner.
    Creator,
    /// An administrator.
    Administrator,
    /// A member; in the private chat, somebody who can be written to.
    Member,
    /// Somebody who may not do all that members may.
    Restricted {
        /// Whether that one is a member at the moment.
        is_member: bool,
    },
    /// Nobody of the chat, who may join.
    Left,
    /// Banned; in the private chat, somebody who blocked the bot.
    Kicked,
    /// A status that this version of the library does not know.
    Unknown,
}

impl MemberStatus {
    /// Whether that one is in the chat.
    #[must_use]
    pub fn is_member(self) -> bool {
        match self {
            Self::Creator | Self::Administrator | Self::Member => true,
            Self::Restricted { is_member } => is_member,
            Self::Left | Self::Kicked | Self::Unknown => false,
        }
    }
}

impl Lenient for Membership {
    fn read(json: &[u8]) -> Option<Self> {
        let (mut chat, mut from, mut member) = (None, None, None);
        let (mut old_status, mut new_status) = (None, None);
        for (key, value) in fields(json) {
            match &*key {
                b"chat" => chat = Chat::read(value),
                b"from" => from = User::read(value),
                b"old_chat_member" => old_status = MemberStatus::read(value),
                b"new_chat_member" => {
                    new_status = MemberStatus::read(value);
                    member = field(value, "user");
                }
                _ => {}
            }
        }
        Some(Self {
            chat: chat?,
            from,
            member,
            old_status: old_status.unwrap_or(MemberStatus::Unknown),
            new_status: new_status.unwrap_or(MemberStatus::Unknown),
        })
    }
}

/// Read from a `ChatMember`.
impl Lenient for MemberStatus {
    fn read(json: &[u8]) -> Option<Self> {
        Some(match field::<String>(json, "status")?.as_str() {
            "creator" => Self::Creator,
            "administrator" => Self::Administrator,
            "member" => Self::Member,
            "restricted" => Self::Restricted {
                is_member: field(json, "is_member").unwrap_or_default(),
            },
            "left" => Self::Left,
            "kicked" => Self::Kicked,
            _ => Self::Unknown,
        })
    }
}
