//! An `InlineQueryResult` of any type, checked, with the message that it becomes.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::content;
use crate::{
    methods::{
        files::{self, Given},
        keyboard, send, texts,
    },
    protocol::{Params, Refusal, media::Kind, objects::Content, text::Formatted},
    world::{InlineResult, State},
};

/// Reads one, and puts its file into the world.
pub(in crate::methods) fn read(state: &mut State, result: Value) -> Result<InlineResult, Refusal> {
    let cannot_parse =
        |why: &str| Refusal::bad_request(&format!("can't parse inline query result: {why}"));
    let Value::Object(fields) = result else {
        return Err(cannot_parse("Inline query result must be an object"));
    };
    let kind = string(&fields, "type")
        .map_err(|why| cannot_parse(&why))?
        .to_lowercase();
    let id = string(&fields, "id")
        .map_err(|why| cannot_parse(&why))?
        .to_owned();
    let required: &[&str] = match kind.as_str() {
        "article" | "document" | "video" | "voice" => &["title"],
        "contact" => &["phone_number", "first_name"],
        "location" => &["latitude", "longitude", "title"],
        "venue" => &["latitude", "longitude", "title", "address"],
        "sticker" => &["sticker_file_id"],
        _ => &[],
    };
    for name in required {
        if fields.get(*name).is_none_or(Value::is_null) {
            return Err(cannot_parse(&format!("Can't find field \"{name}\"")));
        }
    }
    let params = Params::of(fields.clone());
    // Its refusals are told as they are, or as part of this one's.
    let within = |refusal: Refusal| {
        let why = refusal.description.trim_start_matches("Bad Request: ");
        match why
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        {
            true => refusal,
            false => cannot_parse(&capital(why)),
        }
    };
    let markup = keyboard::inline_markup(&params).map_err(within)?;
    let own = own_content(state, &kind, &params, &cannot_parse)?;
    let (content, sale) = match fields.get("input_message_content") {
        Some(Value::Object(given)) => {
            content::read(state, &Params::of(given.clone())).map_err(within)?
        }
        Some(Value::Null) | None => match (own, params.text("message_text")) {
            // As bots gave it before.
            (None, _) | (_, Some(_)) => content::text(state, &params).map_err(within)?,
            (Some(content), None) => (content, None),
        },
        Some(_) => {
            return Err(cannot_parse(
                "Field \"input_message_content\" must be of type Object",
            ));
        }
    };
    let shown = Value::Object(fields);
    Ok(InlineResult {
        id,
        shown,
        content,
        markup,
        sale,
    })
}

/// Checks what is to be so of all of them together.
pub(super) fn check_ids(results: &[InlineResult]) -> Result<(), Refusal> {
    let mut ids = BTreeSet::new();
    for InlineResult { id, .. } in results {
        if id.is_empty() {
            return Err(Refusal::bad_request("RESULT_ID_EMPTY"));
        }
        if id.len() > 64 {
            return Err(Refusal::bad_request("RESULT_ID_INVALID"));
        }
        if !ids.insert(id) {
            return Err(Refusal::bad_request("RESULT_ID_DUPLICATE"));
        }
    }
    Ok(())
}

/// What a result is by itself; `None` for articles, which are nothing without a content.
fn own_content(
    state: &mut State,
    kind: &str,
    params: &Params,
    cannot_parse: &dyn Fn(&str) -> Refusal,
) -> Result<Option<Content>, Refusal> {
    let (media, url, id) = match kind {
        "article" => return Ok(None),
        "contact" => return send::contact_content(params).map(Some),
        "location" => return send::location_content(params).map(Some),
        "venue" => return send::venue_content(params).map(Some),
        "photo" => (Kind::Photo, "photo_url", "photo_file_id"),
        "gif" => (Kind::Animation, "gif_url", "gif_file_id"),
        "mpeg4_gif" => (Kind::Animation, "mpeg4_url", "mpeg4_file_id"),
        "video" => (Kind::Video, "video_url", "video_file_id"),
        "audio" => (Kind::Audio, "audio_url", "audio_file_id"),
        "voice" => (Kind::Voice, "voice_url", "voice_file_id"),
        "document" => (Kind::Document, "document_url", "document_file_id"),
        "sticker" => (Kind::Sticker, "sticker_url", "sticker_file_id"),
        _ => {
            return Err(cannot_parse(&format!(
                "type \"{kind}\" is unsupported for the inline query result"
            )));
        }
    };
    let by_url = params.text(url);
    let file = by_url
        .or_else(|| params.text(id))
        .map(std::borrow::Cow::into_owned);
    let file = file.ok_or_else(|| cannot_parse(&format!("Can't find field \"{id}\"")))?;
    if file.contains('.') {
        check_type(kind, params)?;
    }
    let details = details(kind, params);
    let parts = files::shown(
        state,
        &Given::Name(file),
        media,
        &details,
        &Params::default(),
    )?;
    if !media.has_caption() {
        return Ok(Some(Content {
            parts,
            ..Content::default()
        }));
    }
    let Formatted { text, entities } = texts::caption(state, params)?;
    Ok(Some(Content {
        caption: text,
        caption_entities: entities,
        show_caption_above_media: params.flag("show_caption_above_media"),
        parts,
        ..Content::default()
    }))
}

/// What is sent by URL must be of a type that Telegram fetches.
fn check_type(kind: &str, params: &Params) -> Result<(), Refusal> {
    let mime_type = params.text("mime_type").unwrap_or_default();
    let is = |known: &str| mime_type.starts_with(known);
    match kind {
        "document" if !is("application/pdf") && !is("application/zip") => {
            Err(Refusal::bad_request("unallowed document MIME type"))
        }
        "video" if !is("video/mp4") && !is("text/html") => {
            Err(Refusal::bad_request("unallowed video MIME type"))
        }
        "sticker" => Err(Refusal::bad_request("wrong sticker_file_id specified")),
        "photo"
            if params
                .text("thumbnail_url")
                .or_else(|| params.text("thumb_url"))
                .is_none() =>
        {
            Err(Refusal::bad_request("PHOTO_THUMB_URL_EMPTY"))
        }
        _ => Ok(()),
    }
}

/// What is said of the file, by the names that a message has for it: `gif_width` is `width`.
fn details(kind: &str, params: &Params) -> Params {
    let prefix = if kind == "mpeg4_gif" { "mpeg4" } else { kind };
    let mut details = Map::new();
    for name in ["width", "height", "duration"] {
        let given = params.integer(&format!("{prefix}_{name}"));
        details.extend(given.map(|number| (name.to_owned(), number.into())));
    }
    for name in ["title", "performer"] {
        details.extend(
            params
                .text(name)
                .map(|text| (name.to_owned(), text.into_owned().into())),
        );
    }
    Params::of(details)
}

fn string<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<&'a str, String> {
    match fields.get(name) {
        None => Err(format!("Can't find field \"{name}\"")),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(format!("Field \"{name}\" must be of type String")),
    }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}
