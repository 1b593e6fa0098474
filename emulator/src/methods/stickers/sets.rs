//! What a bot does to its own sets: makes, fills, renames and deletes them.

use serde_json::{Map, Value, json};

use super::{check_own, input, no_set};
use crate::{
    methods::{
        Outcome,
        arguments::{self, required},
        files,
    },
    protocol::{
        Answer, Params, Refusal,
        media::{Kind, Source},
    },
    world::{State, StickerSet, World},
};

/// The most of a new set, of a set, and of a set of emoji.
const MAX_AT_FIRST: usize = 50;
const MAX_STICKERS: usize = 120;
const MAX_EMOJI: usize = 200;

pub(in crate::methods) fn upload(world: &World, params: &Params) -> Outcome {
    let details = input::format(&params.text("sticker_format").unwrap_or_default())?;
    let upload = params.upload("sticker").or_else(|| {
        let text = params.text("sticker")?;
        params.upload(text.strip_prefix("attach://")?)
    });
    let upload = upload.ok_or_else(|| Refusal::bad_request("sticker is not specified"))?;
    world.change(|state| {
        known_user(state, params)?;
        files::check_upload(upload, Kind::Sticker)?;
        let shown = state.add_file(Kind::Sticker, &Source::Upload(upload.clone()), details);
        Ok(Answer::of(&json!({
            "file_id": shown["file_id"], "file_unique_id": shown["file_unique_id"], "file_size": shown["file_size"],
        })))
    })
}

pub(in crate::methods) fn create(world: &World, params: &Params) -> Outcome {
    let kind = params.text("sticker_type").unwrap_or("regular".into());
    if !["regular", "mask", "custom_emoji"].contains(&&*kind) {
        return Err(Refusal::bad_request("unsupported sticker type specified"));
    }
    let stickers = match params.json("stickers") {
        Some(Ok(Value::Array(stickers))) => stickers,
        None | Some(Ok(Value::Null)) => vec![],
        Some(Ok(_)) => return Err(Refusal::bad_request("expected an Array of InputSticker")),
        Some(Err(_)) => return Err(Refusal::bad_request("can't parse stickers JSON object")),
    };
    world.change(|state| {
        known_user(state, params)?;
        let set = StickerSet {
            name: free_name(state, params)?,
            title: title(params)?,
            kind: kind.into_owned(),
            bot: Some(state.bot.id),
            needs_repainting: params.flag("needs_repainting"),
            stickers: vec![],
            thumbnail: None,
        };
        if stickers.is_empty() {
            return Err(Refusal::bad_request("STICKERS_EMPTY"));
        }
        if stickers.len() > MAX_AT_FIRST {
            return Err(Refusal::bad_request("STICKERS_TOO_MUCH"));
        }
        let mut ids = vec![];
        for sticker in stickers {
            ids.push(put(state, params, &set, sticker)?);
        }
        state.put_sticker_set(StickerSet {
            stickers: ids,
            ..set
        });
        Ok(Answer::of(&true))
    })
}

pub(in crate::methods) fn add(world: &World, params: &Params) -> Outcome {
    let sticker = sticker(params)?;
    world.change(|state| {
        known_user(state, params)?;
        let set = own_set(state, params)?;
        let most = match set.kind == "custom_emoji" {
            true => MAX_EMOJI,
            false => MAX_STICKERS,
        };
        if set.stickers.len() >= most {
            return Err(Refusal::bad_request("STICKERS_TOO_MUCH"));
        }
        let id = put(state, params, &set, sticker)?;
        if let Some(set) = state.sticker_set_mut(&set.name) {
            set.stickers.push(id);
        }
        Ok(Answer::of(&true))
    })
}

pub(in crate::methods) fn replace(world: &World, params: &Params) -> Outcome {
    let sticker = sticker(params)?;
    let old = required(params, "old_sticker")?;
    world.change(|state| {
        known_user(state, params)?;
        let set = own_set(state, params)?;
        if !set.stickers.contains(&old) {
            return Err(Refusal::bad_request("STICKER_INVALID"));
        }
        let id = put(state, params, &set, sticker)?;
        if let Some(set) = state.sticker_set_mut(&set.name)
            && let Some(place) = set.stickers.iter_mut().find(|other| **other == old)
        {
            *place = id;
        }
        state.change_file(&old, |shown| {
            shown.remove("set_name");
        });
        Ok(Answer::of(&true))
    })
}

pub(in crate::methods) fn set_title(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let (set, title) = (own_set(state, params)?, title(params)?);
        if let Some(set) = state.sticker_set_mut(&set.name) {
            set.title = title;
        }
        Ok(Answer::of(&true))
    })
}

pub(in crate::methods) fn delete(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let set = own_set(state, params)?;
        state.delete_sticker_set(&set.name);
        Ok(Answer::of(&true))
    })
}

/// Without a `thumbnail` the first sticker stands for the set again.
pub(in crate::methods) fn set_thumbnail(world: &World, params: &Params) -> Outcome {
    input::format(&params.text("format").unwrap_or_default())?;
    world.change(|state| {
        known_user(state, params)?;
        let set = own_set(state, params)?;
        let given = files::given(params, "thumbnail");
        let source = match given {
            Some(files::Given::Upload(upload)) => Some(Source::Upload(upload.clone())),
            Some(files::Given::Name(url)) if url.contains('.') => Some(Source::Url(url)),
            Some(files::Given::Name(_)) => {
                return Err(Refusal::bad_request(
                    "wrong file identifier/HTTP URL specified",
                ));
            }
            None => None,
        };
        let thumbnail = source.map(|source| state.add_file(Kind::Thumbnail, &source, Map::new()));
        if let Some(set) = state.sticker_set_mut(&set.name) {
            set.thumbnail = thumbnail;
        }
        Ok(Answer::of(&true))
    })
}

pub(in crate::methods) fn set_emoji_thumbnail(world: &World, params: &Params) -> Outcome {
    let id = params.text("custom_emoji_id").unwrap_or_default();
    world.change(|state| {
        let set = own_set(state, params)?;
        let of_set = |sticker: &String| {
            let shown = &state.files().get(sticker)?.shown;
            (shown["custom_emoji_id"] == *id).then(|| {
                json!({
                    "file_id": shown["file_id"], "file_unique_id": shown["file_unique_id"],
                    "width": shown["width"], "height": shown["height"],
                })
            })
        };
        let thumbnail = set.stickers.iter().find_map(of_set);
        if set.kind != "custom_emoji" || thumbnail.is_none() && !id.is_empty() {
            return Err(Refusal::bad_request("STICKER_INVALID"));
        }
        if let Some(set) = state.sticker_set_mut(&set.name) {
            set.thumbnail = thumbnail;
        }
        Ok(Answer::of(&true))
    })
}

fn put(
    state: &mut State,
    params: &Params,
    set: &StickerSet,
    sticker: Value,
) -> Result<String, Refusal> {
    let Value::Object(fields) = sticker else {
        return Err(Refusal::bad_request(
            "can't parse InputSticker: expected an Object",
        ));
    };
    input::put(state, params, set, &Params::of(fields))
}

fn sticker(params: &Params) -> Result<Value, Refusal> {
    match params.json("sticker") {
        Some(Ok(sticker)) => Ok(sticker),
        Some(Err(_)) => Err(Refusal::bad_request("can't parse sticker JSON object")),
        None => Err(Refusal::bad_request("sticker is not specified")),
    }
}

/// The set that a call names, one of the bot's.
fn own_set(state: &State, params: &Params) -> Result<StickerSet, Refusal> {
    let name = required(params, "name")?;
    let set = state.sticker_set(&name).ok_or_else(no_set)?;
    check_own(state, set)?;
    Ok(set.clone())
}

fn known_user(state: &State, params: &Params) -> Result<i64, Refusal> {
    let id = arguments::user_id(params)?;
    match state.people().contains_key(&id) {
        true => Ok(id),
        false => Err(Refusal::bad_request("user not found")),
    }
}

/// The name of a new set: it ends with that of the bot.
fn free_name(state: &State, params: &Params) -> Result<String, Refusal> {
    let name = params.text("name").unwrap_or_default();
    let username = state.bot.username.as_deref().unwrap_or_default();
    let ending = format!("_by_{}", username.to_ascii_lowercase());
    let fits = (1..=64).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !name.contains("__")
        && name.to_ascii_lowercase().ends_with(&ending);
    if !fits {
        return Err(Refusal::bad_request(
            "invalid sticker set name is specified",
        ));
    }
    match state.sticker_set(&name) {
        Some(_) => Err(Refusal::bad_request("sticker set name is already occupied")),
        None => Ok(name.into_owned()),
    }
}

fn title(params: &Params) -> Result<String, Refusal> {
    let title = params.text("title").unwrap_or_default();
    match (1..=64).contains(&title.chars().count()) {
        true => Ok(title.into_owned()),
        false => Err(Refusal::bad_request("PACK_TITLE_INVALID")),
    }
}
