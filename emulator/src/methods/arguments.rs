//! Arguments that many methods share: the chat, the text, the caption.

use crate::{
    protocol::{
        Params, Refusal,
        objects::Entity,
        text::{self, Formatted, utf16_len},
    },
    world::{Place, State},
};

/// Telegram's limit on texts, after parsing, in UTF-16 units.
const MAX_TEXT: usize = 4096;

/// The bytes of a text of any kind, before parsing.
const MAX_SOURCE: usize = 32 << 10;

/// The same on captions.
const MAX_CAPTION: usize = 1024;

/// The chat that `chat_id` names, one into which the bot may look.
pub(super) fn chat_id(state: &State, params: &Params) -> Result<i64, Refusal> {
    match params.text("chat_id") {
        Some(given) => chat(state, &given),
        None => Err(Refusal::bad_request("chat_id is empty")),
    }
}

/// The chat named so, by number, or a group by `@username`: bots cannot find people by theirs.
pub(super) fn chat(state: &State, given: &str) -> Result<i64, Refusal> {
    let found = match given.strip_prefix('@') {
        Some(name) => state.groups.iter().find_map(|(id, group)| {
            let username = group.username.as_ref()?;
            username.eq_ignore_ascii_case(name).then_some(*id)
        }),
        None => given.trim().parse().ok(),
    };
    let found = found
        .filter(|id| state.chat(*id).is_some())
        .ok_or_else(|| Refusal::bad_request("chat not found"))?;
    match state.place(found) {
        Place::Unknown => Err(Refusal::bad_request("chat not found")),
        Place::Left => Err(Refusal::new(
            403,
            "Forbidden: bot is not a member of the supergroup chat",
        )),
        _ => Ok(found),
    }
}

/// The same, of a chat that is still there, though the bot may be blocked in it: what was said can be edited and deleted.
pub(super) fn present_chat_id(state: &State, params: &Params) -> Result<i64, Refusal> {
    let id = chat_id(state, params)?;
    match state.place(id) {
        Place::Deactivated => Err(Refusal::new(403, "Forbidden: user is deactivated")),
        _ => Ok(id),
    }
}

/// The same, of a chat into which the bot may write.
pub(super) fn writable_chat_id(state: &State, params: &Params) -> Result<i64, Refusal> {
    let id = chat_id(state, params)?;
    match state.place(id) {
        Place::Deactivated => Err(Refusal::new(403, "Forbidden: user is deactivated")),
        Place::Blocked => Err(Refusal::new(403, "Forbidden: bot was blocked by the user")),
        Place::NotStarted => Err(Refusal::new(
            403,
            "Forbidden: bot can't initiate conversation with a user",
        )),
        Place::Open | Place::Unknown | Place::Left => Ok(id),
    }
}

/// The `text` of a message.
pub(super) fn text(state: &State, params: &Params) -> Result<Formatted, Refusal> {
    if params.text("text").is_none() {
        return Err(Refusal::bad_request("message text is empty"));
    }
    let formatted = formatted(state, params, "text", "entities")?;
    if formatted.text.is_empty() {
        return Err(Refusal::bad_request("message text is empty"));
    }
    if utf16_len(&formatted.text) > MAX_TEXT {
        return Err(Refusal::bad_request("message is too long"));
    }
    Ok(formatted)
}

/// The `caption` of a message, which may be empty.
pub(super) fn caption(state: &State, params: &Params) -> Result<Formatted, Refusal> {
    let formatted = formatted(state, params, "caption", "caption_entities")?;
    if utf16_len(&formatted.text) > MAX_CAPTION {
        return Err(Refusal::bad_request("message caption is too long"));
    }
    Ok(formatted)
}

/// A text parsed as `parse_mode` or its entities say, trimmed, and completed with what Telegram finds.
fn formatted(
    state: &State,
    params: &Params,
    field: &str,
    entities_field: &str,
) -> Result<Formatted, Refusal> {
    let source = params.text(field).unwrap_or_default();
    if source.len() > MAX_SOURCE {
        return Err(Refusal::bad_request("text is too long"));
    }
    let cannot_parse = |why: &str| Refusal::bad_request(&format!("can't parse entities: {why}"));
    let mode = params.text("parse_mode").unwrap_or_default();
    let person = |id| state.people.get(&id).map(|human| human.user.clone());
    let formatted = match text::parse(&mode, &source, &person) {
        Some(parsed) => parsed.map_err(|why| cannot_parse(&why))?,
        None if mode.is_empty() || mode.eq_ignore_ascii_case("none") => Formatted {
            entities: entities(params, entities_field)?,
            text: source.into_owned(),
        },
        None => return Err(Refusal::bad_request("unsupported parse_mode")),
    };
    let Formatted { text, entities } = text::trim(formatted);
    let entities = text::found(&text, &entities);
    Ok(Formatted { text, entities })
}

fn entities(params: &Params, field: &str) -> Result<Vec<Entity>, Refusal> {
    let Some(given) = params.json(field) else {
        return Ok(vec![]);
    };
    let mut entities = given
        .and_then(serde_json::from_value::<Vec<Entity>>)
        .map_err(|error| Refusal::bad_request(&format!("can't parse entities: {error}")))?;
    text::sort(&mut entities);
    Ok(entities)
}

/// A parameter that must be there.
pub(super) fn required(params: &Params, name: &str) -> Result<String, Refusal> {
    let given = params.text(name).map(std::borrow::Cow::into_owned);
    given.ok_or_else(|| Refusal::bad_request(&format!("parameter \"{name}\" is required")))
}

/// The messages that `message_ids` names, at most a hundred.
pub(super) fn message_ids(params: &Params) -> Result<Vec<i64>, Refusal> {
    let refuse = |why: &str| Err(Refusal::bad_request(why));
    let ids = match params.json("message_ids") {
        None => return refuse("message identifiers are not specified"),
        Some(Err(_)) => return refuse("can't parse message_ids JSON object"),
        Some(Ok(serde_json::Value::Array(ids))) => ids,
        Some(Ok(_)) => return refuse("expected an Array of message identifiers"),
    };
    match ids.len() {
        0 => return refuse("message identifiers are not specified"),
        1..=100 => {}
        _ => return refuse("too many message identifiers specified"),
    }
    let ids = ids.iter().map(|id| {
        let id = id.as_i64().or_else(|| id.as_str()?.trim().parse().ok());
        match id {
            Some(id) if id > 0 => Ok(id),
            Some(_) => refuse_id("invalid message identifier specified"),
            None => refuse_id("can't parse message identifier as Number"),
        }
    });
    ids.collect()
}

fn refuse_id(why: &str) -> Result<i64, Refusal> {
    Err(Refusal::bad_request(why))
}

/// The user that `user_id` names, known to the bot or not.
pub(super) fn user_id(params: &Params) -> Result<i64, Refusal> {
    let id = required(params, "user_id").ok();
    id.and_then(|id| id.trim().parse::<i64>().ok())
        .filter(|id| *id > 0)
        .ok_or_else(|| Refusal::bad_request("invalid user_id specified"))
}

/// The `language_code`, of two letters or empty.
pub(super) fn language_code(params: &Params) -> Result<String, Refusal> {
    let code = params.text("language_code").unwrap_or_default();
    let fits = code.is_empty() || code.len() == 2 && code.bytes().all(|b| b.is_ascii_lowercase());
    fits.then(|| code.into_owned())
        .ok_or_else(|| Refusal::bad_request("invalid language code specified"))
}
