//! getChatMember, getChatMemberCount, getChatAdministrators, leaveChat.

use serde_json::json;

use super::{Outcome, arguments};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{BotStatus, World},
};

pub(super) fn get(world: &World, params: &Params) -> Outcome {
    world.read(|state| {
        let chat_id = arguments::chat_id(state, params)?;
        let user_id = arguments::user_id(params)?;
        let is_closed = state.is_channel(chat_id)
            && state
                .groups()
                .get(&chat_id)
                .is_some_and(|group| group.bot(state.bot.id) != BotStatus::Administrator);
        if is_closed && user_id != state.bot.id {
            return Err(Refusal::bad_request("member list is inaccessible"));
        }
        let not_found = || Refusal::bad_request("member not found");
        let member = match state.groups().contains_key(&chat_id) {
            true => state.member(chat_id, user_id),
            // A private chat has two members.
            false if [chat_id, state.bot.id].contains(&user_id) => state
                .user(user_id)
                .map(|user| json!({"user": user, "status": "member"})),
            false => None,
        };
        Ok(Answer::of(&member.ok_or_else(not_found)?))
    })
}

pub(super) fn count(world: &World, params: &Params) -> Outcome {
    world.read(|state| {
        let chat_id = arguments::chat_id(state, params)?;
        let others = state
            .groups()
            .get(&chat_id)
            .map_or(2, |group| group.members.len() + group.bot_count());
        Ok(Answer::of(&others))
    })
}

pub(super) fn administrators(world: &World, params: &Params) -> Outcome {
    world.read(|state| {
        let chat_id = arguments::chat_id(state, params)?;
        if !state.groups().contains_key(&chat_id) {
            let text = "there are no administrators in the private chat";
            return Err(Refusal::bad_request(text));
        }
        Ok(Answer::of(&state.administrators(chat_id)))
    })
}

pub(super) fn leave(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let chat_id = arguments::chat_id(state, params)?;
        if !state.groups().contains_key(&chat_id) {
            let text = "chat member status can't be changed in private chats";
            return Err(Refusal::bad_request(text));
        }
        // What it does itself it is not told.
        let bot = state.bot.id;
        state.group_mut(chat_id).bots.insert(bot, BotStatus::Left);
        Ok(Answer::of(&true))
    })
}
