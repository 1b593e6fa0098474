//! What a reply wants of a call beyond that it is made. It is stored with the call, and only where it is set.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Call;

/// What becomes of a call that is one of a reply's. Telegram hears nothing of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Attributes {
    /// The name under which the message that the call sends is found again in its chat.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Whether the message of that name is edited, if there is one.
    #[serde(rename = "e", default, skip_serializing_if = "is_not")]
    pub edits: bool,
    /// The name of the message that the call is about. If none is known, it is not made.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// The message that the call is not about even if it has that name.
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    pub except: Option<i64>,
    /// Whether it is an obligation: it is made again until Telegram gives an answer that lasts.
    #[serde(rename = "o", default, skip_serializing_if = "is_not")]
    pub must: bool,
    /// Whether it is made only if the call before it succeeded.
    #[serde(rename = "c", default, skip_serializing_if = "is_not")]
    pub chained: bool,
    /// Whether only who causes the update is to see the message, until it is known who that is.
    #[serde(rename = "p", default, skip_serializing_if = "is_not")]
    pub ephemeral: bool,
    /// The calls that are made instead if Telegram refuses it for good.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub or: Option<Vec<Call>>,
    /// Whether it is an answer of a press that is left to an event which comes of the reply.
    #[serde(rename = "l", default, skip_serializing_if = "is_not")]
    pub is_left: bool,
    /// The event as which Telegram's answer comes back.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub then: Option<Then>,
}

/// An event that happens once a call has its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Then {
    /// Its name.
    #[serde(rename = "n")]
    pub name: String,
    /// What is given along.
    #[serde(rename = "d")]
    pub data: Value,
    /// Whose it is, once that is known.
    #[serde(rename = "w", default, skip_serializing_if = "Value::is_null")]
    pub whose: Value,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks like that")]
fn is_not(flag: &bool) -> bool {
    !flag
}
