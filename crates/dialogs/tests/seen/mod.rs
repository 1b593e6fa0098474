//! What somebody sees in a chat.
#![allow(
    clippy::allow_attributes,
    dead_code,
    reason = "each test looks at something else"
)]

use ostankino_test::Chat;
use serde_json::Value;

/// The labels of the buttons under the newest message or edit that has some.
pub(crate) fn buttons(chat: &Chat) -> Vec<Vec<String>> {
    let label = |it: &Value| it["text"].as_str().expect("a label").to_owned();
    let row = |row: &Value| row.as_array().expect("a row").iter().map(label).collect();
    rows(chat).iter().map(row).collect()
}

/// What a button under the newest message carries.
pub(crate) fn data_of(chat: &Chat, label: &str) -> String {
    let rows = rows(chat);
    let mut buttons = rows
        .iter()
        .flat_map(|row| row.as_array().into_iter().flatten());
    let button = buttons.find(|it| it["text"] == label);
    let data = button.and_then(|it| it["callback_data"].as_str());
    data.expect("there is such a button").to_owned()
}

fn rows(chat: &Chat) -> Vec<Value> {
    let calls = chat.calls();
    let keyboard = calls.iter().rev().find_map(|call| {
        let markup = call.params().get("reply_markup")?;
        let rows = markup["inline_keyboard"].as_array()?.clone();
        (!rows.is_empty()).then_some(rows)
    });
    keyboard.expect("a keyboard")
}
