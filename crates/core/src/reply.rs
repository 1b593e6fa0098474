//! What a handler returns: the calls to make once its work is committed. A reply is data, so
//! nothing is said that was not stored.

mod address;
mod aside;
mod chain;
mod changes;
mod checks;
mod consents;
mod drawn;
mod effects;
mod file;
mod inline;
mod invoice;
mod keyboard;
mod long;
mod media;
mod mistake;
mod options;
mod things;

#[doc(hidden)]
pub use address::{fill, has_no_address, is_heard};
pub(crate) use aside::{edit_instead, is_for_one, is_of_one, send_again};
use serde_json::{Value, json};

use self::{checks::Checked, mistake::Mistake};
#[doc(hidden)]
pub use self::{
    drawn::{Drawn, DrawnButton},
    effects::Effect,
};
pub use self::{
    file::File,
    inline::{Article, InlineResult},
    invoice::Invoice,
    keyboard::{Button, InlineKeyboard, Key, Keyboard, ReplyKeyboard},
    media::Media,
};
use crate::{
    CallbackData, Error, Html, Result,
    html::Plain,
    telegram::{Call, Update, Upload},
};

/// Calls of the Bot API, made in order after the session committed.
///
/// Texts are [`Html`]: a literal is markup, a `String` is escaped, [`html!`](crate::html!) makes one of both.
///
/// ```
/// use ostankino_core::Reply;
///
/// let reply = Reply::text("Готово. Оплатить?").button("Оплатить", "form:pay:7");
/// assert_eq!(reply.calls()[0].method(), "sendMessage");
/// ```
///
/// A mistake (an empty text, a button's data of more than 64 bytes, buttons under what has none) is
/// an error of the handler that returns the reply; it names the line where the mistake was made.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "a reply does nothing until it is returned from a handler"]
pub struct Reply {
    calls: Vec<Call>,
    effects: Vec<Effect>,
    /// The first call of the last message, which may take several.
    message: usize,
    /// The first mistake that was made with it.
    mistake: Option<Mistake>,
}

impl Reply {
    /// Says nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// Sends a message to the chat of the update.
    #[track_caller]
    pub fn text(text: impl Into<Html>) -> Self {
        Self::written("sendMessage", text.into())
    }

    /// Replaces the text of the message whose button was pressed; its buttons go, unless new ones
    /// follow.
    #[track_caller]
    pub fn edit(text: impl Into<Html>) -> Self {
        Self::written("editMessageText", text.into())
    }

    /// Answers a pressed button with a short note over the chat: plain text, up to 200 characters.
    #[track_caller]
    pub fn toast(text: impl Into<Plain>) -> Self {
        Self::call(Call::new("answerCallbackQuery").param("text", text.into().0))
    }

    /// Any call. What it lacks of where it goes is taken from the update, by its method's
    /// [`Target`](crate::telegram::method::Target): the chat that is written to, the message that is edited,
    /// the query that is answered. Methods that the library does not know are called as they are.
    pub fn call(call: Call) -> Self {
        Self::of(vec![call])
    }

    /// Another reply after this one.
    pub fn and(mut self, other: Self) -> Self {
        if !other.calls.is_empty() {
            self.message = self.calls.len() + other.message;
        }
        self.calls.extend(other.calls);
        self.effects.extend(other.effects);
        self.mistake = self.mistake.or(other.mistake);
        self
    }

    /// Adds a button to the last row of the last call's inline keyboard. `data` comes back as the
    /// callback query's data: 1 to 64 bytes. For other buttons see [`put`](Self::put).
    #[track_caller]
    pub fn button(self, text: impl Into<Plain>, data: impl Into<String>) -> Self {
        self.put(Button::new(text, data))
    }

    /// Adds a button with typed data, which a route of
    /// [`Router::press`](crate::Router::press) gets back.
    #[track_caller]
    pub fn press<T: CallbackData>(self, text: impl Into<Plain>, data: &T) -> Self {
        self.put(Button::press(text, data))
    }

    /// Adds a button that opens a link: `https`, `http`, `tg` or `ton`.
    #[track_caller]
    pub fn link(self, text: impl Into<Plain>, url: impl Into<String>) -> Self {
        self.put(Button::url(text, url))
    }

    /// Begins a new row of buttons.
    #[track_caller]
    pub fn row(self) -> Self {
        self.change_rows(|rows| rows.push(json!([])))
    }

    /// Sets a parameter of the last call.
    #[track_caller]
    pub fn param(mut self, name: &str, value: impl Into<Value>) -> Self {
        match self.calls.pop() {
            // Entities take the place of markup.
            Some(call) if name == "entities" || name == "caption_entities" => {
                let mut call = call.param(name, value);
                call.parts_mut().1.remove("parse_mode");
                self.calls.push(call);
            }
            Some(call) => self.calls.push(call.param(name, value)),
            None => return self.checked(Err("there is no call to set a parameter of".into())),
        }
        self
    }

    /// A text that a handler returned as such: no line of it made the reply.
    fn said(text: impl Into<Html>) -> Self {
        let text = text.into();
        let problem = checks::text(&text);
        let mut reply = Self::call(html_call("sendMessage", text).without_line());
        reply.mistake = problem.err().map(Mistake::somewhere);
        reply
    }

    #[track_caller]
    fn written(method: &'static str, text: Html) -> Self {
        let problem = checks::text(&text);
        Self::call(html_call(method, text)).checked(problem)
    }

    /// Keeps a problem with the line that made it, unless there is one already.
    #[track_caller]
    fn checked(mut self, problem: Checked) -> Self {
        if let Err(problem) = problem {
            self.mistake.get_or_insert(Mistake::here(problem));
        }
        self
    }

    /// Keeps a mistake that was made with a part of it, unless there is one already.
    fn mistaken(mut self, mistake: Option<Mistake>) -> Self {
        self.mistake = self.mistake.or(mistake);
        self
    }

    /// The reply, unless a mistake was made with it: a message without its text or its buttons
    /// would be none.
    #[doc(hidden)]
    pub fn without_mistake(self) -> Result<Self> {
        match self.mistake {
            Some(mistake) => Err(mistake.into()),
            None => Ok(self),
        }
    }

    /// The reply that makes these calls.
    #[doc(hidden)]
    pub fn of(calls: Vec<Call>) -> Self {
        Self {
            calls,
            effects: Vec::new(),
            message: 0,
            mistake: None,
        }
    }

    /// The calls that the last message takes.
    fn last_message(&mut self) -> &mut [Call] {
        &mut self.calls[self.message..]
    }

    /// Whether there is something to do after the commit: at the least the answer of a pressed button.
    #[doc(hidden)]
    #[must_use]
    pub fn is_owed(&self, update: &Update) -> bool {
        !self.calls.is_empty() || !self.effects.is_empty() || update.callback_query().is_some()
    }

    /// The files that its calls take along.
    #[doc(hidden)]
    pub fn files_mut(&mut self) -> impl Iterator<Item = &mut Upload> {
        self.calls.iter_mut().flat_map(Call::all_files_mut)
    }

    /// The calls, in order.
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    #[track_caller]
    fn push_button(self, button: Value) -> Self {
        self.change_rows(|rows| match rows.last_mut().and_then(Value::as_array_mut) {
            Some(row) => row.push(button),
            None => rows.push(json!([button])),
        })
    }

    #[track_caller]
    fn change_rows(mut self, change: impl FnOnce(&mut Vec<Value>)) -> Self {
        let problem = match self.calls.last_mut() {
            Some(call) => keyboard::change(call, change),
            None => Err("there is no message to put buttons under".into()),
        };
        self.checked(problem)
    }

    /// The calls with what they lack taken from the update. A pressed button that no call answers
    /// is answered at the end, so that no spinner stays.
    #[must_use]
    pub fn into_calls(self, update: &Update) -> Vec<Call> {
        let query = update.callback_query();
        let mut calls: Vec<_> = self
            .calls
            .into_iter()
            .map(|call| address::fill(call, update))
            .collect();
        let is_answer = |call: &Call| call.method().eq_ignore_ascii_case("answerCallbackQuery");
        if let Some(query) = query
            && !calls.iter().any(is_answer)
        {
            let id = query.id.as_str();
            calls.push(Call::new("answerCallbackQuery").param("callback_query_id", id));
        }
        calls
    }
}

/// A call with a text that is HTML whatever the bot's own parse mode is.
#[track_caller]
fn html_call(method: &'static str, text: Html) -> Call {
    Call::new(method)
        .param("text", text)
        .param("parse_mode", "HTML")
}

/// What a handler may return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no reply",
    note = "return `()`, `&str`, `String`, `Html`, `Reply`, `Call` or a `Result` of one of them"
)]
pub trait IntoReply {
    /// The reply, or why there is none.
    ///
    /// # Errors
    ///
    /// What the handler failed with.
    fn into_reply(self) -> Result<Reply>;
}

impl IntoReply for Reply {
    fn into_reply(self) -> Result<Reply> {
        self.without_mistake()
    }
}

impl IntoReply for () {
    fn into_reply(self) -> Result<Reply> {
        Ok(Reply::none())
    }
}

/// A literal is markup.
impl IntoReply for &'static str {
    fn into_reply(self) -> Result<Reply> {
        Reply::said(self).without_mistake()
    }
}

impl IntoReply for Html {
    fn into_reply(self) -> Result<Reply> {
        Reply::said(self).without_mistake()
    }
}

/// What is made while the program runs is escaped.
impl IntoReply for String {
    fn into_reply(self) -> Result<Reply> {
        Reply::said(self).without_mistake()
    }
}

impl IntoReply for Call {
    fn into_reply(self) -> Result<Reply> {
        Ok(Reply::call(self))
    }
}

impl<T: IntoReply> IntoReply for Option<T> {
    fn into_reply(self) -> Result<Reply> {
        self.map_or_else(|| Ok(Reply::none()), IntoReply::into_reply)
    }
}

#[diagnostic::do_not_recommend]
impl<T: IntoReply, E: Into<Error>> IntoReply for std::result::Result<T, E> {
    fn into_reply(self) -> Result<Reply> {
        self.map_err(Into::into)?.into_reply()
    }
}

#[cfg(test)]
mod tests;
