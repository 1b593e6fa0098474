//! pinChatMessage, unpinChatMessage, unpinAllChatMessages.

use super::{Outcome, arguments};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{State, World},
};

pub(super) fn pin(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let chat_id = arguments::writable_chat_id(state, params)?;
        let id = params.integer("message_id").unwrap_or(0);
        if state.message(chat_id, id).is_none() {
            return Err(Refusal::bad_request("message to pin not found"));
        }
        check_rights(state, chat_id)?;
        let pinned = state
            .message(chat_id, id)
            .map(|stored| stored.message.clone());
        state.pin(chat_id, id);
        let bot = state.bot.clone();
        state.note_pin(chat_id, bot, pinned);
        Ok(Answer::of(&true))
    })
}

/// Without a `message_id`, the one pinned last.
pub(super) fn unpin(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let chat_id = arguments::writable_chat_id(state, params)?;
        let id = params.integer("message_id");
        if id.is_some_and(|id| state.message(chat_id, id).is_none()) {
            return Err(Refusal::bad_request("message to unpin not found"));
        }
        check_rights(state, chat_id)?;
        let newest = || state.pinned().get(&chat_id)?.last().copied();
        if let Some(id) = id.or_else(newest) {
            state.unpin(chat_id, id);
        }
        Ok(Answer::of(&true))
    })
}

pub(super) fn unpin_all(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let chat_id = arguments::writable_chat_id(state, params)?;
        check_rights(state, chat_id)?;
        state.unpin_all(chat_id);
        Ok(Answer::of(&true))
    })
}

fn check_rights(state: &State, chat_id: i64) -> Result<(), Refusal> {
    let right = match state.is_channel(chat_id) {
        true => "can_edit_messages",
        false => "can_pin_messages",
    };
    if state.groups().contains_key(&chat_id) && !state.bot_may(chat_id, right) {
        let text = "not enough rights to manage pinned messages in the chat";
        return Err(Refusal::bad_request(text));
    }
    Ok(())
}
