//! What all sending methods share: where a message goes, what it answers, and under which keyboard.

use serde_json::Value;

use super::{arguments, keyboard};
use crate::{
    protocol::{
        Answer, Params, Refusal,
        objects::{Content, Message},
    },
    world::{Draft, State},
};

/// Where a message goes, found and allowed.
pub(super) struct Delivery<'a> {
    pub(super) chat_id: i64,
    draft: Draft,
    params: &'a Params,
}

impl<'a> Delivery<'a> {
    /// Checks the keyboard, then the chat, then the message to answer, in Telegram's order.
    pub(super) fn of(state: &State, params: &'a Params) -> Result<Self, Refusal> {
        let markup = keyboard::reply_markup(params)?;
        let chat_id = arguments::writable_chat_id(state, params)?;
        let thread = params.integer("message_thread_id").filter(|id| *id > 0);
        if thread.is_some_and(|thread| !state.has_thread(chat_id, thread)) {
            return Err(Refusal::bad_request("message thread not found"));
        }
        let draft = Draft {
            markup,
            reply_to: reply_to(state, chat_id, params)?,
            message_thread_id: thread,
            has_protected_content: params.flag("protect_content"),
            ..Draft::default()
        };
        Ok(Self {
            chat_id,
            draft,
            params,
        })
    }

    /// Sends this there.
    pub(super) fn post(&self, state: &mut State, content: Content) -> Message {
        self.post_as(state, content, |_| {})
    }

    /// The same, with changes to the message to be.
    pub(super) fn post_as(
        &self,
        state: &mut State,
        content: Content,
        change: impl FnOnce(&mut Draft),
    ) -> Message {
        let mut draft = Draft {
            content,
            ..self.draft.clone()
        };
        change(&mut draft);
        let bot = state.bot.clone();
        state.post(self.chat_id, bot, draft, Some(&self.params.to_value()))
    }
}

/// Sends content that needs nothing of the world.
pub(super) fn send(state: &mut State, params: &Params, content: Content) -> super::Outcome {
    let delivery = Delivery::of(state, params)?;
    Ok(Answer::of(&delivery.post(state, content)))
}

/// The message to answer, by the new parameter or the old one; it must exist, unless the bot does not mind.
fn reply_to(state: &State, chat_id: i64, params: &Params) -> Result<Option<i64>, Refusal> {
    let (id, lenient, place) = match params.json("reply_parameters") {
        None => (
            params.integer("reply_to_message_id"),
            params.flag("allow_sending_without_reply"),
            chat_id,
        ),
        Some(Ok(Value::Object(reply))) => {
            let reply = Params::of(reply);
            let place = match reply.text("chat_id") {
                Some(given) => arguments::chat(state, &given)?,
                None => chat_id,
            };
            (
                reply.integer("message_id"),
                reply.flag("allow_sending_without_reply"),
                place,
            )
        }
        Some(Ok(_)) => {
            return Err(Refusal::bad_request("object expected as reply parameters"));
        }
        Some(Err(_)) => {
            return Err(Refusal::bad_request(
                "can't parse reply parameters JSON object",
            ));
        }
    };
    match id.filter(|id| *id > 0) {
        // An answer to a message of another chat is sent, but does not show it.
        Some(id) if state.message(place, id).is_some() => Ok(Some(id).filter(|_| place == chat_id)),
        Some(_) if !lenient => Err(Refusal::bad_request("message to be replied not found")),
        _ => Ok(None),
    }
}
