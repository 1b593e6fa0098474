//! getChat, sendChatAction, and getFile as far as there are no files.

use serde_json::json;

use super::{Outcome, arguments};
use crate::{
    http::{Answer, Params, Refusal},
    objects::ChatKind,
    world::World,
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
const OLD_ACTIONS: [&str; 3] = ["record_audio", "upload_audio", "cancel"];

pub(super) fn get_chat(world: &World, params: &Params) -> Outcome {
    let chat = world.read(|state| {
        let id = arguments::chat_id(state, params)?;
        state
            .chat(id)
            .ok_or_else(|| Refusal::bad_request("chat not found"))
    })?;
    let mut full = serde_json::to_value(&chat).expect("a chat is plain data");
    full["accent_color_id"] = json!(chat.id.unsigned_abs() % 7);
    full["max_reaction_count"] = json!(11);
    full["accepted_gift_types"] = json!({
        "unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false, "premium_subscription": false,
        "gifts_from_channels": false,
    });
    if let Some(username) = &chat.username {
        full["active_usernames"] = json!([username]);
    }
    if chat.kind == ChatKind::Supergroup {
        full["permissions"] = json!({
            "can_send_messages": true, "can_send_audios": true, "can_send_documents": true, "can_send_photos": true,
            "can_send_videos": true, "can_send_video_notes": true, "can_send_voice_notes": true, "can_send_polls": true,
            "can_send_other_messages": true, "can_add_web_page_previews": true, "can_change_info": true,
            "can_invite_users": true, "can_pin_messages": true, "can_manage_topics": true,
        });
        full["has_visible_history"] = json!(true);
    }
    Ok(Answer::of(&full))
}

pub(super) fn send_action(world: &World, params: &Params) -> Outcome {
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
    world.read(|state| arguments::writable_chat_id(state, params))?;
    Ok(Answer::of(&true))
}

/// There are no files here yet, so every id is a wrong one.
pub(super) fn get_file(params: &Params) -> Outcome {
    match params.text("file_id") {
        None => Err(Refusal::bad_request("file_id not specified")),
        Some(_) => Err(Refusal::bad_request("invalid file_id")),
    }
}
