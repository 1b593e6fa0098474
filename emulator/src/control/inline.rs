//! Inline mode: people type after the bot's name, see what it offers, and choose.

use std::sync::Arc;

use axum::extract::State;
use serde_json::{Value, json};

use super::{
    Outcome,
    arguments::{self, required, wait_for},
};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{Typed, World},
};

/// `user` types `query` (from `offset` on), privately or in `chat`, perhaps with their place. `update_id` is 0 if the answer to
/// the same query is still kept.
pub(super) async fn ask(State(world): State<Arc<World>>, params: Params) -> Outcome {
    let text = |name: &str| params.text(name).unwrap_or_default().into_owned();
    let degrees = |name: &str| params.text(name)?.trim().parse::<f64>().ok();
    let location = degrees("latitude").zip(degrees("longitude"));
    let typed = Typed {
        text: text("query"),
        offset: text("offset"),
        location: location
            .map(|(latitude, longitude)| json!({"latitude": latitude, "longitude": longitude})),
    };
    world.change(|state| {
        let user = arguments::user(state, &params)?;
        let chat = arguments::writable_chat_of(state, user, &params)?;
        let (id, update_id) = state.ask_inline(user, chat, typed);
        Ok(Answer::of(&json!({"id": id, "update_id": update_id})))
    })
}

/// Waits for the answer to the query with this `id`.
pub(super) async fn offer(State(world): State<Arc<World>>, params: Params) -> Outcome {
    let id = required(&params, "id")?;
    if world.read(|state| state.inline_query(&id).is_none()) {
        return Err(Refusal::bad_request("there was no such query"));
    }
    let offer = wait_for(&world, &params, "an answer", || {
        world.read(|state| {
            let query = state.inline_query(&id)?;
            Some((query.shown(), query.offer.clone()?))
        })
    })
    .await?;
    let (mut shown, offer) = offer;
    let results: Vec<Value> = offer
        .results
        .into_iter()
        .map(|result| result.shown)
        .collect();
    shown["results"] = json!(results);
    shown["next_offset"] = json!(offer.next_offset);
    shown["button"] = json!(offer.button);
    Ok(Answer::of(&shown))
}

/// Sends the result `result_id` of the query `id`, privately or into `chat`.
pub(super) async fn choose(State(world): State<Arc<World>>, params: Params) -> Outcome {
    let (id, result_id) = (required(&params, "id")?, required(&params, "result_id")?);
    world.change(|state| {
        let user = arguments::user(state, &params)?;
        let chat = arguments::writable_chat_of(state, user, &params)?;
        let chosen = state.choose(&id, &result_id, chat);
        let chosen = chosen.map_err(|why| Refusal::bad_request(&why))?;
        Ok(Answer::of(&json!({
            "update_id": chosen.update_id, "message_id": chosen.message_id,
            "inline_message_id": chosen.inline_message_id,
        })))
    })
}
