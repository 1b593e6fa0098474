//! A pressed button, as far as the service needs to know it.

use super::{
    Message, User,
    lenient::{Lenient, fields},
};

/// What the data of a button begin with that is in order with its chat, whoever presses it.
pub const SHARED: &str = "~g";

/// Whether the data of a button are such.
pub(super) fn is_shared(data: &str) -> bool {
    data.starts_with(SHARED)
}

/// What is needed of a pressed button; the rest is in
/// [`types::CallbackQuery`](crate::types::CallbackQuery).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallbackQuery {
    /// The id to answer it by.
    pub id: String,
    /// Who pressed the button.
    pub from: User,
    /// The message under which the button is, possibly too old to be read; none under the result
    /// of an inline query.
    pub message: Option<Message>,
    /// The id of the message that an inline query made.
    pub inline_message_id: Option<String>,
    /// The data of the button.
    pub data: Option<String>,
}

impl Lenient for CallbackQuery {
    fn read(json: &[u8]) -> Option<Self> {
        let (mut id, mut from, mut message) = (None, None, None);
        let (mut inline_message_id, mut data) = (None, None);
        for (key, value) in fields(json) {
            match &*key {
                b"id" => id = String::read(value),
                b"from" => from = User::read(value),
                b"message" => message = Message::read(value),
                b"inline_message_id" => inline_message_id = String::read(value),
                b"data" => data = String::read(value),
                _ => {}
            }
        }
        Some(Self {
            id: id?,
            from: from?,
            message,
            inline_message_id,
            data,
        })
    }
}
