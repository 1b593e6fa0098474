//! Parameters of today's Bot API that change what a method does and are not known here: refused by name rather than ignored.

use crate::protocol::{Params, Refusal};

/// Those of any method.
const UNKNOWN: [&str; 3] = [
    "direct_messages_topic_id",
    "suggested_post_parameters",
    "ephemeral_message_parameters",
];

/// Those within `reply_parameters`.
const UNKNOWN_OF_REPLIES: [&str; 3] = [
    "checklist_task_id",
    "poll_option_id",
    "ephemeral_message_id",
];

/// Refuses a call with any of them, and one on behalf of a business account: the bot has no such connections.
pub(super) fn check(params: &Params) -> Result<(), Refusal> {
    if params.text("business_connection_id").is_some() {
        return Err(Refusal::bad_request("business connection not found"));
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
