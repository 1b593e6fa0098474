//! Arguments that many methods share: the chat, the text, the keyboard.

use serde_json::Value;

use crate::{
    http::{Params, Refusal},
    objects::Entity,
    sent::buttons,
    text::{self, Formatted, utf16_len},
    world::{Place, State},
};

/// Telegram's limit on texts, after parsing, in UTF-16 units.
const MAX_TEXT: usize = 4096;

/// The existing chat that `chat_id` names, by number or by `@username`.
pub(super) fn chat_id(state: &State, params: &Params) -> Result<i64, Refusal> {
    let Some(given) = params.text("chat_id") else {
        return Err(Refusal::bad_request("chat_id is empty"));
    };
    let found = match given.strip_prefix('@') {
        Some(name) => state.people.values().find_map(|human| {
            let username = human.user.username.as_ref()?;
            username.eq_ignore_ascii_case(name).then_some(human.user.id)
        }),
        None => given.trim().parse().ok(),
    };
    found
        .filter(|id| state.chat(*id).is_some())
        .ok_or_else(|| Refusal::bad_request("chat not found"))
}

/// The same, of a chat into which the bot may write.
pub(super) fn writable_chat_id(state: &State, params: &Params) -> Result<i64, Refusal> {
    let id = chat_id(state, params)?;
    match state.place(id) {
        Place::Open => Ok(id),
        Place::Blocked => Err(Refusal::new(403, "Forbidden: bot was blocked by the user")),
        Place::NotStarted => Err(Refusal::new(
            403,
            "Forbidden: bot can't initiate conversation with a user",
        )),
    }
}

/// The `text` of a message, parsed as `parse_mode` or `entities` say, trimmed, and completed with what Telegram finds.
pub(super) fn text(state: &State, params: &Params) -> Result<Formatted, Refusal> {
    let source = params.text("text").unwrap_or_default();
    let cannot_parse = |why: &str| Refusal::bad_request(&format!("can't parse entities: {why}"));
    let mode = params.text("parse_mode").unwrap_or_default();
    let person = |id| state.people.get(&id).map(|human| human.user.clone());
    let formatted = match text::parse(&mode, &source, &person) {
        Some(parsed) => parsed.map_err(|why| cannot_parse(&why))?,
        None if mode.is_empty() || mode.eq_ignore_ascii_case("none") => Formatted {
            entities: entities(params)?,
            text: source.into_owned(),
        },
        None => return Err(Refusal::bad_request("unsupported parse_mode")),
    };
    let Formatted { text, entities } = text::trim(formatted);
    if text.is_empty() {
        return Err(Refusal::bad_request("message text is empty"));
    }
    if utf16_len(&text) > MAX_TEXT {
        return Err(Refusal::bad_request("message is too long"));
    }
    let entities = text::found(&text, &entities);
    Ok(Formatted { text, entities })
}

fn entities(params: &Params) -> Result<Vec<Entity>, Refusal> {
    let Some(given) = params.json("entities") else {
        return Ok(vec![]);
    };
    let mut entities = given
        .and_then(serde_json::from_value::<Vec<Entity>>)
        .map_err(|error| Refusal::bad_request(&format!("can't parse entities: {error}")))?;
    text::sort(&mut entities);
    Ok(entities)
}

/// The `reply_markup` of any kind, checked as far as inline buttons go.
pub(super) fn reply_markup(params: &Params) -> Result<Option<Value>, Refusal> {
    let Some(given) = params.json("reply_markup") else {
        return Ok(None);
    };
    let markup =
        given.map_err(|_| Refusal::bad_request("can't parse reply keyboard markup JSON object"))?;
    if !markup.is_object() {
        return Err(Refusal::bad_request("object expected as reply markup"));
    }
    if let Some(rows) = markup.get("inline_keyboard") {
        if !rows
            .as_array()
            .is_some_and(|rows| rows.iter().all(Value::is_array))
        {
            let text =
                "field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays";
            return Err(Refusal::bad_request(text));
        }
        buttons(Some(&markup)).try_for_each(check_button)?;
        if buttons(Some(&markup)).next().is_none() {
            return Ok(None);
        }
    }
    Ok(Some(markup))
}

fn check_button(button: &Value) -> Result<(), Refusal> {
    let cannot_parse =
        |why: &str| Refusal::bad_request(&format!("can't parse inline keyboard button: {why}"));
    let Some(button) = button.as_object() else {
        return Err(cannot_parse("InlineKeyboardButton must be an Object"));
    };
    match button.get("text") {
        None => return Err(cannot_parse("Can't find field \"text\"")),
        Some(Value::String(text)) if text.is_empty() => {
            return Err(cannot_parse("button text must be non-empty"));
        }
        Some(Value::String(_)) => {}
        Some(_) => return Err(cannot_parse("Field \"text\" must be of type String")),
    }
    match button.get("callback_data") {
        Some(Value::String(data)) if (1..=64).contains(&data.len()) => Ok(()),
        Some(Value::String(_)) => Err(Refusal::bad_request("BUTTON_DATA_INVALID")),
        Some(_) => Err(cannot_parse(
            "Field \"callback_data\" must be of type String",
        )),
        None if button.len() > 1 => Ok(()),
        None => Err(cannot_parse(
            "Text buttons are unallowed in the inline keyboard",
        )),
    }
}
