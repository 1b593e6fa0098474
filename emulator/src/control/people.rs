//! Adding and listing people and groups.

use std::sync::Arc;

use axum::extract::State as FromState;
use serde_json::{Value, json};

use super::{
    Outcome,
    arguments::{self, required},
};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{BotStatus, Group, Human, State, World},
};

pub(super) fn users(state: &State) -> Value {
    state
        .people()
        .values()
        .map(|human| user(state, human))
        .collect()
}

pub(super) fn groups(state: &State) -> Value {
    let groups = state.groups().iter();
    groups.map(|(id, one)| group(state, *id, one)).collect()
}

/// A person with how they stand with the bot.
pub(super) fn user(state: &State, human: &Human) -> Value {
    let stand = human.stand(state.bot.id);
    let mut user = serde_json::to_value(&human.user).expect("a user is plain data");
    user["started"] = stand.started.into();
    user["blocked"] = stand.blocked.into();
    user["deactivated"] = human.deactivated.into();
    user["bio"] = human.bio.as_str().into();
    // The newest photo, in its full size.
    let photo = human
        .photos
        .first()
        .and_then(|sizes| sizes.as_array()?.last());
    user["photo"] = photo.map_or(Value::Null, |size| size["file_id"].clone());
    user
}

pub(super) fn group(state: &State, id: i64, group: &Group) -> Value {
    json!({
        "id": id, "type": group_type(group), "title": group.title, "linked": group.linked, "direct": group.direct, "username": group.username, "members": group.members,
        "administrators": group.admins, "bot": group.bot(state.bot.id), "bots": group.bots, "topics": group.topics, "requests": group.requests.keys().collect::<Vec<_>>(),
        "standings": group.standings, "links": group.links, "description": group.description, "photo": group.photo,
    })
}

fn group_type(group: &Group) -> &'static str {
    match (group.is_channel, group.is_basic) {
        (true, _) => "channel",
        (false, true) => "group",
        (false, false) => "supergroup",
    }
}

pub(super) async fn list_users(FromState(world): FromState<Arc<World>>) -> Answer {
    Answer::of(&world.read(users))
}

pub(super) async fn list_groups(FromState(world): FromState<Arc<World>>) -> Answer {
    Answer::of(&world.read(groups))
}

pub(super) async fn add_user(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    let first_name = required(&params, "first_name")?;
    let text = |name: &str| params.text(name).map(std::borrow::Cow::into_owned);
    let user = world.change(|state| {
        free(state, text("username").as_deref())?;
        let id = state.add_person(&first_name, params.integer("id"))?;
        let human = state.person_mut(id);
        human.user.last_name = text("last_name");
        human.user.language_code = text("language_code").or(human.user.language_code.take());
        human.user.is_premium = params.flag("is_premium");
        human.bio = text("bio").unwrap_or_default();
        state.set_username(id, text("username"));
        let user = state.person(id).user.clone();
        if params.flag("started") {
            state.stand_mut(id).started = true;
        }
        Ok(user)
    });
    let user = user.map_err(|why: String| Refusal::bad_request(&why))?;
    Ok(Answer::of(&user))
}

/// Changes what `user` tells of themselves: names, `username`, `language_code`, `is_premium`, `bio`, and a `photo` that is added.
pub(super) async fn change_user(
    FromState(world): FromState<Arc<World>>,
    params: Params,
) -> Outcome {
    world.change(|state| {
        let id = arguments::user(state, &params)?;
        let text = |name: &str| params.text(name).map(std::borrow::Cow::into_owned);
        let username = text("username");
        let own = state.person(id).user.username.clone();
        if username.is_some() && username != own {
            free(state, username.as_deref()).map_err(|why| Refusal::bad_request(&why))?;
        }
        let human = state.person_mut(id);
        human.user.first_name =
            text("first_name").unwrap_or(std::mem::take(&mut human.user.first_name));
        human.user.last_name = text("last_name").or(human.user.last_name.take());
        human.user.language_code = text("language_code").or(human.user.language_code.take());
        human.bio = text("bio").unwrap_or(std::mem::take(&mut human.bio));
        if params.text("is_premium").is_some() {
            human.user.is_premium = params.flag("is_premium");
        }
        if username.is_some() {
            state.set_username(id, username);
        }
        if let Some(photo) = params.upload("photo") {
            state.add_profile_photo(id, photo.clone());
        }
        Ok(Answer::of(&user(state, state.person(id))))
    })
}

/// A username is of one person, group or bot only.
fn free(state: &State, username: Option<&str>) -> Result<(), String> {
    match username.filter(|name| state.is_taken(name)) {
        Some(name) => Err(format!("the username {name} is taken")),
        None => Ok(()),
    }
}

pub(super) async fn add_group(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    let title = required(&params, "title")?;
    let username = params.text("username").map(std::borrow::Cow::into_owned);
    let id = world.change(|state| {
        free(state, username.as_deref())?;
        let owner = params
            .text("owner")
            .map(|given| arguments::user_named(state, &given));
        let owner = owner
            .transpose()
            .map_err(|refusal| refusal.description.into_owned())?;
        let id = match params.text("type").as_deref() {
            Some("channel") => state.add_channel(&title),
            Some("group") => state.add_basic_group(&title),
            _ => state.add_group(&title),
        };
        if let Some(owner) = owner {
            let group = state.group_mut(id);
            group.members.insert(owner);
            group.admins.push(owner);
        }
        let bot = state.bot.id;
        let group = state.group_mut(id);
        group.username.clone_from(&username);
        group.has_signatures = params.flag("signatures");
        if params.flag("bot_is_administrator") {
            group.bots.insert(bot, BotStatus::Administrator);
        }
        Ok(id)
    });
    let id = id.map_err(|why: String| Refusal::bad_request(&why))?;
    Ok(Answer::of(
        &json!({"id": id, "title": title, "username": username}),
    ))
}

pub(super) async fn add_member(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    world.change(|state| {
        let (user, group) = (
            arguments::user(state, &params)?,
            arguments::group(state, &params)?,
        );
        state.join(user, group);
        Ok(Answer::of(&true))
    })
}
