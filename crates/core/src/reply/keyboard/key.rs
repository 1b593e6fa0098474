//! Keys in place of the user's own keyboard.

use std::panic::Location;

use serde_json::{Map, Value, json};

use super::Keyboard;
use crate::{
    html::Plain,
    reply::{
        checks::{self, Checked},
        mistake::Mistake,
    },
    types::{
        ButtonStyle, KeyboardButtonRequestChat, KeyboardButtonRequestManagedBot,
        KeyboardButtonRequestUsers, PollType,
    },
};

/// A keyboard in place of the user's own, as high as its rows are unless told otherwise.
///
/// ```
/// use ostankino_core::{Reply, reply::{Key, ReplyKeyboard}};
///
/// let keyboard = ReplyKeyboard::new()
///     .row(["Каталог", "Корзина"])
///     .row([Key::contact("Отправить телефон"), Key::location("Где я")])
///     .placeholder("Что ищем?");
/// let reply = Reply::text("Чем помочь?").keyboard(keyboard);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a keyboard does nothing until it is in a reply"]
pub struct ReplyKeyboard {
    rows: Vec<Value>,
    options: Map<String, Value>,
    mistake: Option<Mistake>,
}

impl Default for ReplyKeyboard {
    fn default() -> Self {
        Self::new()
    }
}

impl ReplyKeyboard {
    /// Without keys.
    pub fn new() -> Self {
        let keyboard = Self {
            rows: Vec::new(),
            options: Map::new(),
            mistake: None,
        };
        keyboard.with("resize_keyboard", true.into())
    }

    /// Adds a row of keys. A text is a key that sends itself as a message.
    #[track_caller]
    pub fn row(mut self, keys: impl IntoIterator<Item = impl Into<Key>>) -> Self {
        // A key that is made of a text knows no better one.
        let line = Location::caller();
        let mut row = Vec::new();
        for key in keys {
            let Key { key, mistake } = key.into();
            self.mistake = self.mistake.or(mistake.map(|mistake| mistake.or_at(line)));
            row.push(Value::from(key));
        }
        self.rows.push(row.into());
        self
    }

    /// Makes it as high as the user's own.
    pub fn full_height(self) -> Self {
        self.with("resize_keyboard", false.into())
    }

    /// Hides it once a key is pressed.
    pub fn one_time(self) -> Self {
        self.with("one_time_keyboard", true.into())
    }

    /// Shows it whenever the user's own is hidden.
    pub fn persistent(self) -> Self {
        self.with("is_persistent", true.into())
    }

    /// What the field shows while nothing is typed: 1 to 64 characters.
    pub fn placeholder(self, text: impl Into<Plain>) -> Self {
        self.with("input_field_placeholder", text.into().0.into())
    }

    /// Shows it only to those whom the text mentions, and to whom it answers.
    pub fn selective(self) -> Self {
        self.with("selective", true.into())
    }

    /// Has the user's client answer the message, as if the user had begun to.
    pub fn force_reply(self) -> Self {
        self.with("force_reply", true.into())
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.options.insert(name.into(), value);
        self
    }
}

impl From<ReplyKeyboard> for Keyboard {
    fn from(keyboard: ReplyKeyboard) -> Self {
        let mut markup = keyboard.options;
        markup.insert("keyboard".into(), keyboard.rows.into());
        Self {
            markup: markup.into(),
            mistake: keyboard.mistake,
        }
    }
}

/// A key of a [`ReplyKeyboard`], of any kind that Bot API 10.3 has. What it asks for comes as a
/// message.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a key does nothing until it is in a keyboard"]
pub struct Key {
    key: Map<String, Value>,
    mistake: Option<Mistake>,
}

impl Key {
    /// Sends its text.
    #[track_caller]
    pub fn new(text: impl Into<Plain>) -> Self {
        let Plain(text) = text.into();
        let mistake = Mistake::of(checks::button(&text));
        Self::of(text, mistake)
    }

    /// Sends the user's phone number, in private chats.
    #[track_caller]
    pub fn contact(text: impl Into<Plain>) -> Self {
        Self::new(text).with("request_contact", true.into())
    }

    /// Sends the place where the user is, in private chats.
    #[track_caller]
    pub fn location(text: impl Into<Plain>) -> Self {
        Self::new(text).with("request_location", true.into())
    }

    /// Has the user make a poll, of one kind or of any, and sends it; in private chats.
    #[track_caller]
    pub fn poll(text: impl Into<Plain>, kind: Option<PollType>) -> Self {
        let kind = match kind {
            Some(kind) => json!({"type": kind}),
            None => json!({}),
        };
        Self::new(text).with("request_poll", kind)
    }

    /// Has the user choose users, who are sent as `users_shared`; in private chats.
    #[track_caller]
    pub fn users(text: impl Into<Plain>, request: &KeyboardButtonRequestUsers) -> Self {
        Self::new(text).with("request_users", json!(request))
    }

    /// Has the user choose a chat, which is sent as `chat_shared`; in private chats.
    #[track_caller]
    pub fn chat(text: impl Into<Plain>, request: &KeyboardButtonRequestChat) -> Self {
        Self::new(text).with("request_chat", json!(request))
    }

    /// Has the user make a bot that this one manages; in private chats.
    #[track_caller]
    pub fn managed_bot(text: impl Into<Plain>, request: &KeyboardButtonRequestManagedBot) -> Self {
        Self::new(text).with("request_managed_bot", json!(request))
    }

    /// Opens a Web App, whose data are sent as `web_app_data`; in private chats. An `https` URL.
    #[track_caller]
    pub fn web_app(text: impl Into<Plain>, url: impl Into<String>) -> Self {
        let url = url.into();
        let problem = checks::https(&url);
        Self::new(text)
            .with("web_app", json!({"url": url}))
            .checked(problem)
    }

    /// Colours it.
    pub fn style(self, style: ButtonStyle) -> Self {
        self.with("style", json!(style))
    }

    /// Shows a custom emoji before the text.
    pub fn icon(self, custom_emoji_id: impl Into<String>) -> Self {
        self.with("icon_custom_emoji_id", custom_emoji_id.into().into())
    }

    fn of(text: String, mistake: Option<Mistake>) -> Self {
        let key = Self {
            key: Map::new(),
            mistake,
        };
        key.with("text", text.into())
    }

    #[track_caller]
    fn checked(mut self, problem: Checked) -> Self {
        if let Err(problem) = problem {
            self.mistake.get_or_insert(Mistake::here(problem));
        }
        self
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.key.insert(name.into(), value);
        self
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<String> for Key {
    fn from(text: String) -> Self {
        let problem = checks::button(&text).err();
        Self::of(text, problem.map(Mistake::somewhere))
    }
}
