//! Stickers and their sets: what is told of them, and what a bot does to one sticker of a set of its own.

mod input;
mod sets;

pub(super) use self::sets::{
    add, create, delete, replace, set_emoji_thumbnail, set_thumbnail, set_title, upload,
};

use serde_json::{Value, json};

use super::{Outcome, arguments::required, chat_settings};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{State, StickerSet, World},
};

/// The most of one getCustomEmojiStickers.
const MAX_EMOJI: usize = 200;

pub(super) fn get(world: &World, params: &Params) -> Outcome {
    let name = required(params, "name")?;
    world.read(|state| {
        let set = state.sticker_set(&name).ok_or_else(no_set)?;
        Ok(Answer::of(&state.sticker_set_shown(set)))
    })
}

/// Those that are not there are passed over.
pub(super) fn custom_emoji(world: &World, params: &Params) -> Outcome {
    let ids = match params.json("custom_emoji_ids") {
        None => vec![],
        Some(Ok(Value::Array(ids))) => ids,
        Some(Ok(_)) => {
            return Err(Refusal::bad_request(
                "expected an Array of custom emoji identifiers",
            ));
        }
        Some(Err(_)) => {
            return Err(Refusal::bad_request(
                "can't parse custom emoji identifiers JSON object",
            ));
        }
    };
    if ids.len() > MAX_EMOJI {
        return Err(Refusal::bad_request(
            "too many custom emoji identifiers specified",
        ));
    }
    world.read(|state| {
        let of = |id: &Value| {
            state
                .files()
                .shown()
                .find(|shown| shown["custom_emoji_id"] == *id)
        };
        let found: Vec<&Value> = ids.iter().filter_map(of).collect();
        Ok(Answer::of(&found))
    })
}

pub(super) fn set_position(world: &World, params: &Params) -> Outcome {
    let position = params.integer("position").unwrap_or(0);
    let Ok(position) = usize::try_from(position) else {
        return Err(Refusal::bad_request("wrong sticker position specified"));
    };
    world.change(|state| {
        let (sticker, name) = own_sticker(state, params)?;
        if let Some(set) = state.sticker_set_mut(&name) {
            set.stickers.retain(|other| *other != sticker);
            let position = position.min(set.stickers.len());
            set.stickers.insert(position, sticker);
        }
        Ok(Answer::of(&true))
    })
}

pub(super) fn delete_from_set(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let (sticker, name) = own_sticker(state, params)?;
        if let Some(set) = state.sticker_set_mut(&name) {
            set.stickers.retain(|other| *other != sticker);
        }
        state.change_file(&sticker, |shown| {
            shown.remove("set_name");
        });
        Ok(Answer::of(&true))
    })
}

pub(super) fn set_emoji(world: &World, params: &Params) -> Outcome {
    let emoji = input::emoji_list(params.json("emoji_list"))?;
    change(world, params, "emoji", Some(json!(emoji)))
}

/// They are for search alone: no object tells them.
pub(super) fn set_keywords(world: &World, params: &Params) -> Outcome {
    input::check_keywords(params.json("keywords"))?;
    world.change(|state| {
        own_sticker(state, params)?;
        Ok(Answer::of(&true))
    })
}

pub(super) fn set_mask(world: &World, params: &Params) -> Outcome {
    let mask = input::mask(params.json("mask_position"))?;
    world.read(|state| {
        let (_, name) = own_sticker(state, params)?;
        let is_mask = state
            .sticker_set(&name)
            .is_some_and(|set| set.kind == "mask");
        is_mask
            .then_some(())
            .ok_or_else(|| Refusal::bad_request("STICKER_INVALID"))
    })?;
    change(world, params, "mask_position", mask)
}

pub(super) fn set_of_chat(world: &World, params: &Params) -> Outcome {
    let name = params.text("sticker_set_name").unwrap_or_default();
    if name.is_empty() {
        return Err(Refusal::bad_request("sticker_set_name is empty"));
    }
    world.change(|state| {
        let name = state.sticker_set(&name).ok_or_else(no_set)?.name.clone();
        let chat_id = governed(state, params)?;
        state.group_mut(chat_id).sticker_set = Some(name);
        Ok(Answer::of(&true))
    })
}

pub(super) fn delete_of_chat(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let chat_id = governed(state, params)?;
        state.group_mut(chat_id).sticker_set = None;
        Ok(Answer::of(&true))
    })
}

/// The supergroup of a call, in which the bot may change such things.
fn governed(state: &State, params: &Params) -> Result<i64, Refusal> {
    let text = "can't set supergroup sticker set";
    let chat_id = chat_settings::governed(state, params, "can_change_info", text)?;
    let group = state.groups().get(&chat_id);
    if group.is_none_or(|group| group.is_channel || group.is_basic) {
        return Err(Refusal::bad_request(
            "method is available only for supergroups",
        ));
    }
    Ok(chat_id)
}

fn change(world: &World, params: &Params, field: &str, value: Option<Value>) -> Outcome {
    world.change(|state| {
        let (sticker, _) = own_sticker(state, params)?;
        state.change_file(&sticker, |shown| {
            match value {
                Some(value) => shown.insert(field.to_owned(), value),
                None => shown.remove(field),
            };
        });
        Ok(Answer::of(&true))
    })
}

/// The sticker of a call, which is in a set of the bot's, and that set.
fn own_sticker(state: &State, params: &Params) -> Result<(String, String), Refusal> {
    let sticker = params.text("sticker").unwrap_or_default();
    if sticker.is_empty() {
        return Err(Refusal::bad_request("sticker is not specified"));
    }
    let set = state.set_of_sticker(&sticker);
    let set = set.ok_or_else(|| Refusal::bad_request("STICKER_INVALID"))?;
    check_own(state, set)?;
    Ok((sticker.into_owned(), set.name.clone()))
}

/// Bots change sets that they have made.
fn check_own(state: &State, set: &StickerSet) -> Result<(), Refusal> {
    match set.bot == Some(state.bot.id) {
        true => Ok(()),
        false => Err(no_set()),
    }
}

fn no_set() -> Refusal {
    Refusal::bad_request("STICKERSET_INVALID")
}
