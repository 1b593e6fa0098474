//! An event as it is stored: an update with an id below zero, whose fields are named as Telegram names them.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    Update,
    telegram::{ChatKind, internal::EVENT_FIELD},
};

/// Whose an event is, and where it happens. Whatever happens to them is in one order, so an event may do what nobody else
/// could do at the same time: see [`Reply::event_of`](crate::Reply::event_of).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whose {
    /// The user, in whose order it is handled.
    pub user: Option<i64>,
    /// The chat that speaks in that user's stead: a channel, or the group of an anonymous administrator.
    pub sender_chat: Option<i64>,
    /// The chat.
    pub chat: Option<i64>,
    /// The kind of that chat, by Telegram's name.
    pub chat_kind: Option<String>,
    /// The topic of a forum.
    pub topic: Option<i64>,
    /// The connection to a business account.
    pub business: Option<String>,
}

impl Whose {
    /// As of that update. What has a user and no chat, such as a payment or an inline query, is of the user's private
    /// chat with the bot.
    #[must_use]
    pub fn of(update: &Update) -> Self {
        let user = update.user_id();
        let sender_chat = update.speaker_id().filter(|id| Some(*id) != user);
        if let (Some(user), None, None) = (user, update.chat(), sender_chat) {
            return Self::user(user);
        }
        let kind = update.chat().map(|chat| name_of(chat.kind).to_owned());
        Self {
            user,
            sender_chat,
            chat: update.chat_id(),
            chat_kind: kind,
            topic: update.topic_id(),
            business: update.business_connection_id().map(ToOwned::to_owned),
        }
    }

    /// A user, in the private chat with the bot.
    #[must_use]
    pub fn user(id: i64) -> Self {
        Self {
            user: Some(id),
            chat: Some(id),
            chat_kind: Some(name_of(ChatKind::Private).to_owned()),
            ..Self::default()
        }
    }

    /// A user, in that chat: a group, or the private chat with the bot, which has the user's id.
    #[must_use]
    pub fn member(user: i64, chat: i64) -> Self {
        Self {
            user: Some(user),
            ..Self::chat(chat)
        }
    }

    /// A chat itself, nobody in particular: its dialogue is the one that all of it share.
    #[must_use]
    pub fn chat(id: i64) -> Self {
        let kind = match id {
            0.. => ChatKind::Private,
            // <https://core.telegram.org/api/bots/ids>
            ..=-1_000_000_000_000 => ChatKind::Supergroup,
            _ => ChatKind::Group,
        };
        Self {
            chat: Some(id),
            chat_kind: Some(name_of(kind).to_owned()),
            ..Self::default()
        }
    }

    /// In that topic of a forum.
    #[must_use]
    pub fn topic(self, topic: i64) -> Self {
        Self {
            topic: Some(topic),
            ..self
        }
    }

    /// Whose it is: of many who share an account of Telegram's own, the chat that speaks.
    #[must_use]
    pub fn owner(&self) -> Option<i64> {
        self.sender_chat.or(self.lane())
    }

    /// Whose updates it is to stay in order with.
    #[must_use]
    pub fn lane(&self) -> Option<i64> {
        self.user.or(self.chat)
    }
}

/// What an event is made of.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// Below zero.
    pub id: i64,
    /// See [`Event::NAME`](super::Event::NAME).
    pub name: &'a str,
    /// Whose it is.
    pub whose: &'a Whose,
    /// The timer that fires it, and when it was due, in milliseconds since 1970.
    pub timer: Option<(i64, i64)>,
    /// The event itself.
    pub data: &'a Value,
}

impl Draft<'_> {
    /// The update that is stored.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        let mut payload = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                payload.insert(name.to_owned(), value);
            }
        };
        let Whose {
            user,
            sender_chat,
            chat,
            chat_kind,
            topic,
            business,
        } = self.whose;
        put("event", Some(self.name.into()));
        put("from", user.map(|id| json!({"id": id})));
        put("sender_chat", sender_chat.map(|id| json!({"id": id})));
        let kind = chat_kind.as_deref().unwrap_or_default();
        put("chat", chat.map(|id| json!({"id": id, "type": kind})));
        put("message_thread_id", topic.map(Value::from));
        put(
            "business_connection_id",
            business.as_deref().map(Value::from),
        );
        put("timer", self.timer.map(|(timer, _)| timer.into()));
        put("due", self.timer.map(|(_, due)| due.into()));
        put("data", Some(self.data.clone()));
        let update = json!({"update_id": self.id, EVENT_FIELD: payload});
        update.to_string().into()
    }
}

fn name_of(kind: ChatKind) -> &'static str {
    match kind {
        ChatKind::Private => "private",
        ChatKind::Group => "group",
        ChatKind::Supergroup => "supergroup",
        ChatKind::Channel => "channel",
        _ => "",
    }
}
