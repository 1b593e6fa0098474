//! What all sending methods share: where a message goes, what it answers, and under which keyboard.

use serde_json::Value;

use super::{arguments, ephemeral, keyboard, replies};
use crate::{
    protocol::{
        Answer, Params, Refusal,
        objects::{Content, Message},
    },
    world::{Aside, Draft, State},
};

/// Where a message goes, found and allowed.
pub(super) struct Delivery<'a> {
    pub(super) chat_id: i64,
    draft: Draft,
    /// To whom alone, if it is ephemeral.
    aside: Option<Aside>,
    params: &'a Params,
}

impl<'a> Delivery<'a> {
    /// Checks the keyboard, then the chat, then the message to answer, in Telegram's order.
    pub(super) fn of(state: &State, params: &'a Params) -> Result<Self, Refusal> {
        let markup = keyboard::reply_markup(params)?;
        if keyboard::pays(markup.as_ref()).is_some() {
            return Err(Refusal::bad_request("BUTTON_TYPE_INVALID"));
        }
        Self::under(markup, state, params)
    }

    /// The same under a keyboard that is checked already.
    pub(super) fn under(
        markup: Option<Value>,
        state: &State,
        params: &'a Params,
    ) -> Result<Self, Refusal> {
        let chat_id = arguments::writable_chat_id(state, params)?;
        let thread = params.integer("message_thread_id").filter(|id| *id > 0);
        let topic = direct_topic(state, chat_id, params)?;
        if thread.is_some_and(|thread| !state.has_thread(chat_id, thread)) {
            return Err(Refusal::bad_request("message thread not found"));
        }
        if state.is_closed_to(state.bot.id, chat_id, thread) {
            return Err(Refusal::bad_request("TOPIC_CLOSED"));
        }
        let reply = replies::reply_to(state, chat_id, params)?;
        let draft = Draft {
            markup,
            reply_to: reply.message_id,
            quote: reply.quote,
            effect_id: effect(chat_id, params)?,
            message_thread_id: topic.or(thread),
            has_protected_content: params.flag("protect_content"),
            ..Draft::default()
        };
        Ok(Self {
            chat_id,
            draft,
            aside: ephemeral::aside(state, chat_id, reply.ephemeral_id, params)?,
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
        if let Some(aside) = self.aside {
            return state.say_aside(self.chat_id, aside, draft, &self.params.to_value());
        }
        let bot = state.bot.clone();
        let message = state.post(self.chat_id, bot, draft, Some(&self.params.to_value()));
        state.forward_to_comments(&message);
        message
    }
}

/// Sends content that needs nothing of the world.
pub(super) fn send(state: &mut State, params: &Params, content: Content) -> super::Outcome {
    let delivery = Delivery::of(state, params)?;
    Ok(Answer::of(&delivery.post(state, content)))
}

/// The topic of a channel's direct messages that a call must name there.
fn direct_topic(state: &State, chat_id: i64, params: &Params) -> Result<Option<i64>, Refusal> {
    if state.direct_of(chat_id).is_none() {
        return Ok(None);
    }
    let topic = params.integer("direct_messages_topic_id");
    topic
        .filter(|topic| state.has_direct_topic(chat_id, *topic))
        .map(Some)
        .ok_or_else(|| Refusal::bad_request("direct messages topic not found"))
}

/// The effect a message comes with, which only private chats show.
fn effect(chat_id: i64, params: &Params) -> Result<Option<String>, Refusal> {
    let given = params.text("message_effect_id").filter(|id| id != "0");
    match given {
        None => Ok(None),
        Some(_) if chat_id < 0 => {
            let text = "can't use message effects in the chat";
            Err(Refusal::bad_request(text))
        }
        Some(id) if id.parse::<i64>().is_ok_and(|id| id > 0) => Ok(Some(id.into_owned())),
        Some(_) => Err(Refusal::bad_request("EFFECT_ID_INVALID")),
    }
}
