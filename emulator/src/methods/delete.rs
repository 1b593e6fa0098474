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

/// How long a message can be deleted, unless by an administrator.
const DELETABLE: i64 = 48 * 3600;

/// Others' words go in private chats; in groups that takes an administrator. Dice stay for a day, lest one rolls again.
fn check(state: &State, chat_id: i64, id: i64) -> Result<(), Refusal> {
    if let Some(stored) = state.message(chat_id, id) {
        let age = state.now() - stored.message.date;
        let is_fresh_dice =
            chat_id > 0 && stored.message.content.parts.contains_key("dice") && age < 24 * 3600;
        let may_all = chat_id < 0 && state.bot_may(chat_id, "can_delete_messages");
        if is_fresh_dice || age >= DELETABLE && !may_all {
            return Err(Refusal::bad_request(
                "message can't be deleted for everyone",
            ));
        }
    }
    let is_other = state
        .message(chat_id, id)
        .is_some_and(|stored| !state.is_mine(stored));
    let is_group = state.groups().contains_key(&chat_id);
    if is_other && is_group && !state.bot_may(chat_id, "can_delete_messages") {
        return Err(Refusal::bad_request("message can't be deleted"));
    }
    Ok(())
}
