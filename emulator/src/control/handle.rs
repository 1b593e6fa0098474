//! What people do with messages that are there: edit, delete, forward and react.

use std::sync::Arc;

use axum::extract::State as FromState;
use serde_json::{Value, json};

use super::{
    Outcome,
    arguments::{self, required},
};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{State, World},
};

pub(super) async fn edit(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    let text = required(&params, "text")?;
    act(&world, &params, |state, user, place| {
        state.person_edits(user, place, &text)
    })
}

pub(super) async fn delete(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    world.change(|state| {
        let (user, place) = person_and_place(state, &params)?;
        let deleted = state.person_deletes(user, place);
        deleted.map_err(|why| Refusal::bad_request(&why))?;
        Ok(Answer::of(&true))
    })
}

/// Forwards the message `message_id` of `from_chat` (one's private chat unless given) to `chat`.
pub(super) async fn forward(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    let id = arguments::message_id(&params)?;
    world.change(|state| {
        let user = arguments::user(state, &params)?;
        let to = arguments::writable_chat_of(state, user, &params)?;
        let from = match params.text("from_chat") {
            Some(given) => arguments::chat_named(state, &given)?,
            None => user,
        };
        let update_id = state
            .person_forwards(user, (from, id), to)
            .map_err(|why| Refusal::bad_request(&why))?;
        Ok(Answer::of(&json!({"update_id": update_id})))
    })
}

/// Reacts with `emoji`; without one, takes the reaction back.
pub(super) async fn react(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    let emoji = params.text("emoji");
    act(&world, &params, |state, user, place| {
        state.person_reacts(user, place, emoji.as_deref())
    })
}

/// Votes for the `option` (or the `options`, an array) of a poll, by number or text; without one, takes the vote back.
pub(super) async fn vote(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    let given = match (params.json("options"), params.text("option")) {
        (Some(Ok(Value::Array(options))), _) => options,
        (Some(_), _) => return Err(Refusal::bad_request("options must be a JSON array")),
        (None, Some(option)) => vec![json!(option)],
        (None, None) => vec![],
    };
    act(&world, &params, |state, user, place| {
        let stored = state
            .message(place.0, place.1)
            .ok_or("there is no such message")?;
        let shown = stored.message.content.parts.get("poll");
        let texts: Vec<&Value> = shown
            .and_then(|poll| poll["options"].as_array())
            .into_iter()
            .flatten()
            .map(|option| &option["text"])
            .collect();
        let number = |option: &Value| {
            let by_text = texts.iter().position(|text| *text == option);
            let number = || option.as_u64().or_else(|| option.as_str()?.parse().ok());
            by_text.or_else(|| usize::try_from(number()?).ok())
        };
        let options = given.iter().map(number).collect::<Option<Vec<usize>>>();
        state.vote(user, place, options.ok_or("there is no such option")?)
    })
}

/// Marks tasks of a checklist as `done`, or as `not_done` (arrays of their ids), or adds one with the text `add`.
pub(super) async fn tasks(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    let ids = |name: &str| match params.json(name) {
        None => Ok(vec![]),
        Some(Ok(Value::Array(ids))) => Ok(ids.iter().filter_map(Value::as_i64).collect()),
        Some(Ok(Value::Number(id))) => Ok(id.as_i64().into_iter().collect::<Vec<i64>>()),
        Some(_) => Err(Refusal::bad_request(&format!(
            "{name} must be a JSON array"
        ))),
    };
    let (done, not_done) = (ids("done")?, ids("not_done")?);
    act(&world, &params, |state, user, place| {
        match params.text("add") {
            Some(text) => state.person_adds_tasks(user, place, &[&text]),
            None => state.person_marks_tasks(user, place, &done, &not_done),
        }
    })
}

fn act(
    world: &World,
    params: &Params,
    act: impl FnOnce(&mut State, i64, (i64, i64)) -> Result<i64, String>,
) -> Outcome {
    world.change(|state| {
        let (user, place) = person_and_place(state, params)?;
        let update_id = act(state, user, place).map_err(|why| Refusal::bad_request(&why))?;
        Ok(Answer::of(&json!({"update_id": update_id})))
    })
}

fn person_and_place(state: &State, params: &Params) -> Result<(i64, (i64, i64)), Refusal> {
    let user = arguments::user(state, params)?;
    let chat = arguments::chat_of(state, user, params)?;
    Ok((user, (chat, arguments::message_id(params)?)))
}
