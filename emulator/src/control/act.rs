//! What people do: say, press, block, unblock; and what came of a press.

use std::sync::Arc;

use axum::extract::State;
use serde_json::json;

use super::{
    Outcome,
    arguments::{self, required, wait_for},
};
use crate::{
    protocol::{Answer, Params, Refusal, objects::Content, text},
    world::{Button, Manner, World},
};

/// Says a `text`, perhaps as an answer to the message `reply_to` (or to the one `reply_to_ephemeral`, which no one else sees), in the topic `thread`, or `as` a chat one administrates.
pub(super) async fn say(State(world): State<Arc<World>>, params: Params) -> Outcome {
    let text = required(&params, "text")?;
    let blank = || Refusal::bad_request("text must be non-empty");
    world.change(|state| {
        let user = arguments::user(state, &params)?;
        let chat = arguments::writable_chat_of(state, user, &params)?;
        if let Some(id) = params.integer("reply_to_ephemeral") {
            let content = Content::of_words(text::plain(&text).ok_or_else(blank)?);
            let said = state.says_aside(user, chat, content, Some(id));
            let update_id = said.map_err(|why| Refusal::bad_request(&why))?;
            return Ok(Answer::of(&json!({"update_id": update_id})));
        }
        let update_id = match params.integer("reply_to") {
            None => {
                let manner = Manner {
                    thread: params.integer("thread"),
                    speaks_as: arguments::speaks_as(state, user, chat, &params)?,
                };
                let may = state.check_may_write_in(user, chat, manner.thread);
                may.map_err(|why| Refusal::bad_request(&why))?;
                state.say_so(user, chat, manner, &text).ok_or_else(blank)?
            }
            Some(id) => {
                let content = Content::of_words(text::plain(&text).ok_or_else(blank)?);
                let said = state.person_answers(user, (chat, id), content);
                said.map_err(|why| Refusal::bad_request(&why))?
            }
        };
        Ok(Answer::of(&json!({"update_id": update_id})))
    })
}

pub(super) async fn press(State(world): State<Arc<World>>, params: Params) -> Outcome {
    let button = match (params.text("text"), params.text("data")) {
        (Some(text), _) => Button::Text(text.into_owned()),
        (None, Some(data)) => Button::Data(data.into_owned()),
        (None, None) => {
            return Err(Refusal::bad_request(
                "the parameter text or data is missing",
            ));
        }
    };
    let (user, chat) = world.read(|state| {
        let user = arguments::user(state, &params)?;
        Ok((user, arguments::chat_of(state, user, &params)?))
    })?;
    let (what, on) = (button.to_string(), params.integer("message_id"));
    let press = wait_for(&world, &params, &what, || {
        world.attempt(|state| state.press_on(user, chat, on, &button))
    })
    .await?;
    Ok(Answer::of(&json!({
        "id": press.id, "update_id": press.update_id, "message_id": press.message_id, "data": press.data,
    })))
}

/// Waits for the first answer to the press with this `id`, and returns all there are.
pub(super) async fn answers(State(world): State<Arc<World>>, params: Params) -> Outcome {
    let id = required(&params, "id")?;
    if !world.read(|state| state.pressed(&id).is_some()) {
        return Err(Refusal::bad_request("there was no such press"));
    }
    let answers = || world.read(|state| state.pressed(&id).map(|pressed| pressed.answers.clone()));
    let answers = wait_for(&world, &params, "an answer", || {
        answers().filter(|answers| !answers.is_empty())
    })
    .await?;
    Ok(Answer::of(&answers))
}

pub(super) async fn block(State(world): State<Arc<World>>, params: Params) -> Outcome {
    world.change(|state| {
        let user = arguments::user(state, &params)?;
        Ok(Answer::of(&json!({"update_id": state.block(user)})))
    })
}

pub(super) async fn unblock(State(world): State<Arc<World>>, params: Params) -> Outcome {
    world.change(|state| {
        let user = arguments::user(state, &params)?;
        Ok(Answer::of(&json!({"update_id": state.unblock(user)})))
    })
}
