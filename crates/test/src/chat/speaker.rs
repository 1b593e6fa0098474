//! A person of a chat.

use ostankino::DialogueState;
use ostankino_core::testing::updates;
use serde_json::{Value, json};

use super::{
    Answer, Chat, Content,
    keyboard::{Button, Does},
};

/// Somebody who says or does something next: see [`Chat::by`].
#[must_use = "nothing is said yet"]
#[derive(Debug)]
pub struct Speaker<'a> {
    chat: &'a mut Chat,
    index: usize,
}

impl<'a> Speaker<'a> {
    pub(super) fn new(chat: &'a mut Chat, index: usize) -> Self {
        Self { chat, index }
    }

    /// Telegram's id of the person, which is also that of their private chat.
    #[must_use]
    pub fn id(&self) -> i64 {
        id(self.user())
    }

    // === Who they are ===

    /// Gives them a username, without `@`.
    pub fn with_username(self, username: &str) -> Self {
        self.with("username", username)
    }

    /// Sets the language of their app, such as `en`; `ru` unless set.
    pub fn with_language(self, language: &str) -> Self {
        self.with("language_code", language)
    }

    /// Sets anything else that Telegram tells of a user, by the name of the field.
    pub fn with(self, field: &str, value: impl Into<Value>) -> Self {
        self.chat.people[self.index][field] = value.into();
        self
    }

    /// Puts them into the middle of a dialogue.
    ///
    /// # Panics
    ///
    /// If the state does not become JSON.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a state that was left behind is of no more use"
    )]
    #[track_caller]
    pub fn in_dialogue<S: DialogueState>(self, state: S) -> Self {
        let (place, id) = (self.chat.chat_of(self.index), self.id());
        self.chat.lock().begin_dialogue(place, id, &state);
        self
    }

    /// The name of the state of their dialogue; `None` outside of any.
    #[must_use]
    pub fn dialogue(&self) -> Option<String> {
        let place = self.chat.chat_of(self.index);
        self.chat.lock().dialogue(place, self.id())
    }

    // === What they do ===

    /// Writes this. Commands, mentions, hashtags and links are marked as Telegram marks them.
    pub async fn says(self, text: &str) -> Answer<'a> {
        let line = format!("{}: {text}", self.name());
        self.message(&json!({"text": text}), line).await
    }

    /// Sends what is no text: see [`content`](super::content).
    pub async fn sends(self, content: impl Into<Content>) -> Answer<'a> {
        let Content(mut fields) = content.into();
        let line = format!("{} sends {fields}", self.name());
        if let Some(contact) = fields
            .get_mut("contact")
            .filter(|it| it.get("first_name").is_none())
        {
            contact["first_name"] = self.name().into();
            contact["user_id"] = self.id().into();
        }
        self.message(&fields, line).await
    }

    /// Presses the button with this text, on the newest message of the bot that has one here; if none has, the one with
    /// these data. A button in place of the keyboard says its text.
    ///
    /// # Panics
    ///
    /// If there is no such button, or it does what no handler hears of: opens a link, asks for a contact. The
    /// contact is sent by [`sends`](Self::sends).
    pub async fn presses(self, button: &str) -> Answer<'a> {
        let (message, pressed) = self.find(button);
        match pressed.does {
            Does::Says => self.says(&pressed.text).await,
            Does::Tells(data) => self.press(Some(&message), &pressed.text, &data).await,
            Does::Else => panic!(
                "no handler hears of the button «{button}»: it opens something, or asks for something to be sent"
            ),
        }
    }

    /// Presses a button with these data under the newest message of the bot here, or else an inline result, whether there
    /// is one or not: a button of an earlier version of the bot, say.
    pub async fn presses_data(self, data: &str) -> Answer<'a> {
        let place = self.chat.chat_of(self.index);
        let newest = self.chat.lock().seen(place, self.id()).next().cloned();
        self.press(newest.as_ref(), "", data).await
    }

    /// Blocks the bot.
    pub async fn blocks(self) -> Answer<'a> {
        let line = format!("{} blocks the bot", self.name());
        self.membership("member", "kicked", line).await
    }

    /// Unblocks the bot.
    pub async fn unblocks(self) -> Answer<'a> {
        let line = format!("{} unblocks the bot", self.name());
        self.membership("kicked", "member", line).await
    }

    fn user(&self) -> &Value {
        &self.chat.people[self.index]
    }

    fn name(&self) -> String {
        self.user()["first_name"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// The chat with the bot, known to the conversation from now on.
    fn place(&self) -> Value {
        let id = self.chat.chat_of(self.index);
        let private = json!({"id": id, "type": "private", "first_name": self.name()});
        let mut talk = self.chat.lock();
        talk.chats.entry(id).or_insert(private).clone()
    }

    async fn message(self, content: &Value, line: String) -> Answer<'a> {
        let (place, id) = (self.place(), self.chat.lock().next_message());
        let message = updates::message(id, self.user(), &place, content);
        self.chat.handle("message", &message, line).await
    }

    async fn press(self, message: Option<&Value>, text: &str, data: &str) -> Answer<'a> {
        let line = format!("{} presses [{text}] ({data})", self.name());
        let press = updates::press("press", self.user(), message, data);
        self.chat.handle("callback_query", &press, line).await
    }

    async fn membership(self, before: &str, after: &str, line: String) -> Answer<'a> {
        let private = json!({"id": self.id(), "type": "private", "first_name": self.name()});
        let bot = self.chat.lock().bot();
        let change = updates::membership(self.user(), &private, &bot, before, after);
        self.chat.handle("my_chat_member", &change, line).await
    }

    /// The button with this text or these data, and the message it is of.
    fn find(&self, wanted: &str) -> (Value, Button) {
        let buttons = self
            .chat
            .lock()
            .buttons(self.chat.chat_of(self.index), self.id());
        let tells = Does::Tells(wanted.to_owned());
        let named = buttons.iter().find(|(_, button)| button.text == wanted);
        let found = named.or_else(|| buttons.iter().find(|(_, button)| button.does == tells));
        found.cloned().unwrap_or_else(|| {
            let there: Vec<_> = buttons
                .iter()
                .map(|(_, it)| format!("«{}»", it.text))
                .collect();
            let there = match there.is_empty() {
                true => "there is none at all".to_owned(),
                false => format!("there are {}", there.join(", ")),
            };
            panic!(
                "there is no button «{wanted}»: {there}\n\nthe conversation so far:\n{}",
                self.chat
            )
        })
    }
}

/// The id of a user in JSON.
pub(super) fn id(user: &Value) -> i64 {
    user["id"].as_i64().expect("it was made with one")
}
