//! A bot with no library under it: it calls methods and looks at the whole answer.

mod bot;
mod form;
mod hook;
mod raw;
pub(crate) mod spec;

pub(crate) use self::{
    bot::{Bot, Reply, start},
    form::{Form, png},
    hook::Hook,
    raw::Raw,
};

/// An inline keyboard with one button.
pub(crate) fn button(text: &str, data: &str) -> serde_json::Value {
    serde_json::json!({"inline_keyboard": [[{"text": text, "callback_data": data}]]})
}
