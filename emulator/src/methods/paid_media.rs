//! sendPaidMedia: photos and videos that are seen once they are paid for.

use serde_json::{Value, json};

use super::{
    Outcome,
    delivery::Delivery,
    files::{self, Given},
    media, texts,
};
use crate::{
    protocol::{Answer, Params, Refusal, media::Kind, objects::Content, text::Formatted},
    world::{Sale, State, World},
};

/// The most that one message costs, in Stars.
const MAX_STARS: i64 = 25_000;

pub(super) fn send(world: &World, params: &Params) -> Outcome {
    let stars = params.integer("star_count").unwrap_or(0);
    if !(1..=MAX_STARS).contains(&stars) {
        return Err(Refusal::bad_request("STARS_AMOUNT_INVALID"));
    }
    let payload = params.text("payload").unwrap_or_default().into_owned();
    if payload.len() > 128 {
        return Err(Refusal::bad_request("PAYLOAD_INVALID"));
    }
    let items = items(params)?;
    world.change(|state| {
        let Formatted { text, entities } = texts::caption(state, params)?;
        let delivery = Delivery::of(state, params)?;
        let media = items.iter().map(|item| shown(state, item, params));
        let media: Vec<Value> = media.collect::<Result<_, _>>()?;
        let content = Content {
            caption: text,
            caption_entities: entities,
            show_caption_above_media: params.flag("show_caption_above_media"),
            ..Content::of_part(
                "paid_media",
                json!({"star_count": stars, "paid_media": media}),
            )
        };
        let sale = Box::new(Sale::Media { stars, payload });
        let message = delivery.post_as(state, content, |draft| draft.sale = Some(sale));
        Ok(Answer::of(&message))
    })
}

struct Item<'a> {
    kind: Kind,
    file: Given<'a>,
    fields: Params,
}

fn items(params: &Params) -> Result<Vec<Item<'_>>, Refusal> {
    let given = match params.json("media") {
        None => return Err(Refusal::bad_request("parameter \"media\" is required")),
        Some(Err(_)) => return Err(Refusal::bad_request("can't parse paid media JSON object")),
        Some(Ok(Value::Array(items))) => items,
        Some(Ok(_)) => return Err(Refusal::bad_request("expected an Array of InputPaidMedia")),
    };
    if given.is_empty() {
        return Err(Refusal::bad_request("there are no media to send"));
    }
    if given.len() > 10 {
        return Err(Refusal::bad_request("too many media specified"));
    }
    given.into_iter().map(|item| read(params, item)).collect()
}

fn read(params: &Params, item: Value) -> Result<Item<'_>, Refusal> {
    let kinds = [Kind::Photo, Kind::Video];
    let (kind, file, fields) = media::input(params, item, "InputPaidMedia", &kinds)?;
    Ok(Item { kind, file, fields })
}

fn shown(state: &mut State, item: &Item<'_>, params: &Params) -> Result<Value, Refusal> {
    let name = item.kind.field();
    let parts = files::shown(state, &item.file, item.kind, &item.fields, params)?;
    Ok(json!({"type": name, name: parts[name]}))
}
