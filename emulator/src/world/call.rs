//! One call the bot made, as the log keeps it.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

/// A call of the Bot API.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Call {
    /// Its number, rising by one from 1.
    pub seq: u64,
    /// The method, spelled as Telegram documents it (`sendMessage`), whatever the bot's spelling was.
    pub method: String,
    /// The parameters, an object. Values of forms and query strings are strings.
    pub params: Value,
    /// The HTTP status of the answer; 0 while there is none, and for ever when the connection ended without one.
    pub status: u16,
    /// When it came.
    pub at: SystemTime,
    /// How long the answer took; `None` while the call is still being answered.
    pub took: Option<Duration>,
}

impl Call {
    /// A parameter as text, `""` when there is none.
    #[must_use]
    pub fn param(&self, name: &str) -> String {
        match self.params.get(name) {
            None => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        let at_ms = self
            .at
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since| since.as_millis());
        json!({
            "seq": self.seq, "method": self.method, "params": self.params, "status": self.status,
            "at_ms": u64::try_from(at_ms).unwrap_or(u64::MAX), "took_ms": self.took.map(|took| took.as_secs_f64() * 1000.0),
        })
    }
}
