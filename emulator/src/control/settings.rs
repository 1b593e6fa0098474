//! Settings that may change while the server runs.

use std::sync::Arc;

use axum::extract::State as FromState;
use serde_json::{Value, json};

use super::Outcome;
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{Latency, State, World},
};

pub(super) async fn show(FromState(world): FromState<Arc<World>>) -> Answer {
    Answer::of(&world.read(shown))
}

/// Changes those that are given, and shows all.
pub(super) async fn change(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    let latency = params
        .text("latency_ms")
        .map(|text| text.parse::<Latency>())
        .transpose()
        .map_err(|why| Refusal::bad_request(&why))?;
    let flood_control = params
        .text("flood_control")
        .map(|_| params.flag("flood_control"));
    let shown = world.change(|state| {
        let settings = &mut state.settings;
        settings.latency = latency.unwrap_or(settings.latency.clone());
        settings.flood_control = flood_control.unwrap_or(settings.flood_control);
        shown(state)
    });
    Ok(Answer::of(&shown))
}

fn shown(state: &State) -> Value {
    let settings = &state.settings;
    json!({"flood_control": settings.flood_control, "latency_ms": settings.latency.to_string()})
}
