//! Where a call goes: what it does not say is taken from the update that it answers.

use serde::Deserialize;

use crate::telegram::{Call, Update, UpdateKind};

/// Fills in the query that is answered, the message that is edited, or the chat and topic that are
/// written to. What the call says itself stays.
pub fn fill(call: Call, update: &Update) -> Call {
    match Target::of(call.method()) {
        Some(Target::Query(id, kind)) if update.kind == kind => to_query(call, id, update),
        Some(Target::Query(..)) => call,
        _ if has(&call, "chat_id") || has(&call, "inline_message_id") => call,
        Some(Target::Message) => to_message(call, update),
        Some(Target::Chat) => to_chat(call, update),
        None => call,
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
    let says = ["send", "copyMessage", "forwardMessage", "editMessage"];
    says.into_iter().any(begins) && !call.is("sendChatAction")
}

/// Whether a call goes nowhere: it needs an address, and neither it nor its update has one.
pub fn has_no_address(call: &Call) -> bool {
    let has = |name: &&str| has(call, name);
    match Target::of(call.method()) {
        Some(Target::Query(id, _)) => !has(&id),
        Some(Target::Message | Target::Chat) => {
            let addresses = ["chat_id", "inline_message_id", "user_id"];
            let queries = ["chat_join_request_query_id", "web_app_query_id"];
            !addresses.iter().chain(&queries).any(has)
        }
        None => false,
    }
}

/// What a method is about, told by its name: <https://core.telegram.org/bots/api#available-methods>.
enum Target {
    /// The query whose id it has under this name, of updates of this kind.
    Query(&'static str, UpdateKind),
    Message,
    Chat,
}

impl Target {
    fn of(method: &str) -> Option<Self> {
        let begins = |prefixes: &[&str]| {
            let start = |prefix: &str| method.get(..prefix.len());
            prefixes
                .iter()
                .any(|prefix| start(prefix).is_some_and(|s| s.eq_ignore_ascii_case(prefix)))
        };
        let queries = [
            (
                "answerCallbackQuery",
                "callback_query_id",
                UpdateKind::CallbackQuery,
            ),
            (
                "answerInlineQuery",
                "inline_query_id",
                UpdateKind::InlineQuery,
            ),
            (
                "answerShippingQuery",
                "shipping_query_id",
                UpdateKind::ShippingQuery,
            ),
            (
                "answerPreCheckoutQuery",
                "pre_checkout_query_id",
                UpdateKind::PreCheckoutQuery,
            ),
        ];
        let query = queries
            .into_iter()
            .find(|(name, ..)| method.eq_ignore_ascii_case(name));
        if let Some((_, id, kind)) = query {
            Some(Self::Query(id, kind))
        } else if begins(&[
            "editMessage",
            "deleteMessage",
            "pinChat",
            "unpinChat",
            "stopPoll",
            "setMessageReaction",
        ]) {
            Some(Self::Message)
        } else if begins(&["send", "copyMessage", "forwardMessage"]) {
            Some(Self::Chat)
        } else {
            None
        }
    }
}

fn to_query(call: Call, name: &str, update: &Update) -> Call {
    /// What every query has.
    #[derive(Deserialize)]
    struct Query {
        id: String,
    }
    let id = match update.callback_query() {
        Some(query) => Some(query.id.clone()),
        None => update.payload().ok().map(|Query { id }| id),
    };
    or(call, name, id)
}

fn to_message(call: Call, update: &Update) -> Call {
    let query = update.callback_query();
    if let Some(id) = query.and_then(|query| query.inline_message_id.as_ref()) {
        return call.param("inline_message_id", id.as_str());
    }
    let call = or(call, "chat_id", update.chat_id());
    let call = or(call, "message_id", update.message_id());
    or(call, "business_connection_id", business(update))
}

fn to_chat(call: Call, update: &Update) -> Call {
    let topic = update.message().filter(|message| message.is_topic_message);
    let call = or(call, "chat_id", update.chat_id());
    let call = or(
        call,
        "message_thread_id",
        topic.and_then(|message| message.message_thread_id),
    );
    // In the direct messages of a channel: one for each who writes to it.
    let topic = update
        .message()
        .and_then(|message| message.direct_messages_topic);
    let call = or(call, "direct_messages_topic_id", topic);
    or(call, "business_connection_id", business(update))
}

fn business(update: &Update) -> Option<&str> {
    update.message()?.business_connection_id.as_deref()
}

fn has(call: &Call, name: &str) -> bool {
    call.params().contains_key(name)
}

/// The call's own value, or else this one.
fn or(call: Call, name: &str, value: Option<impl Into<serde_json::Value>>) -> Call {
    match value {
        Some(value) if !has(&call, name) => call.param(name, value),
        _ => call,
    }
}
