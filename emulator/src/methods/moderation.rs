//! banChatMember, unbanChatMember, restrictChatMember, promoteChatMember: how the bot as an administrator treats others.

use serde_json::{Map, json};

use super::{Outcome, arguments, permissions};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{
        Entry, Group, State, World,
        members::{RIGHTS, rights_of},
        out,
    },
};

const RESTRICT: (&str, &str) = (
    "can_restrict_members",
    "not enough rights to restrict/unrestrict chat member",
);

pub(super) fn ban(world: &World, params: &Params) -> Outcome {
    let until = until(world.read(State::now), params);
    change(world, params, RESTRICT, |group, user_id, _| {
        out(group, user_id, true);
        if let Some(kicked) = group.standings.get_mut(&user_id) {
            kicked.insert("until_date".to_owned(), json!(until));
        }
        Ok(())
    })
}

/// Puts out of the group too, unless only those are meant who are banned.
pub(super) fn unban(world: &World, params: &Params) -> Outcome {
    supergroups_only(world, params)?;
    let only_banned = params.flag("only_if_banned");
    change(world, params, RESTRICT, |group, user_id, _| {
        let is_banned = group
            .standings
            .get(&user_id)
            .is_some_and(|standing| standing["status"] == "kicked");
        if is_banned || !only_banned {
            out(group, user_id, false);
        }
        Ok(())
    })
}

pub(super) fn restrict(world: &World, params: &Params) -> Outcome {
    supergroups_only(world, params)?;
    let permissions = permissions::read(params)?;
    let allows_all = permissions.values().all(|value| *value == true);
    let until = until(world.read(State::now), params);
    change(world, params, RESTRICT, |group, user_id, _| {
        group.admins.retain(|other| *other != user_id);
        if allows_all {
            group.standings.remove(&user_id);
            return Ok(());
        }
        let mut fields = Map::new();
        fields.insert("status".to_owned(), json!("restricted"));
        fields.extend(permissions);
        fields.insert("until_date".to_owned(), json!(until));
        group.standings.insert(user_id, fields);
        Ok(())
    })
}

pub(super) fn promote(world: &World, params: &Params) -> Outcome {
    supergroups_only(world, params)?;
    let right = ("can_promote_members", "not enough rights");
    change(world, params, right, |group, user_id, params| {
        if !group.members.contains(&user_id) {
            return Err(Refusal::bad_request("USER_NOT_PARTICIPANT"));
        }
        let rights: Vec<_> = RIGHTS
            .into_iter()
            .map(|right| (right, params.flag(right)))
            .collect();
        group.admins.retain(|other| *other != user_id);
        group.standings.remove(&user_id);
        if rights.iter().any(|(_, is_given)| *is_given) {
            group.admins.push(user_id);
            let rights = rights
                .into_iter()
                .map(|(right, given)| (right, given || right == "can_manage_chat"));
            let rights = rights_of(group.is_channel, rights);
            group.standings.insert(user_id, rights);
        }
        Ok(())
    })
}

/// Until when, in Unix seconds; 0 is for ever, and so is less than 30 s or more than 366 days.
fn until(now: i64, params: &Params) -> i64 {
    let date = params.integer("until_date").unwrap_or(0);
    let is_for_ever = date < now + 30 || date > now + 366 * 86_400;
    if is_for_ever { 0 } else { date }
}

fn supergroups_only(world: &World, params: &Params) -> Result<(), Refusal> {
    world.read(|state| {
        let chat_id = arguments::chat_id(state, params)?;
        match state.groups().get(&chat_id) {
            Some(group) if !group.is_basic => Ok(()),
            _ => Err(Refusal::bad_request(
                "method is available for supergroup and channel chats only",
            )),
        }
    })
}

fn change(
    world: &World,
    params: &Params,
    (right, refused): (&str, &str),
    change: impl FnOnce(&mut Group, i64, &Params) -> Result<(), Refusal>,
) -> Outcome {
    world.change(|state| {
        let (chat_id, user_id) = target(state, params, right, refused)?;
        let bot = state.bot.clone();
        let mut outcome = Ok(());
        state.stand((chat_id, user_id), &bot, Entry::default(), |group| {
            outcome = change(group, user_id, params);
        });
        outcome.map(|()| Answer::of(&true))
    })
}

/// Whom the bot may treat so, and where.
fn target(
    state: &State,
    params: &Params,
    right: &str,
    refused: &str,
) -> Result<(i64, i64), Refusal> {
    let chat_id = arguments::chat_id(state, params)?;
    let user_id = arguments::user_id(params)?;
    let group = state.groups().get(&chat_id).ok_or_else(|| {
        Refusal::bad_request("chat member status can't be changed in private chats")
    })?;
    if user_id == state.bot.id {
        return Err(Refusal::bad_request("can't restrict self"));
    }
    if state.user(user_id).is_none() {
        return Err(Refusal::bad_request("PARTICIPANT_ID_INVALID"));
    }
    if !state.bot_may(chat_id, right) {
        return Err(Refusal::bad_request(refused));
    }
    if group.admins.first() == Some(&user_id) {
        return Err(Refusal::bad_request("can't remove chat owner"));
    }
    if right == RESTRICT.0 && group.admins.contains(&user_id) {
        return Err(Refusal::bad_request("user is an administrator of the chat"));
    }
    Ok((chat_id, user_id))
}
