//! The outside of an update: its id, its kind, and whose it is, read without decoding the payload.

use std::borrow::Cow;

use super::{
    UpdateKind,
    scan::{integer, member, members},
};

/// What can be told of an update whatever its payload looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// Telegram's `update_id`.
    pub update_id: i64,
    /// The name of the field that carries the payload; empty if there is none.
    pub kind_name: &'a str,
    /// The payload's bytes, possibly no valid JSON inside; empty if there is none.
    pub payload: &'a [u8],
    /// Id of the user who caused the update.
    pub user_id: Option<i64>,
    /// Id of the chat it happened in.
    pub chat_id: Option<i64>,
}

impl<'a> Envelope<'a> {
    /// Reads the outside of `raw`, one element of what `getUpdates` returned; `None` if it is no
    /// object with an integer `update_id`.
    #[must_use]
    pub fn peek(raw: &'a [u8]) -> Option<Self> {
        let (update_id, kind_name, payload) = Self::outside(raw)?;
        let (user_id, chat_id) = owner(payload);
        Some(Self {
            update_id,
            kind_name,
            payload,
            user_id,
            chat_id,
        })
    }

    /// The id, the name of the kind, and the payload.
    pub(super) fn outside(raw: &'a [u8]) -> Option<(i64, &'a str, &'a [u8])> {
        let (mut update_id, mut kind, mut payload) = (None, "", &b""[..]);
        for pair in members(raw) {
            let (key, value) = pair.ok()?;
            if *key == *b"update_id" {
                update_id = integer(value);
            } else if kind.is_empty() {
                (kind, payload) = (name(&key), value);
            }
        }
        Some((update_id?, kind, payload))
    }

    /// Whose updates it is to stay in order with: the number of its user, or else of its chat, or
    /// else its own.
    #[must_use]
    pub fn lane(&self) -> i64 {
        self.user_id.or(self.chat_id).unwrap_or(self.update_id)
    }

    /// What the app of who sent it says of the language: an IETF tag.
    #[must_use]
    pub fn language_code(&self) -> Option<String> {
        let language = member(member(self.payload, "from")?, "language_code")?;
        serde_json::from_slice(language).ok()
    }

    /// The kind of the update.
    #[must_use]
    pub fn kind(&self) -> UpdateKind {
        UpdateKind::from_name(self.kind_name)
    }
}

/// The name in `key`; that of a kind which nobody knows if it has an escape.
fn name<'a>(key: &Cow<'a, [u8]>) -> &'a str {
    match key {
        Cow::Borrowed(key) => std::str::from_utf8(key).unwrap_or_default(),
        Cow::Owned(key) => {
            let kind = UpdateKind::from_name(std::str::from_utf8(key).unwrap_or_default());
            kind.as_str()
        }
    }
}

/// The user and the chat of a payload. Payloads name their user `from` or `user`, a boost in its
/// source; a callback query has its chat in its message.
fn owner(payload: &[u8]) -> (Option<i64>, Option<i64>) {
    let id = |object| member(object, "id").and_then(integer);
    let (mut user, mut chat) = (None, None);
    for (key, value) in members(payload).map_while(Result::ok) {
        match &*key {
            b"from" | b"user" => user = id(value),
            b"source" => user = member(value, "user").and_then(id),
            b"boost" => {
                let source = member(value, "source");
                user = source
                    .and_then(|source| member(source, "user"))
                    .and_then(id);
            }
            b"chat" => chat = id(value),
            b"message" if value.first() == Some(&b'{') => chat = member(value, "chat").and_then(id),
            _ => {}
        }
        if user.is_some() && chat.is_some() {
            break;
        }
    }
    (user, chat)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(json: &str) -> (i64, &str, Option<i64>, Option<i64>) {
        let envelope = Envelope::peek(json.as_bytes()).expect("an update");
        (
            envelope.update_id,
            envelope.kind_name,
            envelope.user_id,
            envelope.chat_id,
        )
    }

    #[test]
    fn owners_are_found_in_every_shape_of_payload() {
        let message =
            r#"{"update_id":1,"message":{"from":{"id":5},"chat":{"id":-100,"type":"x"}}}"#;
        assert_eq!(ids(message), (1, "message", Some(5), Some(-100)));
        let press =
            r#"{"callback_query":{"message":{"chat":{"id":7}},"from":{"id":6}},"update_id":2}"#;
        assert_eq!(ids(press), (2, "callback_query", Some(6), Some(7)));
        let vote = r#"{"update_id":3,"poll_answer":{"user":{"id":8}}}"#;
        assert_eq!(ids(vote), (3, "poll_answer", Some(8), None));
        let boost = r#"{"update_id":5,"chat_boost":{"chat":{"id":-9},"boost":{"source":{"user":{"id":8}}}}}"#;
        assert_eq!(ids(boost), (5, "chat_boost", Some(8), Some(-9)));
        assert_eq!(ids(r#"{"update_id":4}"#), (4, "", None, None));
    }

    #[test]
    fn an_update_nobody_can_decode_still_has_an_owner() {
        let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        let json = format!(
            r#"{{"update_id":4294967296,"new_kind":{{"x":{deep},"t":"\ud800","from":{{"id":9}}}}}}"#
        );
        assert_eq!(ids(&json), (4_294_967_296, "new_kind", Some(9), None));
        assert_eq!(
            Envelope::peek(json.as_bytes()).map(|e| e.kind()),
            Some(UpdateKind::Unknown)
        );
    }

    #[test]
    fn without_an_id_it_is_no_update() {
        for json in [
            r#"{"message":{}}"#,
            r#"{"update_id":"x"}"#,
            "[]",
            "7",
            "",
            r#"{"update_id":1"#,
        ] {
            assert_eq!(Envelope::peek(json.as_bytes()), None, "{json}");
        }
    }
}
