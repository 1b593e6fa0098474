//! answerCallbackQuery.

use super::Outcome;
use crate::{
    protocol::{Answer, Params, Refusal},
    world::World,
};

pub(super) fn answer(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let id = params.text("callback_query_id").unwrap_or_default();
        let pressed = state.presses.get_mut(&*id).ok_or_else(|| {
            Refusal::bad_request(
                "query is too old and response timeout expired or query ID is invalid",
            )
        })?;
        pressed.answers.push(params.to_value());
        Ok(())
    })?;
    Ok(Answer::of(&true))
}
