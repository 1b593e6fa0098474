//! Pressed buttons: what was wanted, and what the bot answered.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The answers a callback query got; none yet at first. Telegram takes a second answer without a word, so they are kept all.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Pressed {
    pub(crate) answers: Vec<Value>,
}

/// Which button to press.
#[derive(Clone, Debug)]
pub(crate) enum Button {
    Text(String),
    Data(String),
}

impl Button {
    /// Whether this button of a keyboard is the wanted one. Only those with `callback_data` can be pressed.
    pub(super) fn is(&self, button: &Value) -> bool {
        let has =
            |field: &str, wanted: &str| button.get(field).and_then(Value::as_str) == Some(wanted);
        match self {
            Self::Text(text) => has("text", text) && button.get("callback_data").is_some(),
            Self::Data(data) => has("callback_data", data),
        }
    }
}

impl std::fmt::Display for Button {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => write!(f, "a button with the text {text:?}"),
            Self::Data(data) => write!(f, "a button with the callback_data {data:?}"),
        }
    }
}
