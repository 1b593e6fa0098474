//! Inline mode: what is asked for in any chat, and which result was chosen.

use super::{Location, User, object::objects};

objects! {
    /// An inline query, answered by `answerInlineQuery`.
    pub struct InlineQuery {
        /// The id to answer it by.
        pub id: String => required,
        /// Who types it.
        pub from: User => required,
        /// What is typed; possibly nothing.
        pub query: String,
        /// Where the next results begin, as the bot's last answer said.
        pub offset: String,
        /// The kind of the chat that it is typed in: `sender` for the bot's own, or as in
        /// [`ChatKind`](super::ChatKind).
        pub chat_type: Option<String>,
        /// Where the sender is, for bots that ask for it.
        pub location: Option<Location>,
    }

    /// A result that was sent. Telegram tells it to bots that have feedback switched on.
    pub struct ChosenInlineResult {
        /// Its id in the answer.
        pub result_id: String => required,
        /// Who chose it.
        pub from: User => required,
        /// What was asked for.
        pub query: String,
        /// Where the sender is, for bots that ask for it.
        pub location: Option<Location>,
        /// The id of the message, by which it can be edited, if it has buttons.
        pub inline_message_id: Option<String>,
    }
}
