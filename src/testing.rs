//! What unit tests share: requests, and a subscriber that keeps its records.

use std::{
    io,
    sync::{Arc, Mutex, Once, PoisonError},
};

use bytes::Bytes;
use serde_json::{Value, json};
use telegram_emulator::Emulator;

use crate::{
    Bot, Request, Update,
    config::{DatabaseConfig, LogFormat, TelegramConfig},
    telemetry,
};

/// User 42 says `text` in the private chat.
pub(crate) fn says(id: i64, text: &str) -> Request {
    message(id, text, &json!({"id": 42, "type": "private"}))
}

/// User 42 says `text` in a group.
pub(crate) fn says_in_group(id: i64, text: &str) -> Request {
    message(id, text, &json!({"id": -100, "type": "supergroup"}))
}

fn message(id: i64, text: &str, chat: &Value) -> Request {
    let mut message =
        json!({"message_id": 1, "date": 1, "chat": chat, "from": user(), "text": text});
    message["entities"] = command_in(text);
    request(id, "message", &message)
}

/// A channel posts `text` in its discussion group.
pub(crate) fn posts(id: i64, text: &str) -> Request {
    let channel = json!({"id": -1007, "type": "channel"});
    let stand_in = json!({"id": 136_817_688, "is_bot": true, "first_name": "Channel"});
    let message = json!({
        "message_id": 1, "date": 1, "chat": {"id": -100, "type": "supergroup"}, "text": text,
        "from": stand_in, "sender_chat": channel,
    });
    request(id, "message", &message)
}

/// How Telegram marks the command at the beginning of `text`, as `entities`.
pub(crate) fn command_in(text: &str) -> Value {
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
pub(crate) fn presses(id: i64, data: &str) -> Request {
    let query = json!({"id": "q", "from": user(), "chat_instance": "1", "data": data});
    request(id, "callback_query", &query)
}

/// User 42 blocks the bot.
pub(crate) fn blocks(id: i64) -> Request {
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

/// A record's place in the code that first ran while no subscriber was there may count as switched
/// off for a moment after one came: so there is always one.
fn keep_a_subscriber() {
    static KEPT: Once = Once::new();
    KEPT.call_once(|| {
        let subscriber = telemetry::subscriber(LogFormat::Json, "info", io::sink);
        let _ = tracing::subscriber::set_global_default(subscriber.expect("a valid filter"));
    });
}

fn request(id: i64, kind: &str, payload: &Value) -> Request {
    keep_a_subscriber();
    let update = json!({"update_id": id, kind: payload}).to_string();
    let update = Update::decode(Bytes::from(update)).expect("an update");
    let config = TelegramConfig {
        token: "1:AA".into(),
        ..TelegramConfig::default()
    };
    Request::new(update, Bot::new(&config))
}

/// A client of the emulator that gives up at once.
pub(crate) fn bot_of(tg: &Emulator) -> Bot {
    Bot::new(&TelegramConfig {
        token: tg.token().into(),
        api_url: tg.url(),
        max_retries: 0,
        ..TelegramConfig::default()
    })
}

/// A database that no test here connects to.
pub(crate) fn database_config() -> DatabaseConfig {
    DatabaseConfig {
        url: "postgres://127.0.0.1:1/none".into(),
        ..DatabaseConfig::default()
    }
}

/// The records written by this thread until the guard is dropped.
pub(crate) fn capture_json(filter: &str) -> (Logs, tracing::subscriber::DefaultGuard) {
    capture(LogFormat::Json, filter)
}

/// The same in any format.
pub(crate) fn capture(
    format: LogFormat,
    filter: &str,
) -> (Logs, tracing::subscriber::DefaultGuard) {
    keep_a_subscriber();
    let logs = Logs::default();
    let sink = logs.clone();
    let subscriber = telemetry::subscriber(format, filter, move || sink.clone());
    (
        logs,
        tracing::subscriber::set_default(subscriber.expect("a valid filter")),
    )
}

#[derive(Clone, Default)]
pub(crate) struct Logs(Arc<Mutex<Vec<u8>>>);

impl Logs {
    pub(crate) fn records(&self) -> Vec<Value> {
        let text = self.text();
        text.lines()
            .map(|line| serde_json::from_str(line).expect(line))
            .collect()
    }

    pub(crate) fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8(bytes.clone()).expect("UTF-8")
    }
}

impl io::Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
