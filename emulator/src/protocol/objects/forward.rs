//! From where a message was forwarded: by today's field, and by those of before, which Telegram still sends.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The fields of a forwarded message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Forward {
    /// A `MessageOrigin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) forward_origin: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    forward_from: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    forward_from_chat: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    forward_from_message_id: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    forward_signature: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    forward_sender_name: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    forward_date: Option<Value>,
}

impl Forward {
    /// All fields of a message from there.
    pub(crate) fn of(origin: Value) -> Self {
        let field = |name: &str| origin.get(name).cloned();
        Self {
            forward_from: field("sender_user"),
            forward_from_chat: field("chat").or_else(|| field("sender_chat")),
            forward_from_message_id: field("message_id"),
            forward_signature: field("author_signature"),
            forward_sender_name: field("sender_user_name"),
            forward_date: field("date"),
            forward_origin: Some(origin),
        }
    }
}
