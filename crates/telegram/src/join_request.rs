//! Requests to join a chat, and what links they came by.

use super::{Chat, User, object::objects};

objects! {
    /// Somebody asks to join a chat: `approveChatJoinRequest` and `declineChatJoinRequest` answer.
    pub struct JoinRequest {
        /// The chat.
        pub chat: Chat => required,
        /// Who asks.
        pub from: User => required,
        /// The private chat in which the bot may write to that person for five minutes.
        pub user_chat_id: i64,
        /// When, in seconds since 1970.
        pub date: i64,
        /// What the person tells about themselves.
        pub bio: Option<String>,
        /// The link that was used.
        pub invite_link: Option<InviteLink>,
        /// The id by which the bot answers on the spot, if it is the one to decide.
        pub query_id: Option<String>,
    }

    /// A link by which people join a chat.
    pub struct InviteLink {
        /// The link; its end is `…` if another administrator made it.
        pub url: String as "invite_link" => required,
        /// Who made it.
        pub creator: Option<User>,
        /// Its name.
        pub name: Option<String>,
        /// Whether whoever uses it has to be let in.
        pub creates_join_request: bool,
        /// Whether it is the chat's main link.
        pub is_primary: bool,
        /// Whether it is not valid any more.
        pub is_revoked: bool,
    }
}
