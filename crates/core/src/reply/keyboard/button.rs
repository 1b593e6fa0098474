//! A button under a message.

use serde_json::{Map, Value, json};

use crate::{
    CallbackData,
    data::UNREADABLE,
    html::Plain,
    reply::{
        checks::{self, Checked},
        mistake::Mistake,
    },
    types::{ButtonStyle, LoginUrl, SwitchInlineQueryChosenChat},
};

/// The most characters that a button copies: <https://core.telegram.org/bots/api#copytextbutton>.
const MAX_COPIED: usize = 256;

/// A button of an [`InlineKeyboard`](super::InlineKeyboard), of any kind that Bot API 10.3 has.
///
/// ```
/// use ostankino_core::{Reply, reply::Button};
///
/// let reply = Reply::text("Ваш промокод: LETO")
///     .put(Button::copy("Скопировать", "LETO").success())
///     .put(Button::web_app("Открыть магазин", "https://example.org/shop"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a button does nothing until it is in a reply"]
pub struct Button {
    button: Map<String, Value>,
    mistake: Option<Mistake>,
}

impl Button {
    /// Sends `data` to the bot, 1 to 64 bytes: they come back as the callback query's data.
    #[track_caller]
    pub fn new(text: impl Into<Plain>, data: impl Into<String>) -> Self {
        let data = data.into();
        let problem = checks::data(&data);
        Self::of(text, "callback_data", data.into(), problem)
    }

    /// Sends typed data, which a route of [`Router::press`](crate::Router::press) gets back.
    #[track_caller]
    pub fn press<T: CallbackData>(text: impl Into<Plain>, data: &T) -> Self {
        let data = data.encode();
        let problem = match T::decode(&data) {
            Ok(_) => checks::data(&data),
            Err(_) => Err(UNREADABLE.into()),
        };
        Self::of(text, "callback_data", data.into(), problem)
    }

    /// Opens a link: `https`, `http`, `tg` or `ton`.
    #[track_caller]
    pub fn url(text: impl Into<Plain>, url: impl Into<String>) -> Self {
        let url = url.into();
        let problem = checks::url(&url);
        Self::of(text, "url", url.into(), problem)
    }

    /// Opens a Web App, in private chats: an `https` URL.
    #[track_caller]
    pub fn web_app(text: impl Into<Plain>, url: impl Into<String>) -> Self {
        let url = url.into();
        let problem = checks::https(&url);
        Self::of(text, "web_app", json!({"url": url}), problem)
    }

    /// Logs the user in to a site: <https://core.telegram.org/widgets/login>.
    #[track_caller]
    pub fn login(text: impl Into<Plain>, login: &LoginUrl) -> Self {
        let problem = checks::https(&login.url);
        Self::of(text, "login_url", json!(login), problem)
    }

    /// Has the user choose a chat, where the bot's name and `query` are typed for an inline query.
    #[track_caller]
    pub fn switch_inline(text: impl Into<Plain>, query: impl Into<String>) -> Self {
        Self::of(text, "switch_inline_query", query.into().into(), Ok(()))
    }

    /// Types the bot's name and `query` in this chat.
    #[track_caller]
    pub fn switch_inline_here(text: impl Into<Plain>, query: impl Into<String>) -> Self {
        let query = query.into().into();
        Self::of(text, "switch_inline_query_current_chat", query, Ok(()))
    }

    /// The same as [`switch_inline`](Self::switch_inline), for chats of certain kinds.
    #[track_caller]
    pub fn switch_inline_chosen(
        text: impl Into<Plain>,
        chats: &SwitchInlineQueryChosenChat,
    ) -> Self {
        let name = "switch_inline_query_chosen_chat";
        Self::of(text, name, json!(chats), Ok(()))
    }

    /// Copies a text of 1 to 256 characters.
    #[track_caller]
    pub fn copy(text: impl Into<Plain>, copied: impl Into<String>) -> Self {
        let copied = copied.into();
        let problem = match copied.chars().count() {
            0 => Err("a button copies nothing".into()),
            1..=MAX_COPIED => Ok(()),
            length => Err(format!(
                "a button copies {length} characters, the most is {MAX_COPIED}"
            )),
        };
        Self::of(text, "copy_text", json!({"text": copied}), problem)
    }

    /// Starts the game of the message; it is the first of its keyboard.
    #[track_caller]
    pub fn game(text: impl Into<Plain>) -> Self {
        Self::of(text, "callback_game", json!({}), Ok(()))
    }

    /// Pays the invoice of the message; it is the first of its keyboard.
    #[track_caller]
    pub fn pay(text: impl Into<Plain>) -> Self {
        Self::of(text, "pay", true.into(), Ok(()))
    }

    /// Does nothing when it is pressed.
    #[track_caller]
    pub fn disabled(text: impl Into<Plain>) -> Self {
        Self::of(text, "disabled", json!({}), Ok(()))
    }

    /// Colours it.
    pub fn style(self, style: ButtonStyle) -> Self {
        self.with("style", json!(style))
    }

    /// Blue: what is done most.
    pub fn primary(self) -> Self {
        self.style(ButtonStyle::Primary)
    }

    /// Green: what is agreed to.
    pub fn success(self) -> Self {
        self.style(ButtonStyle::Success)
    }

    /// Red: what cannot be undone.
    pub fn danger(self) -> Self {
        self.style(ButtonStyle::Danger)
    }

    /// Shows a custom emoji before the text.
    pub fn icon(self, custom_emoji_id: impl Into<String>) -> Self {
        self.with("icon_custom_emoji_id", custom_emoji_id.into().into())
    }

    #[track_caller]
    fn of(text: impl Into<Plain>, kind: &str, value: Value, problem: Checked) -> Self {
        let Plain(text) = text.into();
        let problem = checks::button(&text).and(problem);
        let button = Self {
            button: Map::new(),
            mistake: Mistake::of(problem),
        };
        button.with("text", text.into()).with(kind, value)
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.button.insert(name.into(), value);
        self
    }

    /// The button as the Bot API has it, and the mistake that was made with it.
    pub(in crate::reply) fn take(self) -> (Value, Option<Mistake>) {
        (self.button.into(), self.mistake)
    }
}
