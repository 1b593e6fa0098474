//! The buttons under a message, and those in place of a person's keyboard.

use serde_json::Value;

/// A button.
#[derive(Clone, Debug)]
pub(super) struct Button {
    pub(super) text: String,
    pub(super) does: Does,
}

/// What a button does when it is pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Does {
    /// Sends its data to the bot.
    Tells(String),
    /// Says its text.
    Says,
    /// What no handler hears of, such as to open a link.
    Else,
}

/// The buttons of a `reply_markup`.
pub(super) fn buttons(markup: &Value) -> Vec<Button> {
    let rows = |name| markup[name].as_array().into_iter().flatten();
    let inline = rows("inline_keyboard").flat_map(|row| row.as_array().into_iter().flatten());
    let inline = inline.map(|button| Button {
        text: text(button),
        does: match button["callback_data"].as_str() {
            Some(data) => Does::Tells(data.to_owned()),
            None => Does::Else,
        },
    });
    let own = rows("keyboard").flat_map(|row| row.as_array().into_iter().flatten());
    let own = own.map(|button| Button {
        text: text(button),
        does: match button.as_object() {
            // It asks for a contact, a place, people.
            Some(fields) if fields.keys().any(|name| asks(name)) => Does::Else,
            _ => Does::Says,
        },
    });
    inline.chain(own).collect()
}

fn asks(field: &str) -> bool {
    field.starts_with("request_") || field == "web_app"
}

fn text(button: &Value) -> String {
    let text = button["text"].as_str().or(button.as_str());
    text.unwrap_or_default().to_owned()
}

/// The buttons in a line of the conversation.
pub(super) fn shown(markup: Option<&Value>) -> String {
    let buttons = markup.map(buttons).unwrap_or_default();
    buttons.iter().map(|it| format!(" [{}]", it.text)).collect()
}
