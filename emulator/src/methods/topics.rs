//! Topics of forums: createForumTopic and what follows, and the general topic.

use super::{Outcome, arguments};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{
        State, World,
        topics::{GENERAL, Topic},
    },
};

const MAX_NAME: usize = 128;

pub(super) fn create(world: &World, params: &Params) -> Outcome {
    let name = name(params).ok_or_else(|| Refusal::bad_request("title must be non-empty"))?;
    world.change(|state| {
        let chat_id = forum(state, params)?;
        if !state.bot_may(chat_id, "can_manage_topics") {
            return Err(Refusal::bad_request("not enough rights to create a topic"));
        }
        let mut topic = Topic::named(&name);
        topic.icon_custom_emoji_id = icon(params);
        if let Some(color) = params.integer("icon_color").filter(|color| *color > 0) {
            topic.icon_color = color;
        }
        let mut shown = topic.shown();
        let bot = state.bot.clone();
        let (thread, _) = state.open_topic(chat_id, topic, Some(bot));
        shown["message_thread_id"] = thread.into();
        Ok(Answer::of(&shown))
    })
}

pub(super) fn edit(world: &World, params: &Params) -> Outcome {
    let name = name(params);
    let icon = params
        .text("icon_custom_emoji_id")
        .is_some()
        .then(|| icon(params));
    change(
        world,
        params,
        "not enough rights to edit the topic",
        |topic| {
            if let Some(name) = name {
                topic.name = name;
            }
            if let Some(icon) = icon {
                topic.icon_custom_emoji_id = icon;
            }
        },
    )
}

pub(super) fn close(world: &World, params: &Params, is_closed: bool) -> Outcome {
    change(
        world,
        params,
        "not enough rights to close or open the topic",
        |topic| {
            topic.is_closed = is_closed;
        },
    )
}

pub(super) fn delete(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let (chat_id, thread) = place(state, params)?;
        if !state.bot_may(chat_id, "can_delete_messages") {
            return Err(Refusal::bad_request(
                "not enough rights to delete the topic",
            ));
        }
        if thread == GENERAL || !state.delete_topic(chat_id, thread) {
            return Err(Refusal::bad_request("TOPIC_ID_INVALID"));
        }
        Ok(Answer::of(&true))
    })
}

pub(super) fn unpin_all(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let (chat_id, thread) = place(state, params)?;
        unpin(state, chat_id, thread)
    })
}

pub(super) fn unpin_all_general(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let chat_id = forum(state, params)?;
        unpin(state, chat_id, GENERAL)
    })
}

fn unpin(state: &mut State, chat_id: i64, thread: i64) -> Outcome {
    if state.topic(chat_id, thread).is_none() {
        return Err(Refusal::bad_request("TOPIC_ID_INVALID"));
    }
    if !state.bot_may(chat_id, "can_pin_messages") {
        let text = "not enough rights to manage pinned messages in the chat";
        return Err(Refusal::bad_request(text));
    }
    for id in state.in_thread(chat_id, thread) {
        state.unpin(chat_id, id);
    }
    Ok(Answer::of(&true))
}

pub(super) fn edit_general(world: &World, params: &Params) -> Outcome {
    let name = name(params).ok_or_else(|| Refusal::bad_request("title must be non-empty"))?;
    general(world, params, |topic| topic.name = name)
}

/// Reopening shows it as well.
pub(super) fn close_general(world: &World, params: &Params, is_closed: bool) -> Outcome {
    general(world, params, |topic| {
        topic.is_closed = is_closed;
        topic.is_hidden = topic.is_hidden && is_closed;
    })
}

/// Hiding closes it as well.
pub(super) fn hide_general(world: &World, params: &Params, is_hidden: bool) -> Outcome {
    general(world, params, |topic| {
        topic.is_hidden = is_hidden;
        topic.is_closed = topic.is_closed || is_hidden;
    })
}

fn general(world: &World, params: &Params, change: impl FnOnce(&mut Topic)) -> Outcome {
    world.change(|state| {
        let chat_id = forum(state, params)?;
        if !state.bot_may(chat_id, "can_manage_topics") {
            return Err(Refusal::bad_request("not enough rights to edit the topic"));
        }
        changed(state, (chat_id, GENERAL), change)
    })
}

fn change(
    world: &World,
    params: &Params,
    refused: &str,
    change: impl FnOnce(&mut Topic),
) -> Outcome {
    world.change(|state| {
        let (chat_id, thread) = place(state, params)?;
        let topic = state.topic(chat_id, thread);
        let is_own = topic.is_some_and(|topic| topic.creator == Some(state.bot.id));
        if !is_own && !state.bot_may(chat_id, "can_manage_topics") {
            return Err(Refusal::bad_request(refused));
        }
        changed(state, (chat_id, thread), change)
    })
}

fn changed(state: &mut State, place: (i64, i64), change: impl FnOnce(&mut Topic)) -> Outcome {
    let bot = state.bot.clone();
    let changed = state.change_topic(place, &bot, change);
    changed
        .map(|_| Answer::of(&true))
        .map_err(Refusal::bad_request)
}

/// The chat, which must be a forum into which the bot may write.
fn forum(state: &State, params: &Params) -> Result<i64, Refusal> {
    let chat_id = arguments::writable_chat_id(state, params)?;
    match state.is_forum(chat_id) {
        true => Ok(chat_id),
        false => Err(Refusal::bad_request("the chat is not a forum")),
    }
}

fn place(state: &State, params: &Params) -> Result<(i64, i64), Refusal> {
    let chat_id = forum(state, params)?;
    let thread = params
        .integer("message_thread_id")
        .filter(|thread| *thread > 0);
    let thread = thread
        .ok_or_else(|| Refusal::bad_request("invalid message thread identifier specified"))?;
    Ok((chat_id, thread))
}

fn name(params: &Params) -> Option<String> {
    let name = params.text("name").map(|name| name.trim().to_owned());
    let name = name.filter(|name| !name.is_empty());
    name.map(|name| name.chars().take(MAX_NAME).collect())
}

/// `0` takes it away.
fn icon(params: &Params) -> Option<String> {
    let given = params.text("icon_custom_emoji_id")?;
    (given != "0").then(|| given.into_owned())
}
