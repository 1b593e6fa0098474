//! An `InputMessageContent`: what is sent in the place of a result.

use crate::{
    methods::{
        payments, send,
        texts::{self, Fields},
    },
    protocol::{Params, Refusal, objects::Content, text::utf16_len},
    world::{Sale, State},
};

/// What a message says, and sells.
type Read = (Content, Option<Box<Sale>>);

const MAX_TEXT: usize = 4096;

pub(super) fn read(state: &State, given: &Params) -> Result<Read, Refusal> {
    let has = |name: &str| given.text(name).is_some();
    if has("message_text") {
        return text(state, given);
    }
    if has("latitude") && has("longitude") {
        return match has("title") && has("address") {
            true => Ok((send::venue_content(given)?, None)),
            false => Ok((send::location_content(given)?, None)),
        };
    }
    if has("phone_number") {
        return Ok((send::contact_content(given)?, None));
    }
    if has("payload") {
        let invoice = payments::invoice(given)?;
        let content = Content::of_part("invoice", invoice.shown());
        return Ok((content, Some(Box::new(Sale::Invoice(Box::new(invoice))))));
    }
    Err(Refusal::bad_request(
        "input message content is not specified",
    ))
}

/// A text, by the names that results have for its parts.
pub(super) fn text(state: &State, given: &Params) -> Result<Read, Refusal> {
    if given.text("message_text").is_none() {
        return Err(Refusal::bad_request("can't find field \"message_text\""));
    }
    let fields = Fields {
        text: "message_text",
        mode: "parse_mode",
        entities: "entities",
    };
    let formatted = texts::formatted(state, given, &fields)?;
    if formatted.text.is_empty() {
        return Err(Refusal::bad_request("text must be non-empty"));
    }
    if utf16_len(&formatted.text) > MAX_TEXT {
        return Err(Refusal::bad_request("MESSAGE_TOO_LONG"));
    }
    let content = Content {
        link_preview_options: send::link_preview_options(given)?,
        ..Content::of_text(formatted.text, formatted.entities)
    };
    Ok((content, None))
}
