//! Where a call goes: what it does not say is taken from the update that it answers.

use serde_json::{Value, json};

use super::aside;
use crate::telegram::{
    Call, Update, UpdateKind,
    method::{Place, Query, Target, target},
};

/// Fills in what the method's [`Target`] may take from the update: the query that is answered, the
/// message that is edited, or the chat and topic that are written to. What the call says itself
/// stays, and a method that the library does not know is called as it is.
pub fn fill(mut call: Call, update: &Update) -> Call {
    if call.attributes().is_some() {
        call = fill_attributes(call, update);
    }
    let Some(target) = target(call.method()) else {
        return call;
    };
    let call = match target.has_source {
        true => from_source(call, update),
        false => call,
    };
    let call = match target.place {
        Place::Query(query) => to_query(call, query, update),
        Place::Sender => to_sender(call, update),
        Place::JoinRequest => to_join_request(call, update),
        Place::Nowhere => call,
        _ if has(&call, "chat_id") || has(&call, "inline_message_id") => call,
        _ if business(update).is_some() && !target.has_business => in_business(call, update),
        Place::Topic => to_topic(call, update),
        Place::Message => to_message(call, target, update),
        Place::Pressed if update.callback_query().is_some() => to_message(call, target, update),
        Place::Ephemeral => to_ephemeral(call, update),
        _ => to_chat(call, target, update),
    };
    as_reply(call, update)
}

/// What a reply wants of a call besides: that only one sees it, and what is done if it is refused.
fn fill_attributes(mut call: Call, update: &Update) -> Call {
    let attributes = call.attributes_mut();
    if let Some(others) = attributes.or.take() {
        let others = others.into_iter().map(|call| fill(call, update));
        attributes.or = Some(others.collect());
    }
    match attributes.ephemeral {
        true => aside::resolve(call, update),
        false => call,
    }
}

/// Whether a call tells the person who waits something.
pub fn is_heard(call: &Call) -> bool {
    let begins = |prefix: &str| {
        let start = call.method().get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    if call.is("answerCallbackQuery") {
        return has(call, "text");
    }
    let says = [
        "send",
        "copyMessage",
        "forwardMessage",
        "editMessage",
        "editEphemeralMessage",
    ];
    says.into_iter().any(begins) && !call.is("sendChatAction")
}

/// Whether a call goes nowhere: it needs an address, and neither it nor its update has one.
pub fn has_no_address(call: &Call) -> bool {
    let attributes = call.attributes();
    if attributes.is_some_and(|it| it.ephemeral) {
        return true;
    }
    let Some(target) = target(call.method()) else {
        return false;
    };
    let has = |name: &str| has(call, name);
    match target.place {
        Place::Nowhere => false,
        Place::Query(query) => !has(query.parameter()),
        // A gift may be for a chat.
        Place::Sender => !has("user_id") && !has("chat_id"),
        Place::JoinRequest => !has("chat_id") || !has("user_id"),
        Place::Ephemeral => {
            let is_named = attributes.is_some_and(|it| it.of.is_some());
            let is_known = is_named || has("ephemeral_message_id");
            !has("chat_id") || !has("receiver_user_id") || !is_known
        }
        _ if target.has_inline => !has("chat_id") && !has("inline_message_id"),
        _ => !has("chat_id"),
    }
}

fn to_query(call: Call, query: Query, update: &Update) -> Call {
    if update.kind != query.kind() {
        return call;
    }
    let id = match update.callback_query() {
        Some(query) => Some(query.id.as_str().into()),
        None => field(update, query.field()),
    };
    or(call, query.parameter(), id)
}

fn to_sender(call: Call, update: &Update) -> Call {
    match has(&call, "chat_id") {
        true => call,
        false => or(call, "user_id", update.person().map(|person| person.id)),
    }
}

fn to_join_request(call: Call, update: &Update) -> Call {
    match update.kind {
        UpdateKind::ChatJoinRequest if !has(&call, "chat_id") && !has(&call, "user_id") => {
            let call = or(call, "chat_id", update.chat_id());
            or(call, "user_id", update.user_id())
        }
        _ => call,
    }
}

fn to_message(call: Call, target: Target, update: &Update) -> Call {
    let is_named = || call.attributes().is_some_and(|it| it.of.is_some());
    if update.ephemeral_message_id().is_some()
        && let Some(receiver) = update.user_id()
        && !has(&call, "message_id")
        && !is_named()
    {
        return aside::change(call, receiver, update);
    }
    if target.has_inline
        && let Some(id) = inline_message_id(update)
    {
        return call.param("inline_message_id", id);
    }
    let call = or(call, "chat_id", update.chat_id());
    let call = or(call, "message_id", message_id(update));
    or(call, "business_connection_id", business(update))
}

fn to_ephemeral(call: Call, update: &Update) -> Call {
    let is_named = call.attributes().is_some_and(|it| it.of.is_some());
    let id = update.ephemeral_message_id().filter(|_| !is_named);
    if update.callback_query().is_none() || (id.is_none() && !is_named) {
        return call;
    }
    let call = or(call, "chat_id", update.chat_id());
    let call = or(call, "receiver_user_id", update.user_id());
    or(call, "ephemeral_message_id", id)
}

fn to_chat(call: Call, target: Target, update: &Update) -> Call {
    let call = or(call, "chat_id", update.chat_id());
    let topic = topic(update).filter(|_| target.has_topic);
    let call = or(call, "message_thread_id", topic);
    // In the direct messages of a channel: one for each who writes to it.
    let topic = update
        .message()
        .and_then(|message| message.direct_messages_topic)
        .filter(|_| target.has_direct_topic);
    let call = or(call, "direct_messages_topic_id", topic);
    or(call, "business_connection_id", business(update))
}

fn to_topic(call: Call, update: &Update) -> Call {
    let call = or(call, "chat_id", update.chat_id());
    or(call, "message_thread_id", topic(update))
}

/// In a chat of a business account: of the methods that know no such chat, that which deletes has
/// one like it that does. Any other would reach the bot's own chat with that person.
fn in_business(mut call: Call, update: &Update) -> Call {
    let id = update.message_id();
    let (Some(id), true) = (id, call.is("deleteMessage") && !has(&call, "message_id")) else {
        return call;
    };
    call.set_method("deleteBusinessMessages");
    let call = or(call, "business_connection_id", business(update));
    call.param("message_ids", json!([id]))
}

/// The message that is forwarded or copied.
fn from_source(call: Call, update: &Update) -> Call {
    // Nothing is forwarded out of the chats of a business.
    let id = update.message_id().filter(|_| business(update).is_none());
    match (update.chat_id(), id) {
        (Some(chat), Some(id)) if !has(&call, "from_chat_id") && !has(&call, "message_id") => {
            call.param("from_chat_id", chat).param("message_id", id)
        }
        _ => call,
    }
}

/// Names the message of the update where the call answers one and does not say which.
fn as_reply(mut call: Call, update: &Update) -> Call {
    let chat = call.params().get("chat_id").and_then(Value::as_i64);
    let is_for_one = aside::is_for_one(&call);
    let (_, params) = call.parts_mut();
    let Some(Value::Object(reply)) = params.get_mut("reply_parameters") else {
        return call;
    };
    if ["message_id", "ephemeral_message_id"]
        .iter()
        .any(|name| reply.contains_key(*name))
    {
        return call;
    }
    let Some(id) = update.message_id() else {
        // One that is seen by one alone is answered so.
        let id = update.ephemeral_message_id();
        match id.filter(|_| is_for_one && chat == update.chat_id()) {
            Some(id) => drop(reply.insert("ephemeral_message_id".into(), id.into())),
            None => drop(params.remove("reply_parameters")),
        }
        return call;
    };
    reply.insert("message_id".into(), id.into());
    if chat != update.chat_id() {
        reply.insert("chat_id".into(), update.chat_id().into());
    }
    call
}

fn topic(update: &Update) -> Option<i64> {
    update.topic_id()
}

fn business(update: &Update) -> Option<&str> {
    update.business_connection_id()
}

/// The message that the update is, or is about.
fn message_id(update: &Update) -> Option<i64> {
    let reacted = || match update.kind {
        UpdateKind::MessageReaction | UpdateKind::MessageReactionCount => {
            field(update, "message_id")?.as_i64()
        }
        _ => None,
    };
    update.message_id().or_else(reacted)
}

/// The message of an inline result, whose button was pressed or which was chosen.
fn inline_message_id(update: &Update) -> Option<Value> {
    match update.callback_query() {
        Some(query) => query.inline_message_id.as_deref().map(Value::from),
        None if update.kind == UpdateKind::ChosenInlineResult => field(update, "inline_message_id"),
        None => None,
    }
}

/// A field of the payload.
fn field(update: &Update, name: &str) -> Option<Value> {
    let payload: Value = update.payload().ok()?;
    payload.get(name).cloned()
}

fn has(call: &Call, name: &str) -> bool {
    call.params().contains_key(name)
}

/// The call's own value, or else this one.
pub(super) fn or(call: Call, name: &str, value: Option<impl Into<Value>>) -> Call {
    match value {
        Some(value) if !has(&call, name) => call.param(name, value),
        _ => call,
    }
}
