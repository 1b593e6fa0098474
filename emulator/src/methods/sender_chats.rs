//! banChatSenderChat, unbanChatSenderChat: channels as which nobody is to speak in a group.

use super::{Outcome, arguments};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::World,
};

pub(super) fn set(world: &World, params: &Params, is_banned: bool) -> Outcome {
    world.change(|state| {
        let chat_id = arguments::chat_id(state, params)?;
        let given = arguments::required(params, "sender_chat_id")?;
        let sender = given.trim().parse::<i64>().unwrap_or(0);
        if !state.groups().contains_key(&chat_id) {
            return Err(Refusal::bad_request(
                "can't ban message senders in the chat",
            ));
        }
        if !state.bot_may(chat_id, "can_restrict_members") {
            let text = "not enough rights to ban or unban message senders in the chat";
            return Err(Refusal::bad_request(text));
        }
        if !state.groups().contains_key(&sender) {
            return Err(Refusal::bad_request("sender chat not found"));
        }
        let banned = &mut state.group_mut(chat_id).banned_chats;
        match is_banned {
            true => banned.insert(sender),
            false => banned.remove(&sender),
        };
        Ok(Answer::of(&true))
    })
}
