//! copyMessage, copyMessages, forwardMessage, forwardMessages.

use serde_json::{Value, json};

use super::{Outcome, arguments, delivery::Delivery, texts};
use crate::{
    protocol::{
        Answer, Params, Refusal,
        objects::{Content, Message},
        text::Formatted,
    },
    world::channels::origin,
    world::{State, World},
};

pub(super) fn copy(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let from = from_chat(state, params)?;
        let caption = match params.text("caption") {
            Some(_) => Some(texts::caption(state, params)?),
            None => None,
        };
        let original = single(state, from, params, "message to copy not found")?;
        let delivery = Delivery::of(state, params)?;
        let mut content = copied(&original)?;
        if let Some(Formatted { text, entities }) = caption.filter(|_| content.has_caption()) {
            (content.caption, content.caption_entities) = (text, entities);
            content.show_caption_above_media = params.flag("show_caption_above_media");
        }
        let message = delivery.post(state, content);
        Ok(Answer::of(&json!({"message_id": message.message_id})))
    })
}

pub(super) fn copy_many(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let (originals, delivery) = several(state, params)?;
        let mut copies = Vec::new();
        for original in originals {
            let Ok(mut content) = copied(&original) else {
                continue;
            };
            if params.flag("remove_caption") {
                (content.caption, content.caption_entities) = (String::new(), vec![]);
            }
            let copy = delivery.post_as(state, content, |draft| {
                draft.media_group_id = original.media_group_id.map(copied_group);
            });
            copies.push(json!({"message_id": copy.message_id}));
        }
        Ok(Answer::of(&copies))
    })
}

pub(super) fn forward(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let from = from_chat(state, params)?;
        let original = single(state, from, params, "message to forward not found")?;
        let delivery = Delivery::of(state, params)?;
        if original.has_protected_content {
            return Err(Refusal::bad_request("message can't be forwarded"));
        }
        Ok(Answer::of(&forwarded(state, &delivery, original)))
    })
}

pub(super) fn forward_many(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let (originals, delivery) = several(state, params)?;
        let originals = originals
            .into_iter()
            .filter(|original| !original.has_protected_content);
        let forward =
            |original| json!({"message_id": forwarded(state, &delivery, original).message_id});
        Ok(Answer::of(&originals.map(forward).collect::<Vec<Value>>()))
    })
}

fn from_chat(state: &State, params: &Params) -> Result<i64, Refusal> {
    arguments::chat(state, &arguments::required(params, "from_chat_id")?)
}

fn single(
    state: &State,
    chat_id: i64,
    params: &Params,
    not_found: &str,
) -> Result<Message, Refusal> {
    let id = params.integer("message_id").unwrap_or(0);
    let stored = state.message(chat_id, id);
    stored
        .map(|stored| stored.message.clone())
        .ok_or_else(|| Refusal::bad_request(not_found))
}

/// The messages to copy or forward: those that are not there are passed over, unless none is.
fn several<'a>(state: &State, params: &'a Params) -> Result<(Vec<Message>, Delivery<'a>), Refusal> {
    let ids = {
        arguments::required(params, "from_chat_id")?;
        arguments::message_ids(params)?
    };
    let delivery = Delivery::of(state, params)?;
    let from = from_chat(state, params)?;
    if !ids.is_sorted_by(|one, next| one < next) {
        let text = "message identifiers must be in a strictly increasing order";
        return Err(Refusal::bad_request(text));
    }
    let found = ids.iter().filter_map(|id| state.message(from, *id));
    let found: Vec<Message> = found.map(|stored| stored.message.clone()).collect();
    if found.is_empty() {
        return Err(Refusal::bad_request("there are no messages to forward"));
    }
    Ok((found, delivery))
}

/// What a copy says: the same, as if the bot said it.
fn copied(original: &Message) -> Result<Content, Refusal> {
    let is_sale = [
        "invoice",
        "paid_media",
        "successful_payment",
        "refunded_payment",
    ]
    .iter()
    .any(|part| original.content.parts.contains_key(*part));
    if original.has_protected_content || is_sale {
        return Err(Refusal::bad_request("message can't be copied"));
    }
    Ok(original.content.clone())
}

fn forwarded(state: &mut State, delivery: &Delivery<'_>, original: Message) -> Message {
    // Who forwards a forwarded message, names who wrote it first.
    let origin = origin(&original);
    delivery.post_as(state, original.content, |draft| {
        draft.forward_origin = Some(origin);
        draft.media_group_id = original.media_group_id.map(copied_group);
    })
}

/// The album of a copy is another than the original's, and the same for all of them.
fn copied_group(original: String) -> String {
    original + "0"
}
