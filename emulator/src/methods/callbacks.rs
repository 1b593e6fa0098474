//! answerCallbackQuery.

use super::Outcome;
use crate::{
    protocol::{Answer, Params, Refusal, text::utf16_len},
    world::World,
};

/// Telegram's limit on the text of an answer, in UTF-16 units.
const MAX_ANSWER: usize = 200;

pub(super) fn answer(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let id = params.text("callback_query_id").unwrap_or_default();
        let pressed = state.pressed_mut(&id).ok_or_else(|| {
            Refusal::bad_request(
                "query is too old and response timeout expired or query ID is invalid",
            )
        })?;
        if utf16_len(&params.text("text").unwrap_or_default()) > MAX_ANSWER {
            return Err(Refusal::bad_request("MESSAGE_TOO_LONG"));
        }
        pressed.answers.push(params.to_value());
        Ok(())
    })?;
    Ok(Answer::of(&true))
}
