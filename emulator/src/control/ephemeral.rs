//! Ephemeral messages: what one member of a group sees and others do not.

use std::sync::Arc;

use axum::extract::State as FromState;
use serde_json::{Value, json};

use super::{Outcome, arguments, messages::shown};
use crate::{
    protocol::{Answer, Params},
    world::World,
};

/// All that `user` sees of them in `chat`, oldest first; with `replaces`, the number of the message in whose place.
pub(super) async fn list(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    world.read(|state| {
        let (user, chat) = (
            arguments::user(state, &params)?,
            arguments::chat(state, &params)?,
        );
        let seen = state.asides(user, chat).map(|seen| {
            let mut shown = shown(&seen.stored);
            if let Some(id) = seen.replaces {
                shown["replaces"] = json!(id);
            }
            shown
        });
        Ok(Answer::of(&seen.collect::<Vec<Value>>()))
    })
}
