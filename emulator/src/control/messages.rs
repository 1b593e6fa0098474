//! What was said in a chat, by whomever, and the bot's next message.

use std::sync::Arc;

use axum::extract::State;
use serde_json::{Value, json};

use super::{
    Outcome,
    arguments::{self, wait_for},
};
use crate::{
    protocol::{Answer, Params},
    world::{Stored, World},
};

/// All messages of `chat` as they are now, Telegram's objects; the bot's are those whose `from` is a bot.
pub(super) async fn list(State(world): State<Arc<World>>, params: Params) -> Outcome {
    world.read(|state| {
        let chat = arguments::chat(state, &params)?;
        let messages = state
            .logs()
            .get(&chat)
            .into_iter()
            .flat_map(|log| log.messages.values());
        Ok(Answer::of(
            &messages.map(|stored| shown(stored)).collect::<Vec<Value>>(),
        ))
    })
}

/// A message as people see it: Telegram's object, with its keyboard of any kind.
pub(super) fn shown(stored: &Stored) -> Value {
    let mut shown = serde_json::to_value(&stored.message).expect("a message is plain data");
    if let Some(markup) = stored.markup() {
        shown["reply_markup"] = markup;
    }
    if !stored.reactions.is_empty() {
        shown["reactions"] = json!(stored.reactions);
    }
    if !stored.reactions_of_people.is_empty() {
        shown["reactions_of_people"] = json!(stored.reactions_of_people);
    }
    if !stored.votes.is_empty() {
        shown["votes"] = json!(stored.votes);
    }
    shown
}

/// Waits for the first message of the bot in `chat` that nobody took by this yet.
pub(super) async fn next(State(world): State<Arc<World>>, params: Params) -> Outcome {
    let chat = world.read(|state| arguments::chat(state, &params))?;
    let take = || world.change_quietly(|state| state.take_sent(chat));
    let sent = wait_for(&world, &params, "a message", take).await?;
    Ok(Answer::of(&json!({
        "message_id": sent.message_id, "chat_id": sent.chat_id, "date": sent.date, "text": sent.text,
        "caption": sent.caption, "entities": sent.entities, "message": sent.message, "reply_markup": sent.reply_markup, "params": sent.params,
    })))
}
