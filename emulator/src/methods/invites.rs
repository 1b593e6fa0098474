//! Links by which one comes into a group or channel, and those who ask to be let in.

use serde_json::{Value, json};

use super::{Outcome, arguments};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{Entry, State, World},
};

/// The bot's own primary link, made anew.
pub(super) fn export(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let chat_id = group(state, params)?;
        let mut link = new_link(state, params);
        link["is_primary"] = json!(true);
        let links = &mut state.group_mut(chat_id).links;
        for old in links.iter_mut().filter(|old| old["is_primary"] == true) {
            old["is_revoked"] = json!(true);
        }
        links.push(link.clone());
        Ok(Answer::of(&link["invite_link"]))
    })
}

pub(super) fn create(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let chat_id = group(state, params)?;
        if params.flag("creates_join_request")
            && params
                .integer("member_limit")
                .is_some_and(|limit| limit > 0)
        {
            let text = "member limit can't be specified for links requiring administrator approval";
            return Err(Refusal::bad_request(text));
        }
        let link = new_link(state, params);
        state.group_mut(chat_id).links.push(link.clone());
        Ok(Answer::of(&link))
    })
}

/// Changes a link of the bot's that is not revoked.
pub(super) fn edit(world: &World, params: &Params) -> Outcome {
    let wanted = params.text("invite_link").unwrap_or_default();
    world.change(|state| {
        let chat_id = group(state, params)?;
        let new = new_link(state, params);
        let links = &mut state.group_mut(chat_id).links;
        let link = links
            .iter_mut()
            .find(|link| link["invite_link"] == *wanted && link["is_revoked"] == false);
        let link = link.ok_or_else(|| Refusal::bad_request("INVITE_HASH_EXPIRED"))?;
        let (Some(link), Value::Object(mut new)) = (link.as_object_mut(), new) else {
            return Err(Refusal::bad_request("INVITE_HASH_EXPIRED"));
        };
        // What it is stays; only what may be said of it changes.
        if link.contains_key("subscription_period") {
            new.retain(|name, _| name == "name");
        }
        new.retain(|name, _| {
            !["invite_link", "creator", "is_primary", "is_revoked"].contains(&name.as_str())
        });
        for name in ["name", "expire_date", "member_limit"] {
            link.remove(name);
        }
        link.extend(new);
        Ok(Answer::of(link))
    })
}

/// A link by which one comes for Stars, of a channel.
pub(super) fn create_paid(world: &World, params: &Params) -> Outcome {
    let price = params.integer("subscription_price").unwrap_or(0);
    world.change(|state| {
        let chat_id = group(state, params)?;
        if !state.is_channel(chat_id) {
            return Err(Refusal::bad_request(
                "method is available for channel chats only",
            ));
        }
        if params.integer("subscription_period") != Some(2_592_000) {
            return Err(Refusal::bad_request("SUBSCRIPTION_PERIOD_INVALID"));
        }
        if !(1..=10_000).contains(&price) {
            return Err(Refusal::bad_request("STARS_AMOUNT_INVALID"));
        }
        let mut link = new_link(state, params);
        link["subscription_period"] = json!(2_592_000);
        link["subscription_price"] = json!(price);
        state.group_mut(chat_id).links.push(link.clone());
        Ok(Answer::of(&link))
    })
}

pub(super) fn revoke(world: &World, params: &Params) -> Outcome {
    let wanted = params.text("invite_link").unwrap_or_default();
    world.change(|state| {
        let chat_id = group(state, params)?;
        let links = &mut state.group_mut(chat_id).links;
        let link = links.iter_mut().find(|link| link["invite_link"] == *wanted);
        let link = link.ok_or_else(|| Refusal::bad_request("INVITE_HASH_EXPIRED"))?;
        link["is_revoked"] = json!(true);
        Ok(Answer::of(link))
    })
}

pub(super) fn approve(world: &World, params: &Params) -> Outcome {
    answer(world, params, true)
}

pub(super) fn decline(world: &World, params: &Params) -> Outcome {
    answer(world, params, false)
}

fn answer(world: &World, params: &Params, is_let_in: bool) -> Outcome {
    world.change(|state| {
        let chat_id = group(state, params)?;
        let user_id = arguments::user_id(params)?;
        let request = state.group_mut(chat_id).requests.remove(&user_id);
        let link = request.ok_or_else(|| Refusal::bad_request("HIDE_REQUESTER_MISSING"))?;
        if is_let_in {
            let entry = Entry {
                invite_link: (!link.is_null()).then_some(link),
                by_request: true,
            };
            let bot = state.bot.id;
            let came = state.comes(chat_id, user_id, bot, entry);
            came.map_err(|why| Refusal::bad_request(&why))?;
        }
        Ok(Answer::of(&true))
    })
}

/// The group in which the bot may invite.
fn group(state: &State, params: &Params) -> Result<i64, Refusal> {
    let chat_id = arguments::chat_id(state, params)?;
    if !state.groups().contains_key(&chat_id) {
        return Err(Refusal::bad_request(
            "can't access the chat: it is a private one",
        ));
    }
    if !state.bot_may(chat_id, "can_invite_users") {
        return Err(Refusal::bad_request(
            "not enough rights to manage chat invite link",
        ));
    }
    Ok(chat_id)
}

fn new_link(state: &State, params: &Params) -> Value {
    let secret: String = (0..16).map(|_| fastrand::alphanumeric()).collect();
    let mut link = json!({
        "invite_link": format!("https://t.me/+{secret}"), "creator": state.bot,
        "creates_join_request": params.flag("creates_join_request"), "is_primary": false, "is_revoked": false,
    });
    if let Some(name) = params.text("name") {
        link["name"] = json!(name);
    }
    for field in ["expire_date", "member_limit"] {
        if let Some(number) = params.integer(field).filter(|number| *number > 0) {
            link[field] = json!(number);
        }
    }
    link
}
