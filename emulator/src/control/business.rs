//! Business accounts: connecting the bot to one, changing that, and all that is done in its chats.

use std::sync::Arc;

use axum::{
    extract::{Path, Request, State as FromState},
    response::Response,
};
use serde_json::{Value, json};

use super::{
    Outcome,
    arguments::{self, required},
    bots::routed,
};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{State, World, business::Connection},
};

/// All connections of the bot: Telegram's objects, and how far it has `read` each chat.
pub(super) async fn list(FromState(world): FromState<Arc<World>>) -> Answer {
    let shown = |state: &State, connection: &Connection| {
        let mut shown = state.connection_shown(connection);
        shown["read"] = json!(connection.read);
        shown
    };
    Answer::of(&world.read(|state| {
        let connections = state.connections();
        connections
            .map(|connection| shown(state, connection))
            .collect::<Vec<Value>>()
    }))
}

/// `user` connects the bot to their account, with the `rights`.
pub(super) async fn connect(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    let given = params.text("rights").unwrap_or_default();
    world.change(|state| {
        let user = arguments::user(state, &params)?;
        let connected = state.connect_business(user, &arguments::words(&given));
        let (id, update_id) = connected.map_err(|why| Refusal::bad_request(&why))?;
        Ok(Answer::of(&json!({"id": id, "update_id": update_id})))
    })
}

/// The owner of an account gives the bot other `rights`, or ends the connection with `enabled=false`.
pub(super) async fn change(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    let id = required(&params, "id")?;
    let given = params.text("rights");
    let rights = given.as_deref().map(arguments::words);
    let is_enabled = params.text("enabled").map(|_| params.flag("enabled"));
    world.change(|state| {
        let changed = state.change_connection(&id, rights.as_deref(), is_enabled);
        let update_id = changed.map_err(|why| Refusal::bad_request(&why))?;
        Ok(Answer::of(&json!({"update_id": update_id})))
    })
}

/// The rest of the path is of the control API in the private chats of the account with this connection.
pub(super) async fn within(
    FromState(world): FromState<Arc<World>>,
    Path((id, rest)): Path<(String, String)>,
    request: Request,
) -> Response {
    let view = world.in_account(&id);
    let missing = || format!("there is no connection {id}");
    routed(view.ok_or_else(missing), &rest, request).await
}
