//! One call of a Bot API method, as data.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A Bot API method and its parameters. It is data until a [`Bot`](super::Bot) sends it.
///
/// ```
/// use ostankino::telegram::Call;
///
/// let call = Call::new("sendDice").param("chat_id", 42).param("emoji", "🎲");
/// assert_eq!(call.params()["chat_id"], 42);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[must_use = "a call is data: send it with a Bot or return it in a Reply"]
pub struct Call {
    #[serde(rename = "m")]
    method: Cow<'static, str>,
    #[serde(rename = "p")]
    params: Map<String, Value>,
}

impl Call {
    /// A call of `method` without parameters.
    pub fn new(method: impl Into<Cow<'static, str>>) -> Self {
        Self {
            method: method.into(),
            params: Map::new(),
        }
    }

    /// A call with typed parameters, such as those of [`crate::methods`].
    ///
    /// # Panics
    ///
    /// If `params` does not become a JSON object: it is no parameter struct then.
    #[track_caller]
    pub fn with(method: impl Into<Cow<'static, str>>, params: &impl Serialize) -> Self {
        match serde_json::to_value(params) {
            Ok(Value::Object(params)) => Self {
                method: method.into(),
                params,
            },
            _ => panic!("the parameters of a call must be a struct or a map with string keys"),
        }
    }

    /// Adds or replaces one parameter.
    pub fn param(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.params.insert(name.into(), value.into());
        self
    }

    /// The method's name.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> &Map<String, Value> {
        &self.params
    }

    pub(crate) fn into_parts(self) -> (Cow<'static, str>, Map<String, Value>) {
        (self.method, self.params)
    }
}
