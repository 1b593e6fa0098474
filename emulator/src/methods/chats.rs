//! getChat: all that is known of a person or a group.

use serde_json::{Value, json};

use super::{Outcome, arguments, chat_settings::chat_photo};
use crate::{
    protocol::{Answer, Params, Refusal, objects::ChatKind},
    world::{State, World},
};

pub(super) fn get_chat(world: &World, params: &Params) -> Outcome {
    world.read(|state| {
        let id = arguments::chat_id(state, params)?;
        Ok(Answer::of(&full(state, id)?))
    })
}

fn full(state: &State, id: i64) -> Result<Value, Refusal> {
    let chat = state
        .chat(id)
        .ok_or_else(|| Refusal::bad_request("chat not found"))?;
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
    let newest = state.pinned().get(&id).and_then(|pinned| pinned.last());
    let pinned = newest.and_then(|newest| state.message(id, *newest));
    if let Some(pinned) = pinned {
        full["pinned_message"] = json!(pinned.message);
    }
    if let Some(human) = state.people().get(&id) {
        if !human.bio.is_empty() {
            full["bio"] = json!(human.bio);
        }
        if let Some(newest) = human.photos.first() {
            full["photo"] = chat_photo(newest);
        }
    }
    if let Some(group) = state.groups().get(&id) {
        if !group.description.is_empty() {
            full["description"] = json!(group.description);
        }
        if let Some(name) = &group.sticker_set {
            full["sticker_set_name"] = json!(name);
        }
        if let Some(photo) = &group.photo {
            full["photo"] = photo.clone();
        }
    }
    if let Some(linked) = state.groups().get(&id).and_then(|group| group.linked) {
        full["linked_chat_id"] = json!(linked);
    }
    if let Some(parent) = state.parent_chat(id) {
        full["parent_chat"] = json!(parent);
    }
    if matches!(chat.kind, ChatKind::Group | ChatKind::Supergroup) {
        full["permissions"] = json!({
            "can_send_messages": true, "can_send_audios": true, "can_send_documents": true, "can_send_photos": true,
            "can_send_videos": true, "can_send_video_notes": true, "can_send_voice_notes": true, "can_send_polls": true,
            "can_send_other_messages": true, "can_add_web_page_previews": true, "can_change_info": true,
            "can_invite_users": true, "can_pin_messages": true, "can_manage_topics": true,
        });
        if let Some(permissions) = state
            .groups()
            .get(&id)
            .and_then(|group| group.permissions.clone())
        {
            full["permissions"] = json!(permissions);
        }
        full["has_visible_history"] = json!(true);
        full["join_to_send_messages"] = json!(true);
    }
    Ok(full)
}
