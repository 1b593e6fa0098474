//! editMessageLiveLocation, stopMessageLiveLocation.

use serde_json::json;

use super::{Outcome, edit, send};
use crate::{
    protocol::{Params, Refusal, objects::Content},
    world::{State, World},
};

pub(super) fn edit(world: &World, params: &Params) -> Outcome {
    let new = send::location_content(params)?;
    world.change(|state| {
        let (old, markup) = edit::editable(state, params)?;
        let mut place = live(state, &old.content, old.date)?;
        if let Some(fields) = new.parts["location"].as_object() {
            for (name, value) in fields {
                place[name] = value.clone();
            }
        }
        edit::edit(
            state,
            params,
            &old,
            Content::of_part("location", place),
            markup,
        )
    })
}

pub(super) fn stop(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let (old, markup) = edit::editable(state, params)?;
        let mut place = live(state, &old.content, old.date)?;
        if let Some(place) = place.as_object_mut() {
            place.retain(|name, _| {
                ["latitude", "longitude", "horizontal_accuracy"].contains(&name.as_str())
            });
        }
        edit::edit(
            state,
            params,
            &old,
            Content::of_part("location", place),
            markup,
        )
    })
}

/// The place of a message, which must still be live.
fn live(state: &State, content: &Content, date: i64) -> Result<serde_json::Value, Refusal> {
    let place = content
        .parts
        .get("location")
        .cloned()
        .unwrap_or_else(|| json!({}));
    let period = place["live_period"].as_i64().unwrap_or(0);
    let for_ever = period == i64::from(i32::MAX);
    match period > 0 && (for_ever || date + period > state.now()) {
        true => Ok(place),
        false => Err(Refusal::bad_request("message can't be edited")),
    }
}
