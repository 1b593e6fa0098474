//! Ephemeral messages: to whom they go, and editEphemeralMessageText, -Caption, -Media, -ReplyMarkup, deleteEphemeralMessage.

use serde_json::Value;

use super::{Outcome, arguments, edit, keyboard, media::Item, send, texts};
use crate::{
    protocol::{
        Answer, Params, Refusal,
        objects::{Content, Message},
        text::Formatted,
    },
    world::{Aside, State, World},
};

/// To whom alone a message goes, if `ephemeral_message_parameters` say so. The bot needs a reason for it: a press, or a word
/// of theirs, of these fifteen seconds, or to be an administrator.
pub(super) fn aside(
    state: &State,
    chat_id: i64,
    reply_to: Option<i64>,
    params: &Params,
) -> Result<Option<Aside>, Refusal> {
    let refuse = |why: &str| Err(Refusal::bad_request(why));
    let given = match params.json("ephemeral_message_parameters") {
        None if reply_to.is_some() => return refuse("message to be replied not found"),
        None => return Ok(None),
        Some(Ok(Value::Object(given))) => Params::of(given),
        Some(Ok(_)) => return refuse("object expected as ephemeral message parameters"),
        Some(Err(_)) => return refuse("can't parse ephemeral message parameters JSON object"),
    };
    let group = state.groups().get(&chat_id);
    let Some(group) = group.filter(|group| !group.is_channel && !group.is_basic) else {
        return refuse("ephemeral messages can be sent only to supergroups");
    };
    let receiver = receiver(&given)?;
    if state.is_bot(receiver) || !state.people().contains_key(&receiver) {
        return refuse("user not found");
    }
    if !group.members.contains(&receiver) {
        return refuse("USER_NOT_PARTICIPANT");
    }
    let press = given.text("callback_query_id").filter(|id| id != "0");
    let mut replaces = None;
    if let Some(id) = &press {
        if !state.is_fresh_press(id, chat_id, receiver) {
            let text = "query is too old and response timeout expired or query ID is invalid";
            return refuse(text);
        }
        let on = state.pressed(id).and_then(|pressed| pressed.on);
        replaces = on.filter(|_| given.flag("replace_callback_query_message"));
    } else if let Some(id) = reply_to
        && state.aside_seen_by(receiver, chat_id, id).is_none()
    {
        return refuse("message to be replied not found");
    }
    let is_asked =
        press.is_some() || reply_to.is_some_and(|id| state.is_answerable(chat_id, receiver, id));
    let is_administrator = state.bot_status(chat_id) == crate::world::BotStatus::Administrator;
    if !is_asked && !is_administrator {
        return refuse("CHAT_ADMIN_REQUIRED");
    }
    Ok(Some(Aside {
        receiver,
        reply_to,
        replaces,
    }))
}

pub(super) fn text(world: &World, params: &Params) -> Outcome {
    change(world, params, |state, old| {
        let content = send::text(state, params)?;
        match old.content.is_text() {
            true => Ok(content),
            false => refused("there is no text in the message to edit"),
        }
    })
}

pub(super) fn caption(world: &World, params: &Params) -> Outcome {
    change(world, params, |state, old| {
        let Formatted { text, entities } = texts::caption(state, params)?;
        if !old.content.has_caption() {
            return refused("there is no caption in the message to edit");
        }
        Ok(Content {
            caption: text,
            caption_entities: entities,
            show_caption_above_media: params.flag("show_caption_above_media"),
            ..old.content.clone()
        })
    })
}

pub(super) fn media(world: &World, params: &Params) -> Outcome {
    let item = edit::item(params)?;
    change(world, params, |state, _| {
        Item::read(state, params, item)?.content(state, params)
    })
}

pub(super) fn reply_markup(world: &World, params: &Params) -> Outcome {
    change(world, params, |_, old| Ok(old.content.clone()))
}

pub(super) fn delete(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let (id, _) = own(state, params, "message to delete not found")?;
        state.delete_aside(id);
        Ok(Answer::of(&true))
    })
}

fn change(
    world: &World,
    params: &Params,
    content: impl FnOnce(&mut State, &Message) -> Result<Content, Refusal>,
) -> Outcome {
    world.change(|state| {
        let markup = keyboard::inline_markup(params)?;
        let (id, old) = own(state, params, "message to edit not found")?;
        let content = content(state, &old)?;
        if old.content == content && old.reply_markup == markup {
            return refused(edit::NOT_MODIFIED);
        }
        state.edit_aside(id, &params.to_value(), content, markup);
        Ok(Answer::of(&true))
    })
}

/// The bot's own message that a call names.
fn own(state: &State, params: &Params, not_found: &str) -> Result<(i64, Message), Refusal> {
    let chat_id = arguments::present_chat_id(state, params)?;
    let id = params.integer("ephemeral_message_id").unwrap_or(0);
    let seen = state.aside_seen_by(receiver(params)?, chat_id, id);
    let seen = seen.filter(|seen| state.is_mine(&seen.stored));
    let seen = seen.ok_or_else(|| Refusal::bad_request(not_found))?;
    Ok((id, seen.stored.message.clone()))
}

fn receiver(params: &Params) -> Result<i64, Refusal> {
    let id = params.integer("receiver_user_id").filter(|id| *id > 0);
    id.ok_or_else(|| Refusal::bad_request("invalid receiver_user_id specified"))
}

fn refused<T>(why: &str) -> Result<T, Refusal> {
    Err(Refusal::bad_request(why))
}
