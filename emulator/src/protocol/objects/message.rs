//! A `Message`, and what it says: a text, or a part such as a photo with a caption.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Chat, Common, Entity, Forward, Sender, User, is_false};
use crate::protocol::text;

/// A `Message`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) message_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message_thread_id: Option<i64>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) is_topic_message: bool,
    /// Nobody in channels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<Common<User>>,
    pub(crate) chat: Common<Chat>,
    #[serde(flatten)]
    pub(crate) sender: Option<Box<Sender>>,
    /// Unix time in seconds.
    pub(crate) date: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) edit_date: Option<i64>,
    #[serde(flatten)]
    pub(crate) forward: Option<Box<Forward>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reply_to_message: Option<Box<Self>>,
    /// What of the other message it answers, a `TextQuote`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) quote: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) effect_id: Option<String>,
    /// The same for all messages of an album.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) media_group_id: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) has_protected_content: bool,
    #[serde(flatten)]
    pub(crate) content: Content,
    /// Only inline keyboards are part of a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reply_markup: Option<Value>,
}

impl Message {
    /// The chat that speaks in it, rather than its `from`.
    pub(crate) fn sender_chat(&self) -> Option<&Chat> {
        self.sender.as_ref()?.sender_chat.as_deref()
    }

    /// From where it was forwarded, a `MessageOrigin`.
    pub(crate) fn forward_origin(&self) -> Option<&Value> {
        self.forward.as_ref()?.forward_origin.as_ref()
    }
}

/// What a message says, as fields of the message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Content {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) entities: Vec<Entity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) link_preview_options: Option<Value>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) caption: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) caption_entities: Vec<Entity>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) show_caption_above_media: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) has_media_spoiler: bool,
    /// What is not text, by Telegram's field names: `photo`, `document`, `location`, `poll`…
    #[serde(flatten)]
    pub(crate) parts: Map<String, Value>,
}

/// The parts that have a caption.
const CAPTIONED: [&str; 6] = ["photo", "video", "animation", "audio", "document", "voice"];

impl Content {
    /// A text.
    pub(crate) fn of_text(text: String, entities: Vec<Entity>) -> Self {
        Self {
            text,
            entities,
            ..Self::default()
        }
    }

    /// A text that somebody wrote without formatting.
    pub(crate) fn of_words(words: String) -> Self {
        let entities = text::found(&words, &[]);
        Self::of_text(words, entities)
    }

    /// One part and nothing else.
    pub(crate) fn of_part(name: &str, part: Value) -> Self {
        let parts = Map::from_iter([(name.to_owned(), part)]);
        Self {
            parts,
            ..Self::default()
        }
    }

    /// Whether it is a text rather than something with a caption, or without.
    pub(crate) fn is_text(&self) -> bool {
        !self.text.is_empty()
    }

    /// Whether it has a place for a caption, written or not.
    pub(crate) fn has_caption(&self) -> bool {
        CAPTIONED.iter().any(|part| self.parts.contains_key(*part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_message_survives_being_written_and_read() {
        let written = json!({
            "message_id": 1, "from": {"id": 2, "is_bot": true, "first_name": "B"},
            "chat": {"id": 3, "type": "private", "first_name": "A"}, "date": 4, "caption": "c",
            "photo": [{"file_id": "x"}], "has_media_spoiler": true,
        });
        let message: Message = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(message.content.caption, "c");
        assert_eq!(serde_json::to_value(&message).unwrap(), written);
    }
}
