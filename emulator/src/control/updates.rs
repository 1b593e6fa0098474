//! Raw updates: objects, and bytes that need not even be JSON.

use std::{collections::HashMap, sync::Arc};

use axum::extract::{Query, State};
use bytes::Bytes;
use serde_json::json;

use super::Outcome;
use crate::{
    protocol::{Answer, Refusal},
    world::World,
};

/// Queues the body, an update object; its `update_id` is filled in when it has none.
pub(super) async fn push(State(world): State<Arc<World>>, body: Bytes) -> Outcome {
    let update = serde_json::from_slice(&body)
        .map_err(|error| Refusal::bad_request(&format!("no JSON: {error}")))?;
    let update_id = world
        .change(|state| state.push_update(&update))
        .map_err(|why| Refusal::bad_request(&why))?;
    Ok(Answer::of(&json!({"update_id": update_id})))
}

/// Queues the body as it is, as an update with the `update_id` of the query string, or the next one.
pub(super) async fn push_raw(
    State(world): State<Arc<World>>,
    Query(query): Query<HashMap<String, String>>,
    body: Bytes,
) -> Outcome {
    let given = query
        .get("update_id")
        .map(|id| id.parse::<i64>())
        .transpose();
    let given = given.map_err(|_| Refusal::bad_request("update_id must be a whole number"))?;
    let update_id = world.change(|state| {
        let update_id = given.unwrap_or_else(|| state.queue.next_id());
        state.queue_raw(update_id, body);
        update_id
    });
    Ok(Answer::of(&json!({"update_id": update_id})))
}
