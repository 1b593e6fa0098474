//! Telegram's clock.

use std::{sync::Arc, time::Duration};

use axum::extract::State as FromState;
use serde_json::json;

use super::{Outcome, arguments::wait_for};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{State, World},
};

/// How it stands. With `unless`, once it is not that many milliseconds ahead; a `follower` is known by its name from then on.
pub(super) async fn show(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    let known = params.integer("unless");
    let following = params
        .text("follower")
        .map(|name| world.is_followed(name.into_owned(), known));
    if let Some(known) = known {
        let moved = || world.read(|state| (state.clock.ahead() != known).then_some(()));
        wait_for(&world, &params, "a move of the clock", moved).await?;
    }
    if let Some(following) = following {
        following.answered();
    }
    Ok(world.read(shown))
}

/// Puts it forward by `seconds` or `ms`, or back by as many less than none. Answers once all followers know it.
pub(super) async fn turn(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    let (seconds, ms) = (
        params.integer("seconds").unwrap_or(0),
        params.integer("ms").unwrap_or(0),
    );
    let by = seconds
        .checked_mul(1_000)
        .and_then(|seconds| seconds.checked_add(ms));
    let by = by.filter(|by| by.unsigned_abs() < MOST.as_millis() as u64);
    let by =
        by.ok_or_else(|| Refusal::bad_request("the clock is moved by a century at the most"))?;
    world.change(|state| state.move_clock(by));
    world.clock_is_known().await;
    Ok(world.read(shown))
}

/// Two of these do not lead out of the years that dates have.
const MOST: Duration = Duration::from_secs(100 * 365 * 86_400);

fn shown(state: &State) -> Answer {
    Answer::of(&json!({"now": state.now(), "ahead_ms": state.clock.ahead()}))
}
