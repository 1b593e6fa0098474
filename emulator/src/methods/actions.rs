//! sendChatAction: remembered until the bot's next message there, for those who look.

use super::{Outcome, arguments};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{Action, World},
};

const ACTIONS: [&str; 11] = [
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
];

/// The old names that still work.
const OLD_ACTIONS: [&str; 4] = ["record_audio", "upload_audio", "pick_up_location", "cancel"];

pub(super) fn send(world: &World, params: &Params) -> Outcome {
    let action = params
        .text("action")
        .unwrap_or_default()
        .to_ascii_lowercase();
    if !ACTIONS
        .iter()
        .chain(&OLD_ACTIONS)
        .any(|known| *known == action)
    {
        return Err(Refusal::bad_request("wrong parameter action in request"));
    }
    world.change(|state| {
        let chat_id = arguments::writable_chat_id(state, params)?;
        let date = state.now();
        let action = (action != "cancel").then_some(Action { action, date });
        state.set_action(chat_id, action);
        Ok(Answer::of(&true))
    })
}
