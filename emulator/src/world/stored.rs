//! A message as it is kept: small, since there may be a million.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{Sale, SentMessage};
use crate::protocol::objects::Message;

/// A message and where it came from.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Stored {
    pub(crate) message: Message,
    /// The keyboard as given, if it is none of those that are part of a message.
    markup: Option<Packed>,
    /// The parameters of the call that sent it; `None` for people's messages.
    params: Option<Packed>,
    /// The bot's reactions, an array of `ReactionType`.
    pub(crate) reactions: Vec<Value>,
    /// The same of people, by their ids.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) reactions_of_people: BTreeMap<i64, Vec<Value>>,
    /// The person behind a chat that speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) author: Option<i64>,
    /// Who voted for which options of its poll.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) votes: BTreeMap<i64, Vec<usize>>,
    /// What it sells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sale: Option<Box<Sale>>,
    /// Somebody paid for its invoice.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_paid: bool,
    /// Its `inline_message_id`, if it is an inline result that the bot can edit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) inline_id: Option<Box<str>>,
}

impl Stored {
    pub(super) fn new(mut message: Message, markup: Option<Value>, params: Option<&Value>) -> Self {
        let (inline, other) = apart(markup);
        message.reply_markup = inline;
        Self {
            markup: other.as_ref().map(Packed::new),
            params: params.map(Packed::new),
            ..Self::taken(message)
        }
    }

    /// A message that came from elsewhere, as it is.
    pub(super) fn taken(message: Message) -> Self {
        Self {
            message,
            markup: None,
            params: None,
            reactions: vec![],
            reactions_of_people: BTreeMap::new(),
            votes: BTreeMap::new(),
            author: None,
            sale: None,
            is_paid: false,
            inline_id: None,
        }
    }

    /// The keyboard as given, of any kind.
    pub(crate) fn markup(&self) -> Option<Value> {
        let inline = || self.message.reply_markup.clone();
        self.markup.as_ref().map(Packed::value).or_else(inline)
    }

    pub(super) fn edit(&mut self, markup: Option<Value>, params: &Value) {
        let (inline, other) = apart(markup);
        self.message.reply_markup = inline;
        self.markup = other.as_ref().map(Packed::new);
        self.params = Some(Packed::new(params));
    }

    /// Whether the bot sent it.
    pub(super) fn is_sent(&self) -> bool {
        self.params.is_some()
    }

    /// As tests see it; `None` for people's messages.
    pub(crate) fn sent(&self) -> Option<SentMessage> {
        let params = self.params.as_ref()?.value();
        Some(SentMessage::new(&self.message, &params, self.markup()))
    }
}

/// A keyboard that stays on its message, or one that does not.
fn apart(markup: Option<Value>) -> (Option<Value>, Option<Value>) {
    match markup {
        Some(markup) if markup.get("inline_keyboard").is_some() => (Some(markup), None),
        other => (None, other),
    }
}

/// A value as JSON text, which takes a fraction of the memory.
#[derive(Debug)]
struct Packed(Box<str>);

impl Packed {
    fn new(value: &Value) -> Self {
        Self(value.to_string().into())
    }

    fn value(&self) -> Value {
        serde_json::from_str(&self.0).expect("written just so")
    }
}

impl Serialize for Packed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(|value| Self::new(&value))
    }
}
