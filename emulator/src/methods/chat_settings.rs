//! What the bot, as an administrator, sets of a chat: its title, description, photo and what its members may do.

use serde_json::{Map, Value, json};

use super::{
    Outcome, arguments,
    files::{self, Given},
    permissions,
};
use crate::{
    protocol::{Answer, Params, Refusal, media::Kind},
    world::{State, World},
};

const MAX_TITLE: usize = 128;
const MAX_DESCRIPTION: usize = 255;

pub(super) fn title(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let chat_id = governed(
            state,
            params,
            "can_change_info",
            "not enough rights to change chat title",
        )?;
        let title = params.text("title").unwrap_or_default();
        let title: String = title.trim().chars().take(MAX_TITLE).collect();
        if title.is_empty() {
            return Err(Refusal::bad_request("title must be non-empty"));
        }
        let group = state.group_mut(chat_id);
        if group.title != title {
            group.title.clone_from(&title);
            state.mirror_direct(chat_id);
            let bot = state.bot.clone();
            state.note(chat_id, bot, "new_chat_title", json!(title));
        }
        Ok(Answer::of(&true))
    })
}

pub(super) fn description(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let text = "not enough rights to set chat description";
        let chat_id = governed(state, params, "can_change_info", text)?;
        let description = params.text("description").unwrap_or_default();
        let description: String = description.trim().chars().take(MAX_DESCRIPTION).collect();
        if state
            .groups()
            .get(&chat_id)
            .is_some_and(|group| group.description == description)
        {
            return Err(Refusal::bad_request("chat description is not modified"));
        }
        state.group_mut(chat_id).description = description;
        Ok(Answer::of(&true))
    })
}

pub(super) fn photo(world: &World, params: &Params) -> Outcome {
    let photo = match files::given(params, "photo") {
        None => return Err(Refusal::bad_request("there is no photo in the request")),
        Some(Given::Name(_)) => {
            return Err(Refusal::bad_request(
                "photo must be uploaded as an InputFile",
            ));
        }
        Some(upload) => upload,
    };
    world.change(|state| {
        let chat_id = governed(
            state,
            params,
            "can_change_info",
            "not enough rights to change chat photo",
        )?;
        let shown = files::shown(
            state,
            &photo,
            Kind::Photo,
            &Params::default(),
            &Params::default(),
        )?;
        let sizes = shown["photo"].clone();
        state.group_mut(chat_id).photo = Some(chat_photo(&sizes));
        let bot = state.bot.clone();
        state.note(chat_id, bot, "new_chat_photo", sizes);
        Ok(Answer::of(&true))
    })
}

/// A `ChatPhoto` of a photo's sizes.
pub(super) fn chat_photo(sizes: &Value) -> Value {
    let sizes = sizes.as_array().map(Vec::as_slice).unwrap_or_default();
    let field = |size: Option<&Value>, name: &str| size.map(|size| size[name].clone());
    json!({
        "small_file_id": field(sizes.first(), "file_id"),
        "small_file_unique_id": field(sizes.first(), "file_unique_id"),
        "big_file_id": field(sizes.last(), "file_id"),
        "big_file_unique_id": field(sizes.last(), "file_unique_id"),
    })
}

pub(super) fn delete_photo(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let chat_id = governed(
            state,
            params,
            "can_change_info",
            "not enough rights to change chat photo",
        )?;
        if state.group_mut(chat_id).photo.take().is_none() {
            return Err(Refusal::bad_request("CHAT_NOT_MODIFIED"));
        }
        let bot = state.bot.clone();
        state.note(chat_id, bot, "delete_chat_photo", json!(true));
        Ok(Answer::of(&true))
    })
}

pub(super) fn set_permissions(world: &World, params: &Params) -> Outcome {
    let permissions = permissions::read(params)?;
    world.change(|state| {
        let text = "not enough rights to change chat permissions";
        let chat_id = governed(state, params, "can_restrict_members", text)?;
        if state.is_channel(chat_id) {
            return Err(Refusal::bad_request(
                "can't change channel chat permissions",
            ));
        }
        let group = state.group_mut(chat_id);
        if group.permissions.as_ref() == Some(&permissions) {
            return Err(Refusal::bad_request("CHAT_NOT_MODIFIED"));
        }
        group.permissions = Some(permissions);
        Ok(Answer::of(&true))
    })
}

/// A word beside a member's name, and who may have it.
struct Word {
    /// The parameter, and the field of the `ChatMember`.
    field: &'static str,
    /// What the bot needs to give it.
    right: &'static str,
    too_long: &'static str,
    check: fn(&Value) -> Result<(), &'static str>,
}

/// The longest of them, in letters.
const MAX_WORD: usize = 16;

/// What an administrator is called.
pub(super) fn custom_title(world: &World, params: &Params) -> Outcome {
    let title = Word {
        field: "custom_title",
        right: "can_promote_members",
        too_long: "ADMIN_RANK_INVALID",
        check: |member| match member["status"].as_str() {
            Some("creator") => Err("only creator can edit their custom title"),
            Some("administrator") => Ok(()),
            _ => Err("user is not an administrator"),
        },
    };
    title.set(world, params)
}

/// What a member is called.
pub(super) fn tag(world: &World, params: &Params) -> Outcome {
    let tag = Word {
        field: "tag",
        right: "can_manage_tags",
        too_long: "TAG_INVALID",
        check: |member| match member["status"].as_str() {
            Some("member" | "restricted") => Ok(()),
            _ => Err("USER_NOT_PARTICIPANT"),
        },
    };
    tag.set(world, params)
}

impl Word {
    /// Gives it to a member, or takes it away when it is empty.
    fn set(&self, world: &World, params: &Params) -> Outcome {
        let value = params.text(self.field).unwrap_or_default();
        if value.chars().count() > MAX_WORD {
            return Err(Refusal::bad_request(self.too_long));
        }
        world.change(|state| {
            let text = "not enough rights to change custom title of the user";
            let chat_id = governed(state, params, self.right, text)?;
            let user_id = arguments::user_id(params)?;
            let member = state.member(chat_id, user_id);
            let member = member.ok_or_else(|| Refusal::bad_request("PARTICIPANT_ID_INVALID"))?;
            (self.check)(&member).map_err(Refusal::bad_request)?;
            let mut fields: Map<String, Value> = member.as_object().cloned().unwrap_or_default();
            fields.retain(|name, _| name != "user" && name != "is_member" && name != self.field);
            if !value.is_empty() {
                fields.insert(self.field.to_owned(), json!(value));
            }
            state.group_mut(chat_id).standings.insert(user_id, fields);
            Ok(Answer::of(&true))
        })
    }
}

/// A group or channel in which the bot has a right.
pub(super) fn governed(
    state: &State,
    params: &Params,
    right: &str,
    refused: &str,
) -> Result<i64, Refusal> {
    let chat_id = arguments::chat_id(state, params)?;
    if !state.groups().contains_key(&chat_id) {
        return Err(Refusal::bad_request(
            "method is available for supergroup and channel chats only",
        ));
    }
    match state.bot_may(chat_id, right) {
        true => Ok(chat_id),
        false => Err(Refusal::bad_request(refused)),
    }
}
