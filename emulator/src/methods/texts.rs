//! Formatted texts in calls: parsed, cleaned, trimmed, completed with what Telegram finds, and measured.

use serde_json::Value;

use crate::{
    protocol::{
        Params, Refusal,
        objects::{Entity, User},
        text::{self, Formatted, utf16_len},
    },
    world::State,
};

/// Telegram's limit on texts, after parsing, in UTF-16 units.
const MAX_TEXT: usize = 4096;

/// The bytes of a text of any kind, before parsing.
const MAX_SOURCE: usize = 32 << 10;

/// The same on captions.
const MAX_CAPTION: usize = 1024;

/// The kinds that a bot may give.
const GIVEN: [&str; 13] = [
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "blockquote",
    "expandable_blockquote",
    "code",
    "pre",
    "text_link",
    "text_mention",
    "custom_emoji",
    "date_time",
];

/// The parameters that hold a text: itself, how it is to be parsed, and its entities otherwise.
pub(super) struct Fields<'a> {
    pub(super) text: &'a str,
    pub(super) mode: &'a str,
    pub(super) entities: &'a str,
}

/// The `text` of a message.
pub(super) fn text(state: &State, params: &Params) -> Result<Formatted, Refusal> {
    if params.text("text").is_none() {
        return Err(Refusal::bad_request("message text is empty"));
    }
    let fields = Fields {
        text: "text",
        mode: "parse_mode",
        entities: "entities",
    };
    let formatted = formatted(state, params, &fields)?;
    if formatted.text.is_empty() {
        return Err(Refusal::bad_request("text must be non-empty"));
    }
    if utf16_len(&formatted.text) > MAX_TEXT {
        return Err(Refusal::bad_request("message is too long"));
    }
    Ok(formatted)
}

/// The `caption` of a message, which may be empty.
pub(super) fn caption(state: &State, params: &Params) -> Result<Formatted, Refusal> {
    let fields = Fields {
        text: "caption",
        mode: "parse_mode",
        entities: "caption_entities",
    };
    let formatted = formatted(state, params, &fields)?;
    if utf16_len(&formatted.text) > MAX_CAPTION {
        return Err(Refusal::bad_request("message caption is too long"));
    }
    Ok(formatted)
}

/// A text of any kind; empty when there is nothing to see in it.
pub(super) fn formatted(
    state: &State,
    params: &Params,
    fields: &Fields<'_>,
) -> Result<Formatted, Refusal> {
    let source = params.text(fields.text).unwrap_or_default();
    if source.len() > MAX_SOURCE {
        return Err(Refusal::bad_request("text is too long"));
    }
    let cannot_parse = |why: &str| Refusal::bad_request(&format!("can't parse entities: {why}"));
    let mode = params.text(fields.mode).unwrap_or_default();
    let person = |id| state.people().get(&id).map(|human| human.user.clone());
    let formatted = match text::parse(&mode, &source, &person) {
        Some(parsed) => parsed.map_err(|why| cannot_parse(&why))?,
        None if mode.is_empty() || mode.eq_ignore_ascii_case("none") => Formatted {
            entities: entities(params, fields.entities, &person)?,
            text: source.into_owned(),
        },
        None => return Err(Refusal::bad_request("unsupported parse_mode")),
    };
    let cleaned = text::clean(formatted);
    if text::is_blank(&cleaned.text) {
        return Ok(Formatted::default());
    }
    let Formatted { text, entities } = text::trim(cleaned);
    let entities = text::found(&text, &entities);
    Ok(Formatted { text, entities })
}

fn entities(
    params: &Params,
    field: &str,
    person: &dyn Fn(i64) -> Option<User>,
) -> Result<Vec<Entity>, Refusal> {
    let given = match params.json(field) {
        None => return Ok(vec![]),
        Some(Ok(Value::Array(given))) => given,
        Some(Ok(_)) => return Err(Refusal::bad_request("expected an Array of MessageEntity")),
        Some(Err(_)) => {
            return Err(Refusal::bad_request("can't parse entities JSON object"));
        }
    };
    let mut entities = vec![];
    for value in &given {
        let read = entity(value, person)
            .map_err(|why| Refusal::bad_request(&format!("can't parse MessageEntity: {why}")))?;
        entities.extend(read);
    }
    text::sort(&mut entities);
    Ok(entities)
}

/// One entity; `None` for one that Telegram finds itself, or that leads nowhere. The error is Telegram's.
fn entity(value: &Value, person: &dyn Fn(i64) -> Option<User>) -> Result<Option<Entity>, String> {
    if !value.is_object() {
        return Err("expected an Object".to_owned());
    }
    let number = |name: &str| match value.get(name) {
        None => Err(format!("Can't find field \"{name}\"")),
        Some(given) => given
            .as_i64()
            .or_else(|| given.as_str()?.trim().parse().ok())
            .ok_or_else(|| format!("Field \"{name}\" must be of type Number")),
    };
    let string = |name: &str| match value.get(name) {
        None => Err(format!("Can't find field \"{name}\"")),
        Some(Value::String(given)) => Ok(given.clone()),
        Some(_) => Err(format!("Field \"{name}\" must be of type String")),
    };
    let (offset, length) = (number("offset")?, number("length")?);
    let kind = string("type")?;
    if text::is_found(&kind) {
        return Ok(None);
    }
    if !GIVEN.contains(&kind.as_str()) {
        return Err("Unsupported type specified".to_owned());
    }
    let (Ok(offset), Ok(length)) = (usize::try_from(offset), usize::try_from(length)) else {
        return Ok(None);
    };
    let mut entity = Entity::new(&kind, offset, length);
    match kind.as_str() {
        "pre" => entity.language = string("language").ok().filter(|given| !given.is_empty()),
        "text_link" => match text::link(&string("url")?) {
            Some(url) => entity.url = Some(url),
            None => return Ok(None),
        },
        "text_mention" => {
            let user = value.get("user").ok_or("Can't find field \"user\"")?;
            let id = user.get("id").and_then(Value::as_i64);
            match person(id.ok_or("Can't find field \"id\"")?) {
                Some(user) => entity.user = Some(user),
                None => return Ok(None),
            }
        }
        "custom_emoji" => entity.custom_emoji_id = Some(string("custom_emoji_id")?),
        "date_time" => {
            entity.unix_time = Some(number("unix_time")?);
            entity.date_time_format = string("date_time_format").ok();
        }
        _ => {}
    }
    Ok(Some(entity).filter(|entity| entity.length > 0))
}
