//! The bot's calls: all of them, or the next one.

use std::sync::Arc;

use axum::extract::State;
use serde_json::Value;

use super::{Outcome, arguments::wait_for};
use crate::{
    protocol::{Answer, Params},
    world::{Call, World},
};

/// The calls, of `method` if given, with a `seq` greater than `after` if given, the last `limit` ones if given.
pub(super) async fn list(State(world): State<Arc<World>>, params: Params) -> Answer {
    let method = params.text("method");
    let after = params
        .integer("after")
        .and_then(|after| u64::try_from(after).ok())
        .unwrap_or(0);
    let limit = params
        .integer("limit")
        .and_then(|limit| usize::try_from(limit).ok())
        .unwrap_or(usize::MAX);
    let wanted = |call: &&Call| {
        call.seq > after
            && method
                .as_deref()
                .is_none_or(|method| call.method.eq_ignore_ascii_case(method))
    };
    let calls = world.read(|state| {
        let mut calls: Vec<Value> = state
            .calls
            .iter()
            .rev()
            .filter(wanted)
            .take(limit)
            .map(Call::to_json)
            .collect();
        calls.reverse();
        calls
    });
    Answer::of(&calls)
}

/// Waits for a call (of `method`, if given) that is over and that nobody took by this yet.
pub(super) async fn next(State(world): State<Arc<World>>, params: Params) -> Outcome {
    let method = params.text("method");
    let what = format!("a call of {}", method.as_deref().unwrap_or("any method"));
    let take = || world.change_quietly(|state| state.calls.take(method.as_deref()));
    let call = wait_for(&world, &params, &what, take).await?;
    Ok(Answer::of(&call.to_json()))
}

pub(super) async fn clear(State(world): State<Arc<World>>) -> Answer {
    world.change(|state| state.calls.clear());
    Answer::of(&true)
}
