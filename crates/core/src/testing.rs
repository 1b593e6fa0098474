//! Requests as users make them, for tests of handlers and layers.

mod entities;
pub mod updates;

use serde_json::{Value, json};

pub use self::entities::entities_in;
use crate::{Bot, Request, Update, telegram::Settings};

/// User 42 says `text` in the private chat.
#[must_use]
pub fn says(id: i64, text: &str) -> Request {
    let chat = json!({"id": 42, "type": "private"});
    message(id, &chat, &json!({"text": text}))
}

/// User 42 says `text` in a group.
#[must_use]
pub fn says_in_group(id: i64, text: &str) -> Request {
    let chat = json!({"id": -100, "type": "supergroup"});
    message(id, &chat, &json!({"text": text}))
}

fn message(id: i64, chat: &Value, content: &Value) -> Request {
    let message = updates::message(1, &user(), chat, content);
    request(updates::update(id, "message", &message))
}

/// A channel posts `text` in its discussion group.
#[must_use]
pub fn posts(id: i64, text: &str) -> Request {
    let channel = json!({"id": -1007, "type": "channel"});
    let stand_in = json!({"id": 136_817_688, "is_bot": true, "first_name": "Channel"});
    let chat = json!({"id": -100, "type": "supergroup"});
    let content = json!({"text": text, "sender_chat": channel});
    let message = updates::message(1, &stand_in, &chat, &content);
    request(updates::update(id, "message", &message))
}

/// User 42 presses a button under an inline result.
#[must_use]
pub fn presses(id: i64, data: &str) -> Request {
    let press = updates::press("q", &user(), None, data);
    request(updates::update(id, "callback_query", &press))
}

/// User 42 blocks the bot.
#[must_use]
pub fn blocks(id: i64) -> Request {
    let chat = json!({"id": 42, "type": "private"});
    let bot = json!({"id": 1, "is_bot": true, "first_name": "bot"});
    let change = updates::membership(&user(), &chat, &bot, "member", "kicked");
    request(updates::update(id, "my_chat_member", &change))
}

fn user() -> Value {
    json!({"id": 42, "is_bot": false, "first_name": "A"})
}

fn request(update: Update) -> Request {
    #[cfg(test)]
    ostankino_telemetry::testing::keep_a_subscriber();
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
