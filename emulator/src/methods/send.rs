//! sendMessage.

use serde_json::Value;

use super::{Outcome, arguments};
use crate::{
    http::{Answer, Params, Refusal},
    text::Formatted,
    world::{Draft, State, World},
};

pub(super) fn message(world: &World, params: &Params) -> Outcome {
    let sent = world.change(|state| {
        // In Telegram's order: what is said is looked at before to whom.
        let Formatted { text, entities } = arguments::text(state, params)?;
        let markup = arguments::reply_markup(params)?;
        let chat_id = arguments::writable_chat_id(state, params)?;
        let reply_to = reply_to(state, chat_id, params)?;
        let bot = state.bot.clone();
        let draft = Draft {
            text,
            entities,
            markup,
            reply_to,
        };
        Ok(state.post(chat_id, bot, draft, Some(params.to_value())))
    });
    Ok(Answer::of(&sent?))
}

/// The message to answer, by the new parameter or the old one; it must exist, unless the bot does not mind.
fn reply_to(state: &State, chat_id: i64, params: &Params) -> Result<Option<i64>, Refusal> {
    let given = match params.json("reply_parameters") {
        None => params
            .integer("reply_to_message_id")
            .map(|id| (id, params.flag("allow_sending_without_reply"))),
        Some(Ok(reply)) => {
            let lenient = reply
                .get("allow_sending_without_reply")
                .and_then(Value::as_bool)
                .unwrap_or(false);
            reply
                .get("message_id")
                .and_then(Value::as_i64)
                .map(|id| (id, lenient))
        }
        Some(Err(_)) => {
            return Err(Refusal::bad_request(
                "can't parse reply parameters JSON object",
            ));
        }
    };
    match given {
        Some((id, _)) if state.message(chat_id, id).is_some() => Ok(Some(id)),
        Some((_, false)) => Err(Refusal::bad_request("message to be replied not found")),
        _ => Ok(None),
    }
}
