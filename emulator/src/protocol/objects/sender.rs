//! On whose behalf a message was sent, beside who sent it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Chat, Common, User, is_false};

/// Fields of a message that most have not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sender {
    /// A channel, or a group whose administrator hides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sender_chat: Option<Common<Chat>>,
    /// Who signed a channel's post, or the title of an administrator who hides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) author_signature: Option<String>,
    /// A channel's post in the group of its comments.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) is_automatic_forward: bool,
    /// The bot whose inline result it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) via_bot: Option<Common<User>>,
    /// The connection to the account in whose private chat it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) business_connection_id: Option<String>,
    /// The bot that wrote it for the account's owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sender_business_bot: Option<Common<User>>,
    /// Whose topic of a channel's direct messages it is in, a `DirectMessagesTopic`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) direct_messages_topic: Option<Value>,
    /// Its number, if one member of a group sees it and others do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ephemeral_message_id: Option<i64>,
    /// Who sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) receiver_user: Option<Common<User>>,
}

impl Sender {
    /// One who chose a result of this bot.
    pub(crate) fn via(bot: Common<User>) -> Self {
        Self {
            via_bot: Some(bot),
            ..Self::default()
        }
    }
}
