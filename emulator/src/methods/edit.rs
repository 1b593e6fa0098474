//! editMessageText, editMessageReplyMarkup, deleteMessage.

use super::{Outcome, arguments};
use crate::{
    http::{Answer, Params, Refusal},
    objects::Message,
    text::Formatted,
    world::{State, Stored, World},
};

const NOT_MODIFIED: &str = "message is not modified: specified new message content and reply markup are exactly the same as a \
                            current content and reply markup of the message";

pub(super) fn text(world: &World, params: &Params) -> Outcome {
    let edited = world.change(|state| {
        let Formatted { text, entities } = arguments::text(state, params)?;
        // Without a keyboard in the call, the message loses the one it has.
        let markup = arguments::reply_markup(params)?;
        let chat_id = arguments::chat_id(state, params)?;
        let old = &editable(state, chat_id, params)?.message;
        let id = old.message_id;
        if (&old.text, &old.entities) == (&text, &entities) && old.reply_markup == markup {
            return Err(Refusal::bad_request(NOT_MODIFIED));
        }
        Ok(state.edit(chat_id, id, params.to_value(), |stored| {
            stored.message.text = text;
            stored.message.entities = entities;
            stored.markup = markup;
        }))
    });
    answer(edited)
}

pub(super) fn reply_markup(world: &World, params: &Params) -> Outcome {
    let edited = world.change(|state| {
        let chat_id = arguments::chat_id(state, params)?;
        let markup = arguments::reply_markup(params)?;
        let old = &editable(state, chat_id, params)?.message;
        let id = old.message_id;
        if old.reply_markup == markup {
            return Err(Refusal::bad_request(NOT_MODIFIED));
        }
        Ok(state.edit(chat_id, id, params.to_value(), |stored| {
            stored.markup = markup
        }))
    });
    answer(edited)
}

pub(super) fn delete(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let chat_id = arguments::chat_id(state, params)?;
        let id = params.integer("message_id").unwrap_or(0);
        let stored = state
            .message(chat_id, id)
            .ok_or_else(|| Refusal::bad_request("message to delete not found"))?;
        // Others' words go in private chats only: in groups that takes an administrator, which the bot never is here.
        if !state.is_mine(stored) && state.groups.contains_key(&chat_id) {
            return Err(Refusal::bad_request("message can't be deleted"));
        }
        state.log_mut(chat_id).messages.remove(&id);
        Ok(())
    })?;
    Ok(Answer::of(&true))
}

/// The bot's own message that a call wants to edit.
fn editable<'a>(state: &'a State, chat_id: i64, params: &Params) -> Result<&'a Stored, Refusal> {
    let id = params.integer("message_id").unwrap_or(0);
    let stored = state
        .message(chat_id, id)
        .ok_or_else(|| Refusal::bad_request("message to edit not found"))?;
    if !state.is_mine(stored) {
        return Err(Refusal::bad_request("message can't be edited"));
    }
    Ok(stored)
}

fn answer(edited: Result<Message, Refusal>) -> Outcome {
    edited.map(|message| Answer::of(&message))
}
