//! Requests as users make them, for tests of handlers and layers.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{Bot, Request, Update, telegram::Settings};

/// User 42 says `text` in the private chat.
#[must_use]
pub fn says(id: i64, text: &str) -> Request {
    message(id, text, &json!({"id": 42, "type": "private"}))
}

/// User 42 says `text` in a group.
#[must_use]
pub fn says_in_group(id: i64, text: &str) -> Request {
    message(id, text, &json!({"id": -100, "type": "supergroup"}))
}

fn message(id: i64, text: &str, chat: &Value) -> Request {
    let mut message =
        json!({"message_id": 1, "date": 1, "chat": chat, "from": user(), "text": text});
    message["entities"] = command_in(text);
    request(id, "message", &message)
}

/// A channel posts `text` in its discussion group.
#[must_use]
pub fn posts(id: i64, text: &str) -> Request {
    let channel = json!({"id": -1007, "type": "channel"});
    let stand_in = json!({"id": 136_817_688, "is_bot": true, "first_name": "Channel"});
    let message = json!({
        "message_id": 1, "date": 1, "chat": {"id": -100, "type": "supergroup"}, "text": text,
        "from": stand_in, "sender_chat": channel,
    });
    request(id, "message", &message)
}

/// How Telegram marks the command at the beginning of `text`, as `entities`.
#[must_use]
pub fn command_in(text: &str) -> Value {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_@".contains(c);
    match text.strip_prefix('/') {
        Some(rest) => {
            let length = 1 + rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            json!([{"type": "bot_command", "offset": 0, "length": length}])
        }
        None => json!([]),
    }
}

/// User 42 presses a button under an inline result.
#[must_use]
pub fn presses(id: i64, data: &str) -> Request {
    let query = json!({"id": "q", "from": user(), "chat_instance": "1", "data": data});
    request(id, "callback_query", &query)
}

/// User 42 blocks the bot.
#[must_use]
pub fn blocks(id: i64) -> Request {
    let bot = json!({"id": 1, "is_bot": true, "first_name": "bot"});
    request(
        id,
        "my_chat_member",
        &json!({
            "chat": {"id": 42, "type": "private"}, "from": user(), "date": 1,
            "old_chat_member": {"status": "member", "user": bot},
            "new_chat_member": {"status": "kicked", "user": bot, "until_date": 0},
        }),
    )
}

fn user() -> Value {
    json!({"id": 42, "is_bot": false, "first_name": "A"})
}

fn request(id: i64, kind: &str, payload: &Value) -> Request {
    #[cfg(test)]
    ostankino_telemetry::testing::keep_a_subscriber();
    let update = json!({"update_id": id, kind: payload}).to_string();
    let update = Update::decode(Bytes::from(update)).expect("an update");
    Request::new(update, Bot::new(Settings::new("1:AA")))
}

/// A client of the emulator that gives up at once.
#[cfg(test)]
pub fn bot_of(tg: &telegram_emulator::Emulator) -> Bot {
    let mut settings = Settings::new(tg.token());
    settings.api_url = tg.url();
    settings.max_retries = 0;
    Bot::new(settings)
}
