//! getChatMember, getChatMemberCount, getChatAdministrators, leaveChat.

use serde_json::{Value, json};

use super::{Outcome, arguments};
use crate::{
    protocol::{Answer, Params, Refusal, objects::User},
    world::{BotStatus, Group, State, World},
};

pub(super) fn get(world: &World, params: &Params) -> Outcome {
    world.read(|state| {
        let chat_id = arguments::chat_id(state, params)?;
        let user_id = arguments::user_id(params)?;
        let not_found = || Refusal::bad_request("member not found");
        let member = match state.groups().get(&chat_id) {
            Some(group) => member(state, group, user_id),
            // A private chat has two members.
            None if user_id == chat_id => person(state, user_id, "member"),
            None if user_id == state.bot.id => Some(json!({"user": state.bot, "status": "member"})),
            None => None,
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
            .map_or(1, |group| group.members.len());
        Ok(Answer::of(&(others + 1)))
    })
}

pub(super) fn administrators(world: &World, params: &Params) -> Outcome {
    world.read(|state| {
        let chat_id = arguments::chat_id(state, params)?;
        let group = state.groups().get(&chat_id).ok_or_else(|| {
            Refusal::bad_request("there are no administrators in the private chat")
        })?;
        let bot = (group.bot == BotStatus::Administrator).then_some(state.bot.id);
        let ids = group.admins.iter().copied().chain(bot);
        let shown = ids.filter_map(|id| member(state, group, id));
        Ok(Answer::of(&shown.collect::<Vec<Value>>()))
    })
}

pub(super) fn leave(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let chat_id = arguments::chat_id(state, params)?;
        if !state.groups().contains_key(&chat_id) {
            let text = "chat member status can't be changed in private chats";
            return Err(Refusal::bad_request(text));
        }
        state.group_mut(chat_id).bot = BotStatus::Left;
        Ok(Answer::of(&true))
    })
}

/// A `ChatMember` of a group; `None` for someone of whom the bot never heard.
fn member(state: &State, group: &Group, user_id: i64) -> Option<Value> {
    if user_id == state.bot.id {
        return Some(match group.bot {
            BotStatus::Administrator => administrator(&state.bot),
            BotStatus::Member => json!({"user": state.bot, "status": "member"}),
            BotStatus::Left => json!({"user": state.bot, "status": "left"}),
        });
    }
    if group.admins.first() == Some(&user_id) {
        let mut owner = person(state, user_id, "creator")?;
        owner["is_anonymous"] = json!(false);
        return Some(owner);
    }
    if group.admins.contains(&user_id) {
        return Some(administrator(&state.people().get(&user_id)?.user));
    }
    let is_member = group.members.contains(&user_id);
    person(state, user_id, if is_member { "member" } else { "left" })
}

fn person(state: &State, user_id: i64, status: &str) -> Option<Value> {
    let user = &state.people().get(&user_id)?.user;
    Some(json!({"user": user, "status": status}))
}

/// An administrator with all rights of a group but those to promote others and to hide.
fn administrator(user: &User) -> Value {
    json!({
        "user": user, "status": "administrator", "can_be_edited": false, "is_anonymous": false, "can_manage_chat": true,
        "can_delete_messages": true, "can_manage_video_chats": true, "can_restrict_members": true,
        "can_promote_members": false, "can_change_info": true, "can_invite_users": true, "can_post_stories": true,
        "can_edit_stories": true, "can_delete_stories": true, "can_pin_messages": true, "can_manage_topics": true,
        "can_send_welcome_messages": true,
    })
}
