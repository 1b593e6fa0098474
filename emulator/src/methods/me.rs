//! getMe.

use serde_json::json;

use crate::{http::Answer, world::World};

pub(super) fn get_me(world: &World) -> Answer {
    let bot = &world.bot.user;
    Answer::of(&json!({
        "id": bot.id,
        "is_bot": true,
        "first_name": bot.first_name,
        "username": bot.username,
        "can_join_groups": true,
        // People's words in groups reach the bot here, so it must not say otherwise.
        "can_read_all_group_messages": true,
        "supports_inline_queries": false,
        "can_connect_to_business": false,
        "has_main_web_app": false,
        "has_topics_enabled": false,
        "allows_users_to_create_topics": false,
        "can_manage_bots": false,
        "supports_guest_queries": false,
        "supports_join_request_queries": false,
    }))
}
