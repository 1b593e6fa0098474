//! Telegram's clock.

use std::{sync::Arc, time::Duration};

use axum::extract::State as FromState;
use serde_json::json;

use super::Outcome;
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{State, World},
};

pub(super) async fn show(FromState(world): FromState<Arc<World>>) -> Answer {
    world.read(shown)
}

/// Puts it forward by `seconds` or `ms`.
pub(super) async fn put_forward(
    FromState(world): FromState<Arc<World>>,
    params: Params,
) -> Outcome {
    let (seconds, ms) = (
        params.integer("seconds").unwrap_or(0),
        params.integer("ms").unwrap_or(0),
    );
    if seconds < 0 || ms < 0 {
        return Err(Refusal::bad_request("the clock goes forward only"));
    }
    let by = Duration::from_secs(seconds.unsigned_abs()) + Duration::from_millis(ms.unsigned_abs());
    world.change(|state| state.put_forward(by));
    Ok(world.read(shown))
}

fn shown(state: &State) -> Answer {
    let ahead = u64::try_from(state.clock.ahead().as_millis()).unwrap_or(u64::MAX);
    Answer::of(&json!({"now": state.now(), "ahead_ms": ahead}))
}
