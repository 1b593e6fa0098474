//! setMessageReaction, and the reactions of others that a bot takes away.

use serde_json::{Value, json};

use super::{Outcome, arguments};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::World,
};

/// The emoji one can react with.
const EMOJI: &str = "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡";

pub(super) fn set(world: &World, params: &Params) -> Outcome {
    let reactions = match params.json("reaction") {
        None => vec![],
        Some(Err(_)) => {
            return Err(Refusal::bad_request(
                "can't parse reaction types JSON object",
            ));
        }
        Some(Ok(Value::Array(reactions))) => reactions,
        Some(Ok(_)) => return Err(Refusal::bad_request("expected an Array of ReactionType")),
    };
    let reactions = reactions
        .iter()
        .map(checked)
        .collect::<Result<Vec<_>, _>>()?;
    world.change(|state| {
        let chat_id = arguments::chat_id(state, params)?;
        let id = params.integer("message_id").unwrap_or(0);
        let not_found = || Refusal::bad_request("message to react not found");
        // Bots have no Premium.
        if state.message(chat_id, id).is_some() && reactions.len() > 1 {
            return Err(Refusal::bad_request("REACTIONS_TOO_MANY"));
        }
        let stored = state.message_mut(chat_id, id).ok_or_else(not_found)?;
        stored.reactions = reactions;
        Ok(Answer::of(&true))
    })
}

/// Takes a member's reaction from a message, or all that they gave in the chat.
pub(super) fn delete(world: &World, params: &Params, all: bool) -> Outcome {
    world.change(|state| {
        let chat_id = arguments::chat_id(state, params)?;
        let user_id = arguments::user_id(params)?;
        if !state.bot_may(chat_id, "can_delete_messages") {
            return Err(Refusal::bad_request(
                "not enough rights to delete reactions",
            ));
        }
        let ids = match all {
            true => state
                .logs()
                .get(&chat_id)
                .map(|log| log.messages.keys().copied().collect())
                .unwrap_or_default(),
            false => vec![params.integer("message_id").unwrap_or(0)],
        };
        for id in ids {
            let stored = state.message_mut(chat_id, id);
            let stored = stored.ok_or_else(|| Refusal::bad_request("message not found"))?;
            stored.reactions_of_people.remove(&user_id);
        }
        Ok(Answer::of(&true))
    })
}

fn checked(reaction: &Value) -> Result<Value, Refusal> {
    let cannot_parse =
        |why: &str| Refusal::bad_request(&format!("can't parse ReactionType: {why}"));
    let field = |name: &str| {
        let value = reaction.get(name).and_then(Value::as_str);
        value.ok_or_else(|| cannot_parse(&format!("Can't find field \"{name}\"")))
    };
    if !reaction.is_object() {
        return Err(cannot_parse("expected an Object"));
    }
    match field("type")? {
        "emoji" => {
            let emoji = field("emoji")?.trim_end_matches('\u{FE0F}');
            if !EMOJI.split(' ').any(|known| known == emoji) {
                return Err(Refusal::bad_request("REACTION_INVALID"));
            }
            Ok(json!({"type": "emoji", "emoji": emoji}))
        }
        "custom_emoji" => {
            Ok(json!({"type": "custom_emoji", "custom_emoji_id": field("custom_emoji_id")?}))
        }
        _ => Err(cannot_parse("invalid reaction type specified")),
    }
}
