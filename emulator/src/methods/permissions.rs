//! `ChatPermissions`, as restrictChatMember and setChatPermissions take them: old ones stand for several of today.

use serde_json::{Map, Value};

use crate::protocol::{Params, Refusal};

/// What members may do unless they are restricted.
pub(super) const PERMISSIONS: [&str; 16] = [
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
];

/// Those of sending files.
const MEDIA: [&str; 6] = [
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
];

/// All permissions by name, each given or not. Unless `use_independent_chat_permissions`, some bring others with them.
pub(super) fn read(params: &Params) -> Result<Map<String, Value>, Refusal> {
    let given = match params.json("permissions") {
        Some(Ok(Value::Object(given))) => given,
        Some(Ok(_)) | None => return Err(Refusal::bad_request("object expected as permissions")),
        Some(Err(_)) => return Err(Refusal::bad_request("can't parse permissions JSON object")),
    };
    for name in PERMISSIONS {
        if given
            .get(name)
            .is_some_and(|value| !value.is_boolean() && !value.is_null())
        {
            let text =
                format!("can't parse chat permissions: Field \"{name}\" must be of type Boolean");
            return Err(Refusal::bad_request(&text));
        }
    }
    let has = |name: &str| given.get(name) == Some(&Value::Bool(true));
    let mut all: Map<String, Value> = PERMISSIONS
        .map(|name| (name.to_owned(), has(name).into()))
        .into_iter()
        .collect();
    let mut set = |names: &[&str]| {
        all.extend(
            names
                .iter()
                .map(|name| ((*name).to_owned(), Value::Bool(true))),
        );
    };
    let depends = !params.flag("use_independent_chat_permissions");
    if !MEDIA.iter().any(|name| given.contains_key(*name)) && has("can_send_media_messages") {
        set(&MEDIA);
        if depends {
            set(&["can_send_messages"]);
        }
    }
    if !given.contains_key("can_manage_topics") && has("can_pin_messages") {
        set(&["can_manage_topics"]);
    }
    if depends && (has("can_send_other_messages") || has("can_add_web_page_previews")) {
        set(&MEDIA);
        set(&["can_send_messages"]);
    }
    if depends && has("can_send_polls") {
        set(&["can_send_messages"]);
    }
    Ok(all)
}
