//! An event of the service's own, as far as whoever routes and answers it needs to know it.

use super::{
    Chat, User,
    lenient::{Lenient, field, fields},
};

/// An event of the service's own. Its fields are named as Telegram names those of a message, so that
/// whose it is is read as it is of any update; `data` are the author's.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventPart {
    /// The name, by which it is routed.
    pub name: String,
    /// Whose it is. Nothing but the id is known.
    pub from: Option<User>,
    /// Id of the chat that spoke in that user's stead.
    pub sender_chat: Option<i64>,
    /// Where it happens. Nothing but the id and the kind is known.
    pub chat: Option<Chat>,
    /// The topic of a forum.
    pub topic: Option<i64>,
    /// The connection to a business account.
    pub business_connection_id: Option<String>,
    /// The timer that fired it.
    pub timer: Option<i64>,
    /// When that was due, in milliseconds since 1970.
    pub due_ms: Option<i64>,
}

impl Lenient for EventPart {
    fn read(json: &[u8]) -> Option<Self> {
        let (mut name, mut from, mut sender_chat, mut chat) = (None, None, None, None);
        let (mut topic, mut business_connection_id) = (None, None);
        let (mut timer, mut due_ms) = (None, None);
        for (key, value) in fields(json) {
            match &*key {
                b"event" => name = String::read(value),
                b"from" => from = User::read(value),
                b"sender_chat" => sender_chat = field(value, "id"),
                b"chat" => chat = Chat::read(value),
                b"message_thread_id" => topic = i64::read(value),
                b"business_connection_id" => business_connection_id = String::read(value),
                b"timer" => timer = i64::read(value),
                b"due" => due_ms = i64::read(value),
                _ => {}
            }
        }
        Some(Self {
            name: name?,
            from,
            sender_chat,
            chat,
            topic,
            business_connection_id,
            timer,
            due_ms,
        })
    }
}
