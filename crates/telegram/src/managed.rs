//! Bots that this one manages, and the making of messages that people stop.

use super::{Chat, User, object::objects};

objects! {
    /// A bot that this one manages was made, or its token or owner changed.
    pub struct ManagedBot {
        /// Who made it or owns it.
        pub user: User => required,
        /// The bot: `getManagedBotToken` gives its token.
        pub bot: User => required,
    }

    /// A person stopped the bot from going on with a message that it streams by `sendMessageDraft`.
    pub struct GenerationStopped {
        /// The private chat.
        pub chat: Chat => required,
        /// The topic.
        pub message_thread_id: Option<i64>,
        /// The number that the bot gave the draft.
        pub draft_id: i64 => required,
    }
}
