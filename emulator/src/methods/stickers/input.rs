//! An `InputSticker` as a call gives it, checked.

use serde_json::{Map, Value, json};

use crate::{
    methods::files::{self, Given},
    protocol::{
        Params, Refusal,
        media::{Kind, Source},
    },
    world::{State, StickerSet},
};

type Json = Option<serde_json::Result<Value>>;

/// Puts a sticker that a call describes into the world, as one of this set; returns its `file_id`.
pub(super) fn put(
    state: &mut State,
    params: &Params,
    set: &StickerSet,
    given: &Params,
) -> Result<String, Refusal> {
    let emoji = emoji_list(given.json("emoji_list"))?;
    check_keywords(given.json("keywords"))?;
    let mut details = format(&given.text("format").unwrap_or_default())?;
    details.insert("emoji".to_owned(), json!(emoji));
    if let Some(mask) = mask(given.json("mask_position"))?.filter(|_| set.kind == "mask") {
        details.insert("mask_position".to_owned(), mask);
    }
    let file = given.text("sticker").unwrap_or_default();
    let added = match files::named(params, &file).filter(|_| !file.is_empty()) {
        Some(Given::Upload(upload)) => {
            files::check_upload(upload, Kind::Sticker)?;
            state.add_sticker(set, Ok(&Source::Upload(upload.clone())), details)
        }
        Some(Given::Name(url)) if url.contains('.') => {
            state.add_sticker(set, Ok(&Source::Url(url)), details)
        }
        Some(Given::Name(id)) => state.add_sticker(set, Err(&id), details),
        None => return Err(Refusal::bad_request("sticker is not specified")),
    };
    added.ok_or_else(|| Refusal::bad_request("wrong file identifier/HTTP URL specified"))
}

/// How a sticker of this format is shown.
pub(super) fn format(name: &str) -> Result<Map<String, Value>, Refusal> {
    if !["static", "animated", "video"].contains(&name) {
        return Err(Refusal::bad_request("invalid sticker format specified"));
    }
    let flags = json!({"is_animated": name == "animated", "is_video": name == "video"});
    Ok(flags.as_object().cloned().unwrap_or_default())
}

/// One to twenty, as one text.
pub(super) fn emoji_list(given: Json) -> Result<String, Refusal> {
    let refused = || Refusal::bad_request("invalid sticker emojis");
    let Some(Ok(Value::Array(list))) = given else {
        return Err(refused());
    };
    let emoji: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
    let emoji = emoji
        .filter(|emoji| (1..=20).contains(&emoji.len()) && emoji.iter().all(|one| is_emoji(one)));
    Ok(emoji.ok_or_else(refused)?.concat())
}

/// Up to twenty, of 64 letters together.
pub(super) fn check_keywords(given: Json) -> Result<(), Refusal> {
    let list = match given {
        None | Some(Ok(Value::Null)) => return Ok(()),
        Some(Ok(Value::Array(list))) => list,
        Some(_) => return Err(Refusal::bad_request("can't parse keywords JSON object")),
    };
    let letters: usize = list
        .iter()
        .filter_map(Value::as_str)
        .map(|word| word.chars().count())
        .sum();
    match list.len() <= 20 && letters <= 64 {
        true => Ok(()),
        false => Err(Refusal::bad_request("STICKER_KEYWORDS_TOO_MANY")),
    }
}

/// A `MaskPosition`.
pub(super) fn mask(given: Json) -> Result<Option<Value>, Refusal> {
    let cannot_parse = || Refusal::bad_request("can't parse mask position JSON object");
    let mask = match given {
        None | Some(Ok(Value::Null)) => return Ok(None),
        Some(Ok(mask)) => mask,
        Some(Err(_)) => return Err(cannot_parse()),
    };
    let numbers = ["x_shift", "y_shift", "scale"];
    let is_point = ["forehead", "eyes", "mouth", "chin"]
        .iter()
        .any(|point| mask["point"] == *point);
    match is_point && numbers.iter().all(|field| mask[*field].is_number()) {
        true => Ok(Some(json!({
            "point": mask["point"], "x_shift": mask["x_shift"], "y_shift": mask["y_shift"], "scale": mask["scale"],
        }))),
        false => Err(cannot_parse()),
    }
}

/// Whether a text may be one: there is something in it, and no letters.
fn is_emoji(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= 16 && !text.chars().any(char::is_alphabetic)
}
