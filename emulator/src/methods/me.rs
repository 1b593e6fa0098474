//! getMe, getUserProfilePhotos, logOut, close.

use serde_json::json;

use super::{Outcome, arguments};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::World,
};

pub(super) fn get_me(world: &World) -> Answer {
    let bot = world.read(|state| state.bot.clone());
    Answer::of(&json!({
        "id": bot.id,
        "is_bot": true,
        "first_name": bot.first_name,
        "username": bot.username,
        "can_join_groups": true,
        // People's words in groups reach the bot here, so it must not say otherwise.
        "can_read_all_group_messages": true,
        "supports_inline_queries": true,
        "can_connect_to_business": true,
        "has_main_web_app": false,
        "has_topics_enabled": false,
        "allows_users_to_create_topics": false,
        "can_manage_bots": false,
        "supports_guest_queries": false,
        "supports_join_request_queries": false,
    }))
}

/// The photos that people were given.
pub(super) fn profile_photos(world: &World, params: &Params) -> Outcome {
    let id = arguments::user_id(params)?;
    if id != world.bot.user.id && !world.read(|state| state.people().contains_key(&id)) {
        return Err(Refusal::bad_request("user not found"));
    }
    let number = |name: &str, unless_given: i64| {
        usize::try_from(params.integer(name).unwrap_or(unless_given)).unwrap_or(0)
    };
    let (offset, limit) = (number("offset", 0), number("limit", 100).clamp(1, 100));
    let photos = world.read(|state| state.people().get(&id).map(|human| human.photos.clone()));
    let photos = photos.unwrap_or_default();
    let shown: Vec<_> = photos.iter().skip(offset).take(limit).collect();
    Ok(Answer::of(
        &json!({"total_count": photos.len(), "photos": shown}),
    ))
}

/// There is no other server to go to, nor anything to close: the bot goes on here.
pub(super) fn farewell() -> Answer {
    Answer::of(&true)
}
