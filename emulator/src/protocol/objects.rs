//! The Bot API's objects, as the server writes them on the wire.

mod common;
mod forward;
mod message;
mod sender;

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

pub(crate) use self::{
    common::Common,
    forward::Forward,
    message::{Content, Message},
    sender::Sender,
};

/// A `User`: a person, or the bot itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) id: i64,
    #[serde(default)]
    pub(crate) is_bot: bool,
    pub(crate) first_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) language_code: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) is_premium: bool,
}

/// A `Chat`: private (named as the person is) or a group (with a title).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Chat {
    pub(crate) id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_name: Option<String>,
    #[serde(rename = "type")]
    pub(crate) kind: ChatKind,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) is_forum: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) is_direct_messages: bool,
}

/// What a chat is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ChatKind {
    Private,
    Group,
    Supergroup,
    Channel,
}

/// A `MessageEntity`; offset and length are in UTF-16 units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entity {
    pub(crate) offset: usize,
    pub(crate) length: usize,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<User>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) custom_emoji_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unix_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date_time_format: Option<String>,
}

impl Entity {
    /// An entity with nothing but its kind and place.
    pub(crate) fn new(kind: &str, offset: usize, length: usize) -> Self {
        let kind = kind.to_owned();
        Self {
            offset,
            length,
            kind,
            url: None,
            user: None,
            language: None,
            custom_emoji_id: None,
            unix_time: None,
            date_time_format: None,
        }
    }

    /// One past the last UTF-16 unit.
    pub(crate) fn end(&self) -> usize {
        self.offset + self.length
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde asks for"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// The time as Telegram tells it: Unix time in seconds.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("the clock is past 1970");
    i64::try_from(since.as_secs()).expect("seconds fit until the sun is gone")
}
