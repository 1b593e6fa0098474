//! What the bot sent, and what was pressed, as tests see them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::protocol::objects::Message;

/// A message the bot sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SentMessage {
    /// Its number in the chat.
    pub message_id: i64,
    /// The chat it went to.
    pub chat_id: i64,
    /// When, in Unix seconds.
    pub date: i64,
    /// The text as people see it: tags are parsed away into [`entities`](Self::entities).
    /// Empty when it is no text.
    pub text: String,
    /// The caption of a photo, a document and the like; empty when there is none.
    pub caption: String,
    /// The message's entities, or those of its caption, an array of Telegram's `MessageEntity` (empty when there are none).
    pub entities: Value,
    /// The whole message, Telegram's `Message`: what is neither text nor caption is here, such as `photo`.
    pub message: Value,
    /// The keyboard as the bot gave it, of any kind.
    pub reply_markup: Option<Value>,
    /// The parameters of the call that sent it, or last edited it.
    pub params: Value,
    /// Whether it was edited since.
    pub edited: bool,
}

impl SentMessage {
    pub(crate) fn new(message: &Message, params: &Value, reply_markup: Option<Value>) -> Self {
        let content = &message.content;
        let entities = if content.is_text() {
            &content.entities
        } else {
            &content.caption_entities
        };
        Self {
            message_id: message.message_id,
            chat_id: message.chat.id,
            date: message.date,
            text: content.text.clone(),
            caption: content.caption.clone(),
            message: serde_json::to_value(message).expect("a message is plain data"),
            entities: serde_json::to_value(entities).expect("entities are plain data"),
            reply_markup,
            params: params.clone(),
            edited: message.edit_date.is_some(),
        }
    }

    /// The texts of its inline buttons, row after row.
    #[must_use]
    pub fn buttons(&self) -> Vec<String> {
        let texts = buttons(self.reply_markup.as_ref())
            .map(|button| button["text"].as_str().unwrap_or("").to_owned());
        texts.collect()
    }
}

/// A pressed button: a callback query the bot has to answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Press {
    /// The callback query's id.
    pub id: String,
    /// The update that carries it.
    pub update_id: i64,
    /// The message the button is on.
    pub message_id: i64,
    /// The button's `callback_data`.
    pub data: String,
}

/// The inline buttons of a `reply_markup`.
pub(crate) fn buttons(markup: Option<&Value>) -> impl Iterator<Item = &Value> {
    let rows = markup
        .and_then(|markup| markup.get("inline_keyboard"))
        .and_then(Value::as_array);
    rows.into_iter()
        .flatten()
        .filter_map(Value::as_array)
        .flatten()
}
