//! deleteMessage, deleteMessages.

use super::{Outcome, arguments};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{State, World},
};

pub(super) fn one(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let chat_id = arguments::present_chat_id(state, params)?;
        let id = params.integer("message_id").unwrap_or(0);
        if state.message(chat_id, id).is_none() {
            return Err(Refusal::bad_request("message to delete not found"));
        }
        check(state, chat_id, id)?;
        state.delete(chat_id, id);
        Ok(Answer::of(&true))
    })
}

/// Those that are not there are passed over.
pub(super) fn many(world: &World, params: &Params) -> Outcome {
    let ids = arguments::message_ids(params)?;
    world.change(|state| {
        let chat_id = arguments::present_chat_id(state, params)?;
        ids.iter().try_for_each(|id| check(state, chat_id, *id))?;
        for id in ids {
            state.delete(chat_id, id);
        }
        Ok(Answer::of(&true))
    })
}

/// Others' words go in private chats; in groups that takes an administrator.
fn check(state: &State, chat_id: i64, id: i64) -> Result<(), Refusal> {
    let is_other = state
        .message(chat_id, id)
        .is_some_and(|stored| !state.is_mine(stored));
    let is_group = state.groups().contains_key(&chat_id);
    if is_other && is_group && !state.bot_may(chat_id, "can_delete_messages") {
        return Err(Refusal::bad_request("message can't be deleted"));
    }
    Ok(())
}
