//! What the bot says it is doing: its last chat actions.

use std::sync::Arc;

use axum::extract::State;
use serde_json::{Value, json};

use crate::{protocol::Answer, world::World};

/// The action of each chat where the bot said nothing since.
pub(super) async fn list(State(world): State<Arc<World>>) -> Answer {
    let actions = world.read(|state| {
        let actions = state.actions().iter().map(|(chat_id, action)| {
            json!({"chat_id": chat_id, "action": action.action, "date": action.date})
        });
        actions.collect::<Value>()
    });
    Answer::of(&actions)
}
