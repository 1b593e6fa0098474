//! Who caused an update: an account, or a chat that speaks through one.

use super::{
    Chat, Content, Update, User,
    lenient::{Lenient, field, fields},
};

/// Who caused an update, and where, of the kinds whose content does not say so.
#[derive(Clone, Debug, Default)]
pub(super) struct Sender {
    user: Option<User>,
    /// The chat that acts in a user's stead.
    speaks: Option<i64>,
    pub(super) chat: Option<Chat>,
}

impl Sender {
    /// Payloads name their user `from` or `user`, and the chat that acts in a user's stead
    /// `actor_chat` or `voter_chat`; a boost has its user in its source.
    pub(super) fn of(payload: &[u8]) -> Self {
        let mut sender = Self::default();
        for (key, value) in fields(payload) {
            match &*key {
                b"from" | b"user" => sender.user = User::read(value),
                b"source" => sender.user = field(value, "user"),
                b"boost" => {
                    let source = super::scan::member(value, "source");
                    sender.user = source.and_then(|source| field(source, "user"));
                }
                b"actor_chat" | b"voter_chat" => sender.speaks = field(value, "id"),
                b"chat" => sender.chat = Chat::read(value),
                _ => {}
            }
        }
        sender
    }
}

impl Update {
    /// The account that the update names as its cause: a person, a bot, or one of Telegram's own
    /// that stands in for a chat.
    #[must_use]
    pub fn user(&self) -> Option<&User> {
        match &self.content {
            Content::Message(message) => message.from.as_ref(),
            Content::CallbackQuery(query) => Some(&query.from),
            Content::ChatMember(change) => change.from.as_ref(),
            Content::PreCheckoutQuery(query) => Some(&query.from),
            Content::Other => self.sender.as_ref()?.user.as_ref(),
        }
    }

    /// Id of [`user`](Self::user). Where a chat speaks see [`speaker_id`](Self::speaker_id).
    #[must_use]
    pub fn user_id(&self) -> Option<i64> {
        self.user().map(|user| user.id)
    }
}
