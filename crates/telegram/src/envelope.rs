//! The outside of an update: its id, its kind, and whose it is, read without decoding the payload.

use std::borrow::Cow;

use super::{
    UpdateKind,
    callback_query::is_shared,
    lenient::Lenient,
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
    /// Whether it is a press of what all of its chat share, and so in order with the chat: see
    /// [`Update::is_shared_press`](crate::Update::is_shared_press). In a private chat that is the same, and not told.
    pub is_shared: bool,
}

impl<'a> Envelope<'a> {
    /// Reads the outside of `raw`, one element of what `getUpdates` returned; `None` if it is no
    /// object with an integer `update_id`.
    #[must_use]
    pub fn peek(raw: &'a [u8]) -> Option<Self> {
        let (update_id, kind_name, payload) = Self::outside(raw)?;
        let is_press = kind_name == UpdateKind::CallbackQuery.as_str();
        let (user_id, chat_id, is_shared) = owner(payload, is_press);
        Some(Self {
            update_id,
            kind_name,
            payload,
            user_id,
            chat_id,
            is_shared,
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
    /// else its own. What is [shared](Self::is_shared) is the chat's first.
    #[must_use]
    pub fn lane(&self) -> i64 {
        let owner = match self.is_shared {
            true => self.chat_id.or(self.user_id),
            false => self.user_id.or(self.chat_id),
        };
        owner.unwrap_or(self.update_id)
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

/// The user and the chat of a payload, and whether it is a press of what the chat shares. Payloads name their user
/// `from` or `user`, a boost in its source; a callback query has its chat in its message.
fn owner(payload: &[u8], is_press: bool) -> (Option<i64>, Option<i64>, bool) {
    let id = |object| member(object, "id").and_then(integer);
    let (mut user, mut chat, mut data) = (None, None, None);
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
            b"data" if is_press => data = Some(value),
            _ => {}
        }
        // In a private chat both orders are one, whatever the data are.
        let has_order = !is_press || user == chat || data.is_some();
        if user.is_some() && chat.is_some() && has_order {
            break;
        }
    }
    (user, chat, data.is_some_and(begins_shared))
}

/// Whether the data of a button, in JSON, are of what the chat shares.
fn begins_shared(json: &[u8]) -> bool {
    match json {
        // Telegram escapes no letter; it would be the same one.
        [b'"', b'\\', ..] | [b'"', b'~', b'\\', ..] => {
            String::read(json).is_some_and(|data| is_shared(&data))
        }
        [b'"', data @ ..] => data.starts_with(crate::callback_query::SHARED.as_bytes()),
        _ => false,
    }
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
    fn a_press_of_what_a_chat_shares_is_in_order_with_the_chat() {
        let lane = |data: &str| {
            let json = format!(
                r#"{{"update_id":1,"callback_query":{{"id":"1","from":{{"id":6}},"message":{{"chat":{{"id":-7}}}},"data":"{data}"}}}}"#
            );
            let lane = Envelope::peek(json.as_bytes()).map(|envelope| envelope.lane());
            let update = crate::Update::decode(json).expect("an update");
            assert_eq!(lane, Some(if update.is_shared_press() { -7 } else { 6 }));
            lane
        };
        assert_eq!(lane("~gAAAAAAAAAAAA+"), Some(-7));
        assert_eq!(lane("\\u007egAAAA"), Some(-7));
        assert_eq!(lane("~\\u0067AAAA"), Some(-7));
        for own in ["~0AAAA", "g~", "", "~", "\\\"~g"] {
            assert_eq!(lane(own), Some(6), "{own}");
        }
        // What is no press says it in vain; a press of an inline result has no chat.
        let message = r#"{"update_id":1,"message":{"from":{"id":6},"data":"~g","chat":{"id":-7}}}"#;
        assert_eq!(
            Envelope::peek(message.as_bytes()).map(|it| it.lane()),
            Some(6)
        );
        let inline = r#"{"update_id":1,"callback_query":{"data":"~g","from":{"id":6}}}"#;
        assert_eq!(
            Envelope::peek(inline.as_bytes()).map(|it| it.lane()),
            Some(6)
        );
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
