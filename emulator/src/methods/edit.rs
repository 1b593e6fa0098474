//! editMessageText, editMessageCaption, editMessageMedia, editMessageReplyMarkup.

use serde_json::Value;

use super::{Outcome, arguments, keyboard, media::Item, send, texts};
use crate::{
    protocol::{
        Answer, Params, Refusal,
        objects::{Content, Message},
        text::Formatted,
    },
    world::{State, World},
};

pub(super) const NOT_MODIFIED: &str = "message is not modified: specified new message content and reply markup are exactly the same as a \
                            current content and reply markup of the message";

pub(super) fn text(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let content = send::text(state, params)?;
        let (old, markup) = editable(state, params)?;
        if !old.content.is_text() {
            return Err(Refusal::bad_request(
                "there is no text in the message to edit",
            ));
        }
        edit(state, params, &old, content, markup)
    })
}

pub(super) fn caption(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let Formatted { text, entities } = texts::caption(state, params)?;
        let (old, markup) = editable(state, params)?;
        if !old.content.has_caption() {
            let text = "there is no caption in the message to edit";
            return Err(Refusal::bad_request(text));
        }
        let content = Content {
            caption: text,
            caption_entities: entities,
            show_caption_above_media: params.flag("show_caption_above_media"),
            ..old.content.clone()
        };
        edit(state, params, &old, content, markup)
    })
}

pub(super) fn media(world: &World, params: &Params) -> Outcome {
    let item = item(params)?;
    world.change(|state| {
        let item = Item::read(state, params, item)?;
        let (old, markup) = editable(state, params)?;
        // A text can become a photo, but a sticker or a place cannot.
        if !old.content.is_text() && !old.content.has_caption() {
            let text = "there is no media in the message to edit";
            return Err(Refusal::bad_request(text));
        }
        let content = item.content(state, params)?;
        edit(state, params, &old, content, markup)
    })
}

/// The `InputMedia` of a call.
pub(super) fn item(params: &Params) -> Result<Value, Refusal> {
    match params.json("media") {
        None => Err(Refusal::bad_request("parameter \"media\" is required")),
        Some(Err(_)) => Err(Refusal::bad_request("can't parse input media JSON object")),
        Some(Ok(item)) => Ok(item),
    }
}

pub(super) fn reply_markup(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let (old, markup) = editable(state, params)?;
        edit(state, params, &old, old.content.clone(), markup)
    })
}

/// The bot's own message that a call wants to edit, and its new keyboard: without one in the call, it loses the one it has.
pub(super) fn editable(
    state: &State,
    params: &Params,
) -> Result<(Message, Option<Value>), Refusal> {
    let markup = keyboard::inline_markup(params)?;
    let id = params.integer("message_id").unwrap_or(0);
    if is_inline(params) {
        let refuse = |text: &str| Refusal::bad_request(text);
        let given = params.text("inline_message_id");
        let given = given.ok_or_else(|| refuse("message identifier is not specified"))?;
        let place = state.inline_message(&given);
        let stored = place.and_then(|(chat_id, id)| state.message(chat_id, id));
        let stored = stored.ok_or_else(|| refuse("MESSAGE_ID_INVALID"))?;
        return Ok((stored.message.clone(), markup));
    }
    let chat_id = arguments::present_chat_id(state, params)?;
    let stored = state
        .message(chat_id, id)
        .ok_or_else(|| Refusal::bad_request("message to edit not found"))?;
    let may = state.is_channel(chat_id) && state.bot_may(chat_id, "can_edit_messages");
    if !(state.is_mine(stored) || may) || stored.message.forward_origin().is_some() {
        return Err(Refusal::bad_request("message can't be edited"));
    }
    Ok((stored.message.clone(), markup))
}

/// Changes a message, unless nothing would be another.
pub(super) fn edit(
    state: &mut State,
    params: &Params,
    old: &Message,
    content: Content,
    markup: Option<Value>,
) -> Outcome {
    if old.content == content && old.reply_markup == markup {
        return Err(Refusal::bad_request(NOT_MODIFIED));
    }
    let (chat_id, id) = (old.chat.id, old.message_id);
    let edited = state.edit(chat_id, id, &params.to_value(), content, markup);
    Ok(match is_inline(params) {
        true => Answer::of(&true),
        false => Answer::of(&edited),
    })
}

/// Whether a call names its message as inline results are named.
fn is_inline(params: &Params) -> bool {
    params.text("chat_id").is_none() && params.integer("message_id").unwrap_or(0) == 0
}
