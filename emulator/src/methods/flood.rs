//! Which calls flood control counts, and as how many messages.

use std::time::Instant;

use crate::{
    protocol::Params,
    world::{
        World,
        traffic::{Congestion, Load},
    },
};

/// What is answered at once, however much there is to do.
const LOCAL: [&str; 7] = [
    "close",
    "deleteWebhook",
    "getMe",
    "getUpdates",
    "getWebhookInfo",
    "logOut",
    "setWebhook",
];

/// The files that come with a call.
pub(crate) fn load(params: &Params) -> Load {
    let sizes = params.uploads().map(|(_, upload)| upload.bytes.len());
    sizes.fold(Load::default(), |load, size| Load {
        files: load.files + 1,
        bytes: load.bytes + size as u64,
    })
}

/// Looks whether there is too much to do already for a call that has begun.
pub(crate) fn check_traffic(world: &World, method: &str, load: Load) -> Result<(), Congestion> {
    if LOCAL.contains(&method) || !world.read(|state| state.settings.flood_control) {
        return Ok(());
    }
    world.change_quietly(|state| state.flood.traffic.check(load, Instant::now()))
}

/// Counts a call if it makes or changes messages; the error is after how many seconds the bot may try again.
pub(crate) fn admit(world: &World, method: &str, params: &Params) -> Result<(), u64> {
    let Some(chat) = params.text("chat_id").filter(|_| is_limited(method)) else {
        return Ok(());
    };
    if !world.read(|state| state.settings.flood_control) {
        return Ok(());
    }
    let several = ["media", "message_ids"]
        .iter()
        .find_map(|name| params.json(name)?.ok()?.as_array().map(Vec::len));
    world.change_quietly(|state| {
        let named = || state.person_named(chat.strip_prefix('@')?);
        let Some(chat_id) = chat.parse().ok().or_else(named) else {
            return Ok(());
        };
        let count = several.unwrap_or(1).max(1);
        state.admit(chat_id, count, params.flag("allow_paid_broadcast"))
    })
}

/// Whether a method makes or changes messages.
fn is_limited(method: &str) -> bool {
    let begins = ["send", "copyMessage", "forwardMessage", "editMessage"];
    method != "sendChatAction" && begins.iter().any(|begin| method.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::is_limited;

    #[test]
    fn only_what_makes_or_changes_messages_is_counted() {
        assert!(is_limited("sendMessage") && is_limited("editMessageText"));
        assert!(!is_limited("sendChatAction") && !is_limited("getMe"));
        assert!(!is_limited("answerCallbackQuery") && !is_limited("deleteMessage"));
    }
}
