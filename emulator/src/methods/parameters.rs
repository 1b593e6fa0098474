//! Parameters of today's Bot API that change what a method does and are not known here: refused by name rather than ignored.

use crate::{
    protocol::{Params, Refusal},
    world::World,
};

/// Those of any method.
const UNKNOWN: [&str; 1] = ["suggested_post_parameters"];

/// Those within `reply_parameters`.
const UNKNOWN_OF_REPLIES: [&str; 2] = ["checklist_task_id", "poll_option_id"];

/// What can be said to one member of a group alone.
const EPHEMERAL: [&str; 12] = [
    "sendAnimation",
    "sendAudio",
    "sendContact",
    "sendDocument",
    "sendLocation",
    "sendMessage",
    "sendPhoto",
    "sendSticker",
    "sendVenue",
    "sendVideo",
    "sendVideoNote",
    "sendVoice",
];

/// Refuses a call with any of them, and one on behalf of a business account or in a topic of direct messages that is
/// nobody's.
pub(super) fn check(world: &World, method: &str, params: &Params) -> Result<(), Refusal> {
    if let Some(connection) = params.text("business_connection_id")
        && !world.read(|state| {
            state.connection(&connection).is_some() || state.heard.knows_connection(&connection)
        })
    {
        return Err(Refusal::bad_request("business connection not found"));
    }
    let number = |name| params.text(name).and_then(|text| text.parse().ok());
    if let Some(topic) = number("direct_messages_topic_id").filter(|topic| *topic != 0) {
        let chat = number("chat_id").unwrap_or_default();
        if !world.read(|state| {
            state.has_direct_topic(chat, topic) || state.heard.knows_direct_topic(chat, topic)
        }) {
            return Err(Refusal::bad_request("direct messages topic not found"));
        }
    }
    if !EPHEMERAL.contains(&method) {
        refuse(params, &["ephemeral_message_parameters"])?;
    }
    refuse(params, &UNKNOWN)
}

/// The same of `reply_parameters`.
pub(super) fn check_reply(reply: &Params) -> Result<(), Refusal> {
    refuse(reply, &UNKNOWN_OF_REPLIES)
}

fn refuse(params: &Params, unknown: &[&str]) -> Result<(), Refusal> {
    let given = |name: &&&str| params.text(name).is_some_and(|text| text != "0");
    match unknown.iter().find(given) {
        None => Ok(()),
        Some(name) => Err(Refusal::new(
            501,
            format!("Not Implemented: telegram-emulator does not know the parameter {name} yet"),
        )),
    }
}
