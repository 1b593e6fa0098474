//! A message, as far as the service needs to know it. All else is in
//! [`types::Message`](crate::types::Message), which is decoded when a handler asks for it.

mod parts;

use self::parts::{Says, more_precise};
use super::{
    Chat, Entity, SuccessfulPayment, User,
    lenient::{Lenient, field, fields},
};

/// What is needed of a message, read field by field: an odd one harms no other.
///
/// The names are those of the [Bot API](https://core.telegram.org/bots/api#message).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// Its id in the chat; 0 of an ephemeral one.
    pub message_id: i64,
    /// Its id among the ephemeral messages, if it is one: only one member of the group and the bot see it.
    pub ephemeral_message_id: Option<i64>,
    /// When it was sent, in seconds since 1970; 0 for one that is too old to be read.
    pub date: i64,
    /// The chat it was sent in.
    pub chat: Chat,
    /// Who sent it. Where a chat speaks ([`sender_chat`](Self::sender_chat)) this is an account that
    /// stands in for it.
    pub from: Option<User>,
    /// The chat that speaks: a channel, or the group itself for an anonymous administrator.
    pub sender_chat: Option<Chat>,
    /// The bot that sent it for a business account.
    pub sender_business_bot: Option<i64>,
    /// The business account's connection through which it came.
    pub business_connection_id: Option<String>,
    /// The thread of replies or the topic.
    pub message_thread_id: Option<i64>,
    /// Whether that thread is a topic of a forum.
    pub is_topic_message: bool,
    /// The topic of a channel's direct messages.
    pub direct_messages_topic: Option<i64>,
    /// Whether it is a channel's post that Telegram forwarded to its discussion group by itself.
    pub is_automatic_forward: bool,
    /// Whether it was forwarded, by whomever and from wherever.
    pub is_forwarded: bool,
    /// The message it answers.
    pub reply_to_message: Option<RepliedTo>,
    /// The text.
    pub text: Option<String>,
    /// What stands below a photo or other media.
    pub caption: Option<String>,
    /// What stands out in the text, or else in the caption.
    pub entities: Vec<Entity>,
    /// The group became the supergroup with this id.
    pub migrate_to_chat_id: Option<i64>,
    /// The supergroup was the group with this id.
    pub migrate_from_chat_id: Option<i64>,
    /// A payment that succeeded.
    pub successful_payment: Option<SuccessfulPayment>,
    /// What somebody sent: the name of the field, such as `text` or `photo`.
    pub content: Option<&'static str>,
    /// What Telegram tells: the name of the field, such as `pinned_message`.
    pub service: Option<&'static str>,
}

/// What is needed of the message that another one answers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RepliedTo {
    /// Its id in the chat.
    pub message_id: i64,
    /// Who sent it.
    pub from: Option<User>,
    /// Its text, or else its caption.
    pub text: Option<String>,
}

impl Message {
    fn in_chat(chat: Chat) -> Self {
        Self {
            message_id: 0,
            ephemeral_message_id: None,
            date: 0,
            chat,
            from: None,
            sender_chat: None,
            sender_business_bot: None,
            business_connection_id: None,
            message_thread_id: None,
            is_topic_message: false,
            direct_messages_topic: None,
            is_automatic_forward: false,
            is_forwarded: false,
            reply_to_message: None,
            text: None,
            caption: None,
            entities: Vec::new(),
            migrate_to_chat_id: None,
            migrate_from_chat_id: None,
            successful_payment: None,
            content: None,
            service: None,
        }
    }

    /// Whether the field of that name holds what Telegram tells.
    pub fn is_name_of_service(name: &str) -> bool {
        matches!(Says::of(name.as_bytes()), Some(Says::Service(_)))
    }

    /// Whether the field of that name holds what somebody sent.
    #[must_use]
    pub fn is_name_of_content(name: &str) -> bool {
        matches!(Says::of(name.as_bytes()), Some(Says::Content(_)))
    }

    /// Whether it is Telegram's word about the chat, and nothing that anybody sent.
    #[must_use]
    pub fn is_service(&self) -> bool {
        self.content.is_none() && self.service.is_some()
    }

    /// Whether more of it than its id is known: what is too old cannot be read.
    #[must_use]
    pub fn is_accessible(&self) -> bool {
        self.date != 0
    }

    /// The text, or else the caption.
    #[must_use]
    pub fn text_or_caption(&self) -> Option<&str> {
        self.text.as_deref().or(self.caption.as_deref())
    }
}

impl Lenient for Message {
    fn read(json: &[u8]) -> Option<Self> {
        let mut message = Self::in_chat(field(json, "chat")?);
        let mut caption_entities = Vec::new();
        for (key, value) in fields(json) {
            match &*key {
                b"message_id" => message.message_id = i64::read(value).unwrap_or_default(),
                b"ephemeral_message_id" => message.ephemeral_message_id = i64::read(value),
                b"date" => message.date = i64::read(value).unwrap_or_default(),
                b"from" => message.from = User::read(value),
                b"sender_chat" => message.sender_chat = Chat::read(value),
                b"sender_business_bot" => message.sender_business_bot = field(value, "id"),
                b"business_connection_id" => message.business_connection_id = String::read(value),
                b"message_thread_id" => message.message_thread_id = i64::read(value),
                b"is_topic_message" => message.is_topic_message = value == b"true",
                b"is_automatic_forward" => message.is_automatic_forward = value == b"true",
                b"forward_origin" => message.is_forwarded = true,
                b"direct_messages_topic" => {
                    message.direct_messages_topic = field(value, "topic_id");
                }
                b"reply_to_message" => message.reply_to_message = RepliedTo::read(value),
                b"text" => message.text = String::read(value),
                b"entities" => message.entities = Vec::read(value).unwrap_or_default(),
                b"caption" => message.caption = String::read(value),
                b"caption_entities" => caption_entities = Vec::read(value).unwrap_or_default(),
                b"migrate_to_chat_id" => message.migrate_to_chat_id = i64::read(value),
                b"migrate_from_chat_id" => message.migrate_from_chat_id = i64::read(value),
                b"successful_payment" => {
                    message.successful_payment = SuccessfulPayment::read(value);
                }
                _ => {}
            }
            match Says::of(&key) {
                Some(Says::Content(name)) => {
                    message.content = Some(more_precise(message.content, name));
                }
                Some(Says::Service(name)) => message.service = Some(name),
                None => {}
            }
        }
        if message.text.is_none() {
            message.entities = caption_entities;
        }
        Some(message)
    }
}

impl Lenient for RepliedTo {
    fn read(json: &[u8]) -> Option<Self> {
        let (mut message_id, mut from, mut text) = (None, None, None);
        for (key, value) in fields(json) {
            match &*key {
                b"message_id" => message_id = i64::read(value),
                b"from" => from = User::read(value),
                b"text" | b"caption" => text = String::read(value),
                _ => {}
            }
        }
        Some(Self {
            message_id: message_id?,
            from,
            text,
        })
    }
}
