//! Who caused an update: an account, or a chat that speaks through one.

use super::{
    Chat, Content, Update, User,
    lenient::{Lenient, field, fields},
};

/// The accounts by which Telegram stands in for who has none: the service itself, `@GroupAnonymousBot`
/// for anonymous administrators, `@Channel_Bot` for channels.
/// Source: <https://core.telegram.org/bots/api#message>, `from` and `sender_chat`.
const STAND_INS: [i64; 3] = [777_000, 1_087_968_824, 136_817_688];

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
            Content::Event(event) => event.from.as_ref(),
            Content::Other => self.sender.as_ref()?.user.as_ref(),
        }
    }

    /// Id of [`user`](Self::user). Where a chat speaks see [`speaker_id`](Self::speaker_id).
    #[must_use]
    pub fn user_id(&self) -> Option<i64> {
        self.user().map(|user| user.id)
    }

    /// The person who caused the update: [`user`](Self::user), unless that is a bot, or an account
    /// that stands in for somebody else.
    ///
    /// There is none of what an anonymous administrator or a channel says in a group, of what
    /// Telegram itself does, and of what a bot sent for a business account.
    #[must_use]
    pub fn person(&self) -> Option<&User> {
        let is_own_word = self.speaking_chat().is_none() && !self.is_automatic();
        self.user().filter(|user| is_own_word && is_person(user))
    }

    /// Id of who speaks: of the chat, where a channel or an anonymous administrator does, or else of
    /// [`user`](Self::user). Dialogues are kept by it.
    #[must_use]
    pub fn speaker_id(&self) -> Option<i64> {
        self.speaking_chat().or(self.user_id())
    }

    /// Whether nobody wrote this message: a bot did, by itself or for a business account, or
    /// Telegram forwarded it from a channel to its discussion group.
    #[must_use]
    pub fn is_automatic(&self) -> bool {
        let Content::Message(message) = &self.content else {
            return false;
        };
        let by_bot = |from: &User| from.is_bot && message.sender_chat.is_none();
        message.is_automatic_forward
            || message.sender_business_bot.is_some()
            || message.from.as_ref().is_some_and(by_bot)
    }

    /// Whether the bot with that id sent this message itself, for a business account: such messages
    /// come back as updates.
    #[must_use]
    pub fn is_sent_by(&self, bot: i64) -> bool {
        matches!(&self.content, Content::Message(message)
            if message.sender_business_bot == Some(bot) || self.user_id() == Some(bot))
    }

    /// Everybody the update names whom handlers are given: whoever caused it, and whose membership
    /// changed.
    pub fn people(&self) -> impl Iterator<Item = &User> {
        let member = match &self.content {
            Content::ChatMember(change) => change.member.as_ref(),
            _ => None,
        };
        self.person()
            .into_iter()
            .chain(member.filter(|user| is_person(user)))
    }

    fn speaking_chat(&self) -> Option<i64> {
        match &self.content {
            Content::Message(message) => message.sender_chat.as_ref().map(|chat| chat.id),
            Content::Event(event) => event.sender_chat,
            Content::Other => self.sender.as_ref()?.speaks,
            _ => None,
        }
    }
}

fn is_person(user: &User) -> bool {
    !user.is_bot && !STAND_INS.contains(&user.id)
}
