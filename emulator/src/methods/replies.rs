//! What a message answers: another message, and perhaps a quote of it.

use serde_json::{Value, json};

use super::{
    arguments, parameters,
    texts::{self, Fields},
};
use crate::{
    protocol::{
        Params, Refusal,
        text::{Formatted, utf16_len},
    },
    world::State,
};

/// The message that is answered and what of it.
#[derive(Default)]
pub(super) struct ReplyTo {
    pub(super) message_id: Option<i64>,
    pub(super) quote: Option<Value>,
    /// One that only one member of the chat sees.
    pub(super) ephemeral_id: Option<i64>,
}

/// The message to answer, by the new parameter or the old one; it must exist, unless the bot does not mind.
pub(super) fn reply_to(state: &State, chat_id: i64, params: &Params) -> Result<ReplyTo, Refusal> {
    let reply = match params.json("reply_parameters") {
        None => {
            let (id, lenient) = ("reply_to_message_id", "allow_sending_without_reply");
            let id = found(state, chat_id, params.integer(id), params.flag(lenient))?;
            return Ok(ReplyTo {
                message_id: id,
                ..ReplyTo::default()
            });
        }
        Some(Ok(Value::Object(reply))) => Params::of(reply),
        Some(Ok(_)) => {
            return Err(Refusal::bad_request("object expected as reply parameters"));
        }
        Some(Err(_)) => {
            return Err(Refusal::bad_request(
                "can't parse reply parameters JSON object",
            ));
        }
    };
    parameters::check_reply(&reply)?;
    let place = match reply.text("chat_id") {
        Some(given) => arguments::chat(state, &given)?,
        None => chat_id,
    };
    let lenient = reply.flag("allow_sending_without_reply");
    let message_id = found(state, place, reply.integer("message_id"), lenient)?;
    let quote = match message_id {
        Some(id) => quote(state, place, id, &reply)?,
        None => None,
    };
    // An answer to a message of another chat is sent, but does not show it.
    let message_id = message_id.filter(|_| place == chat_id);
    let ephemeral_id = reply.integer("ephemeral_message_id").filter(|id| *id > 0);
    Ok(ReplyTo {
        message_id,
        quote,
        ephemeral_id,
    })
}

fn found(
    state: &State,
    place: i64,
    id: Option<i64>,
    lenient: bool,
) -> Result<Option<i64>, Refusal> {
    match id.filter(|id| *id > 0) {
        Some(id) if state.message(place, id).is_some() => Ok(Some(id)),
        Some(_) if !lenient => Err(Refusal::bad_request("message to be replied not found")),
        _ => Ok(None),
    }
}

/// A `TextQuote`: the place in the message nearest to where the bot says that it is.
fn quote(state: &State, place: i64, id: i64, reply: &Params) -> Result<Option<Value>, Refusal> {
    let fields = Fields {
        text: "quote",
        mode: "quote_parse_mode",
        entities: "quote_entities",
    };
    let Formatted { text, mut entities } = texts::formatted(state, reply, &fields)?;
    let Some(stored) = state.message(place, id).filter(|_| !text.is_empty()) else {
        return Ok(None);
    };
    let content = &stored.message.content;
    let whole = match content.text.as_str() {
        "" => &content.caption,
        text => text,
    };
    let wanted = reply.integer("quote_position").unwrap_or(0);
    let wanted = usize::try_from(wanted).unwrap_or(0);
    let positions = whole
        .char_indices()
        .filter(|(at, _)| whole[*at..].starts_with(&text))
        .map(|(at, _)| utf16_len(&whole[..at]));
    let position = positions
        .min_by_key(|position| position.abs_diff(wanted))
        .ok_or_else(|| Refusal::bad_request("QUOTE_TEXT_INVALID"))?;
    let kept = [
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "custom_emoji",
        "date_time",
    ];
    entities.retain(|entity| kept.contains(&entity.kind.as_str()));
    let mut quote = json!({"text": text, "position": position, "is_manual": true});
    if !entities.is_empty() {
        quote["entities"] = json!(entities);
    }
    Ok(Some(quote))
}
