//! What filters take, and how they are joined.

mod algebra;
mod leaves;

use serde_json::{Value, json};

use super::{Facts, Filter, Known};
use crate::{
    Bot, Request, Update,
    telegram::{Settings, UpdateKind},
};

/// An update of a kind.
fn update(kind: &str, payload: &Value) -> Request {
    let update = json!({"update_id": 1, kind: payload}).to_string();
    let update = Update::decode(update).expect("an update");
    Request::new(update, Bot::new(Settings::new("1:AA")))
}

/// A message of user 5 in the private chat, with these fields, too.
fn with(fields: &Value) -> Value {
    let mut message = json!({
        "message_id": 10, "date": 1, "chat": {"id": 5, "type": "private"},
        "from": {"id": 5, "is_bot": false, "first_name": "Анна"},
    });
    for (name, value) in fields.as_object().expect("fields") {
        message[name] = value.clone();
    }
    message
}

fn message(fields: &Value) -> Request {
    update("message", &with(fields))
}

/// User 5 presses a button with these data, under a message with these fields.
fn presses(data: &str, under: &Value) -> Request {
    let from = json!({"id": 5, "is_bot": false, "first_name": "Анна"});
    update(
        "callback_query",
        &json!({"id": "1", "from": from, "chat_instance": "1", "data": data, "message": with(under)}),
    )
}

/// Whether a route with the filter takes the update, outside of any dialogue.
fn takes(filter: &Filter, request: &Request) -> bool {
    let filter = filter.clone().for_route();
    filter.takes(&Facts::of(request), Known::Is(None)) == Some(true)
}
