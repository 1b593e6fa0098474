//! What the bot streams, and people who stop it.

use std::sync::Arc;

use axum::extract::State as FromState;
use serde_json::{Value, json};

use super::{Outcome, arguments};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::World,
};

/// What is shown of messages in the making, by chat.
pub(super) async fn list(FromState(world): FromState<Arc<World>>) -> Answer {
    let shown: Vec<Value> = world.read(|state| {
        let streams = state.streams().map(|(chat, streamed)| {
            let mut shown = streamed.shown.clone();
            shown["chat_id"] = json!(chat);
            shown["draft_id"] = json!(streamed.draft_id);
            shown["can_stop"] = json!(streamed.can_stop);
            shown
        });
        streams.collect()
    });
    Answer::of(&shown)
}

/// `user` stops what the bot streams to them.
pub(super) async fn stop(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    world.change(|state| {
        let user = arguments::user(state, &params)?;
        let stopped = state.stop_stream(user);
        let update_id = stopped.map_err(|why| Refusal::bad_request(&why))?;
        Ok(Answer::of(&json!({"update_id": update_id})))
    })
}
