//! sendMessage, sendLocation, sendVenue, sendContact, sendDice.

use serde_json::{Value, json};

use super::{Outcome, arguments, delivery, texts};
use crate::{
    protocol::{Params, Refusal, objects::Content, text::Formatted},
    world::{State, World},
};

pub(super) fn message(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        // In Telegram's order: what is said is looked at before to whom.
        let content = text(state, params)?;
        delivery::send(state, params, content)
    })
}

/// The text of a message with all that belongs to it.
pub(super) fn text(state: &State, params: &Params) -> Result<Content, Refusal> {
    let link_preview_options = link_preview_options(params)?;
    let Formatted { text, entities } = texts::text(state, params)?;
    Ok(Content {
        link_preview_options,
        ..Content::of_text(text, entities)
    })
}

/// How links of a text are shown, by the new parameter or the old one.
pub(super) fn link_preview_options(params: &Params) -> Result<Option<Value>, Refusal> {
    match params.json("link_preview_options") {
        None => Ok(params
            .flag("disable_web_page_preview")
            .then(|| json!({"is_disabled": true}))),
        Some(Ok(Value::Object(options))) => {
            Ok((!options.is_empty()).then_some(Value::Object(options)))
        }
        Some(Ok(_)) => Err(Refusal::bad_request(
            "object expected as link preview options",
        )),
        Some(Err(_)) => Err(Refusal::bad_request(
            "can't parse link preview options JSON object",
        )),
    }
}

pub(super) fn location(world: &World, params: &Params) -> Outcome {
    let content = location_content(params)?;
    world.change(|state| delivery::send(state, params, content))
}

/// A place, as a call or an inline result gives it.
pub(super) fn location_content(params: &Params) -> Result<Content, Refusal> {
    let mut location = place(params)?;
    for field in ["live_period", "heading", "proximity_alert_radius"] {
        if let Some(number) = params.integer(field).filter(|number| *number > 0) {
            location[field] = json!(number);
        }
    }
    Ok(Content::of_part("location", location))
}

pub(super) fn venue(world: &World, params: &Params) -> Outcome {
    let content = venue_content(params)?;
    world.change(|state| delivery::send(state, params, content))
}

/// A venue, as a call or an inline result gives it.
pub(super) fn venue_content(params: &Params) -> Result<Content, Refusal> {
    let location = place(params)?;
    let mut venue = json!({
        "location": location, "title": params.text("title").unwrap_or_default(),
        "address": params.text("address").unwrap_or_default(),
    });
    for field in [
        "foursquare_id",
        "foursquare_type",
        "google_place_id",
        "google_place_type",
    ] {
        if let Some(text) = params.text(field) {
            venue[field] = json!(text);
        }
    }
    let mut content = Content::of_part("venue", venue);
    content.parts.insert("location".to_owned(), location);
    Ok(content)
}

fn place(params: &Params) -> Result<Value, Refusal> {
    let number = |name: &str, most: f64| {
        let given = params
            .text(name)
            .ok_or_else(|| Refusal::bad_request(&format!("{name} is empty")))?;
        // As on the real server, what is no number is 0.
        let number = given.trim().parse::<f64>().unwrap_or(0.0);
        (number.abs() <= most)
            .then_some(number)
            .ok_or_else(|| Refusal::bad_request("wrong location specified"))
    };
    let mut place =
        json!({"latitude": number("latitude", 90.0)?, "longitude": number("longitude", 180.0)?});
    if let Some(accuracy) = params.text("horizontal_accuracy") {
        place["horizontal_accuracy"] = json!(accuracy.trim().parse::<f64>().unwrap_or(0.0));
    }
    Ok(place)
}

pub(super) fn contact(world: &World, params: &Params) -> Outcome {
    let content = contact_content(params)?;
    world.change(|state| delivery::send(state, params, content))
}

/// A contact, as a call or an inline result gives it.
pub(super) fn contact_content(params: &Params) -> Result<Content, Refusal> {
    let mut contact = json!({
        "phone_number": arguments::required(params, "phone_number")?,
        "first_name": arguments::required(params, "first_name")?,
    });
    for field in ["last_name", "vcard"] {
        if let Some(text) = params.text(field) {
            contact[field] = json!(text);
        }
    }
    Ok(Content::of_part("contact", contact))
}

pub(super) fn dice(world: &World, params: &Params) -> Outcome {
    let emoji = params.text("emoji").unwrap_or("🎲".into());
    let sides = match &*emoji {
        "🎲" | "🎯" | "🎳" => 6,
        "🏀" | "⚽" | "⚽️" => 5,
        "🎰" => 64,
        _ => return Err(Refusal::bad_request("EMOTICON_INVALID")),
    };
    let dice = json!({"emoji": emoji, "value": fastrand::u8(1..=sides)});
    let content = Content::of_part("dice", dice);
    world.change(|state| delivery::send(state, params, content))
}
