//! What people do with the topics of forums.

use std::sync::Arc;

use axum::extract::State as FromState;
use serde_json::json;

use super::{
    Outcome,
    arguments::{self, required},
};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{World, topics::Topic},
};

/// `user` opens a topic with this `name` in `group`, which is a forum from then on; answers with its `thread`.
pub(super) async fn open(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    let topic = Topic::named(&required(&params, "name")?);
    world.change(|state| {
        let (user, group) = (
            arguments::user(state, &params)?,
            arguments::group(state, &params)?,
        );
        let actor = state.person(user).user.clone();
        let (thread, update_id) = state.open_topic(group, topic, Some(actor.into()));
        Ok(Answer::of(
            &json!({"thread": thread, "update_id": update_id}),
        ))
    })
}

/// `user` renames (`name`), closes or reopens (`closed`), hides or shows (`hidden`, the general one) or deletes (`deleted`) the
/// topic `thread` of `group`.
pub(super) async fn change(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    let given = required(&params, "thread")?;
    let thread: i64 = given
        .parse()
        .map_err(|_| Refusal::bad_request("thread must be a whole number"))?;
    world.change(|state| {
        let (user, group) = (
            arguments::user(state, &params)?,
            arguments::group(state, &params)?,
        );
        if params.flag("deleted") {
            let was = state.is_forum(group) && state.delete_topic(group, thread);
            return match was {
                true => Ok(Answer::of(&json!({"update_id": 0}))),
                false => Err(Refusal::bad_request("there is no such topic")),
            };
        }
        let actor = state.person(user).user.clone();
        let changed = state.change_topic((group, thread), &actor, |topic| {
            if let Some(name) = params.text("name") {
                topic.name = name.into_owned();
            }
            if params.text("closed").is_some() {
                topic.is_closed = params.flag("closed");
            }
            if params.text("hidden").is_some() {
                topic.is_hidden = params.flag("hidden");
                topic.is_closed = topic.is_closed || topic.is_hidden;
            }
        });
        let update_id = changed.map_err(Refusal::bad_request)?;
        Ok(Answer::of(&json!({"update_id": update_id})))
    })
}
