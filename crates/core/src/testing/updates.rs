//! What people do, in the JSON that Telegram makes of it.

use std::time::SystemTime;

use bytes::Bytes;
use serde_json::{Value, json};

use super::entities_in;
use crate::Update;

/// The update with that id and that payload, by the name of its kind.
///
/// # Panics
///
/// If the payload lacks what none of its kind lacks.
#[must_use]
#[track_caller]
pub fn update(id: i64, kind: &str, payload: &Value) -> Update {
    let update = json!({"update_id": id, kind: payload}).to_string();
    match Update::decode(Bytes::from(update)) {
        Ok(update) => update,
        Err(error) => panic!("{kind}: {error}"),
    }
}

/// A message of a user in a chat; `content` is what it has besides. Texts get their entities, unless they
/// have some.
#[must_use]
pub fn message(id: i64, from: &Value, chat: &Value, content: &Value) -> Value {
    let mut message = json!({"message_id": id, "from": from, "chat": chat, "date": now()});
    for (name, value) in content.as_object().into_iter().flatten() {
        message[name] = value.clone();
    }
    for (text, entities) in [("text", "entities"), ("caption", "caption_entities")] {
        let found = message[text].as_str().map(entities_in).unwrap_or_default();
        let is_marked = message.get(entities).is_some();
        if !is_marked && found.as_array().is_some_and(|found| !found.is_empty()) {
            message[entities] = found;
        }
    }
    message
}

/// A press of a button by a user: under a message, or under an inline result if there is none.
#[must_use]
pub fn press(id: &str, from: &Value, message: Option<&Value>, data: &str) -> Value {
    let mut press = json!({"id": id, "from": from, "chat_instance": "1", "data": data});
    match message {
        Some(message) => press["message"] = message.clone(),
        None => press["inline_message_id"] = "1".into(),
    }
    press
}

/// That a user changed the membership of the bot in a chat, from one status to another.
#[must_use]
pub fn membership(from: &Value, chat: &Value, bot: &Value, before: &str, after: &str) -> Value {
    let member = |status| {
        let mut member = json!({"status": status, "user": bot});
        if status == "kicked" {
            member["until_date"] = 0.into();
        }
        member
    };
    json!({
        "from": from, "chat": chat, "date": now(),
        "old_chat_member": member(before), "new_chat_member": member(after),
    })
}

fn now() -> u64 {
    let since = SystemTime::UNIX_EPOCH.elapsed();
    since.map_or(0, |since| since.as_secs())
}
