//! What a call of the bot is to those who see it.

use ostankino::Call;
use ostankino_core::internal::plain;
use serde_json::Value;

/// The id of the chat that a call names.
pub(super) fn chat(call: &Call) -> Option<i64> {
    call.params().get("chat_id").and_then(Value::as_i64)
}

/// Whether a call is about that chat, as far as it names any.
pub(super) fn is_in(call: &Call, here: Option<i64>) -> bool {
    let named = call.params().contains_key("chat_id");
    !named || here.is_none() || chat(call) == here
}

/// Whether a call puts a message into a chat.
pub(super) fn is_message(call: &Call) -> bool {
    let says = ["send", "copymessage", "forwardmessage"];
    let method = call.method().to_ascii_lowercase();
    says.into_iter().any(|begin| method.starts_with(begin)) && !call.is("sendChatAction")
}

/// Whether a call changes what a message says or shows.
pub(super) fn is_edit(call: &Call) -> bool {
    let method = call.method().to_ascii_lowercase();
    ["editmessage", "editephemeralmessage"]
        .into_iter()
        .any(|begin| method.starts_with(begin))
}

/// The message that a call changes; an ephemeral one by its id below zero.
pub(super) fn message(call: &Call) -> Option<i64> {
    let named = |name: &str| call.params().get(name).and_then(Value::as_i64);
    named("message_id").or_else(|| named("ephemeral_message_id").map(|id| -id))
}

/// The id of a message, as [`message`] has it.
pub(super) fn id_of(message: &Value) -> Option<i64> {
    match message["ephemeral_message_id"].as_i64() {
        Some(id) => Some(-id),
        None => message["message_id"].as_i64(),
    }
}

/// Who alone sees what a call sends.
pub(super) fn receiver(call: &Call) -> Option<i64> {
    let parameters = call.params().get("ephemeral_message_parameters")?;
    parameters["receiver_user_id"].as_i64()
}

/// Whether a call is a note over the chat.
pub(super) fn is_toast(call: &Call) -> bool {
    call.is("answerCallbackQuery") && call.params().contains_key("text")
}

/// The text or caption as it is read: without markup.
pub(super) fn text(call: &Call) -> Option<String> {
    let params = call.params();
    // What a message is edited to brings its caption along.
    let media = params.get("media").and_then(Value::as_object);
    let (text, parse_mode) = [Some(params), media].into_iter().flatten().find_map(|of| {
        let text = of.get("text").or(of.get("caption"))?.as_str()?;
        Some((text, of.get("parse_mode")))
    })?;
    let is_html = parse_mode.and_then(Value::as_str) == Some("HTML");
    Some(if is_html {
        plain(text)
    } else {
        text.to_owned()
    })
}

/// Writes into a message what a call makes of it. Its buttons go, unless new ones follow.
pub(super) fn write(call: &Call, message: &mut Value) {
    if let Some(text) = text(call) {
        let is_text = call.params().contains_key("text");
        message[if is_text { "text" } else { "caption" }] = text.into();
    }
    let markup = call.params().get("reply_markup");
    if let Some(fields) = message.as_object_mut() {
        fields.remove("reply_markup");
        if let Some(markup) = markup {
            fields.insert("reply_markup".into(), markup.clone());
        }
    }
}

/// A call in a line of the conversation; `elsewhere` names its chat, if that is another one.
pub(super) fn line(call: &Call, elsewhere: Option<String>) -> String {
    let to = elsewhere.map_or_else(String::new, |name| format!(" to {name}"));
    let text = text(call);
    let buttons = super::keyboard::shown(call.params().get("reply_markup"));
    match text {
        Some(text) if call.is("sendMessage") && receiver(call).is_some() => {
            format!("bot{to}, to one alone: {text}{buttons}")
        }
        Some(text) if call.is("sendMessage") => format!("bot{to}: {text}{buttons}"),
        Some(text) if is_toast(call) => format!("bot notes: {text}"),
        Some(text) if is_edit(call) => format!("bot edits: {text}{buttons}"),
        _ => {
            let params = Value::from(call.params().clone());
            format!("bot calls {} {params}", call.method())
        }
    }
}
