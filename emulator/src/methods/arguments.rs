//! Arguments that many methods share: the chat, a person, messages by their numbers.

use crate::{
    protocol::{Params, Refusal, objects::ChatKind},
    world::{Place, State},
};

/// The chat that `chat_id` names, one into which the bot may look.
pub(super) fn chat_id(state: &State, params: &Params) -> Result<i64, Refusal> {
    match params.text("chat_id") {
        Some(given) => chat(state, &given),
        None => Err(Refusal::bad_request("chat_id is empty")),
    }
}

/// The chat named so, by number, or a group by `@username`: bots cannot find people by theirs.
pub(super) fn chat(state: &State, given: &str) -> Result<i64, Refusal> {
    let found = match given.strip_prefix('@') {
        Some(name) => state.groups().iter().find_map(|(id, group)| {
            let username = group.username.as_ref()?;
            username.eq_ignore_ascii_case(name).then_some(*id)
        }),
        None => given.trim().parse().ok(),
    };
    let found = found
        .filter(|id| state.chat(*id).is_some())
        .ok_or_else(|| Refusal::bad_request("chat not found"))?;
    if let Some(new) = state.groups().get(&found).and_then(|group| group.moved_to) {
        return Err(Refusal::moved(new));
    }
    match state.place(found) {
        Place::Unknown => Err(Refusal::bad_request("chat not found")),
        Place::Left if is_public(state, found) => Ok(found),
        Place::Left => Err(forbidden(state, found, "bot is not a member of the")),
        Place::Kicked => Err(forbidden(state, found, "bot was kicked from the")),
        _ => Ok(found),
    }
}

/// Whether anybody may look into a chat.
fn is_public(state: &State, chat_id: i64) -> bool {
    let group = state.groups().get(&chat_id);
    group.is_some_and(|group| group.username.is_some() && !group.is_basic)
}

fn forbidden(state: &State, chat_id: i64, why: &str) -> Refusal {
    let kind = match state.chat(chat_id).map(|chat| chat.kind) {
        Some(ChatKind::Group) => "group",
        Some(ChatKind::Channel) => "channel",
        _ => "supergroup",
    };
    Refusal::new(403, format!("Forbidden: {why} {kind} chat"))
}

/// The same, of a chat that is still there, though the bot may be blocked in it: what was said can be edited and deleted.
pub(super) fn present_chat_id(state: &State, params: &Params) -> Result<i64, Refusal> {
    let id = chat_id(state, params)?;
    match state.place(id) {
        Place::Deactivated => Err(Refusal::new(403, "Forbidden: user is deactivated")),
        Place::Left => Err(forbidden(state, id, "bot is not a member of the")),
        _ => Ok(id),
    }
}

/// The same, of a chat into which the bot may write.
pub(super) fn writable_chat_id(state: &State, params: &Params) -> Result<i64, Refusal> {
    let id = chat_id(state, params)?;
    match state.place(id) {
        Place::Deactivated => Err(Refusal::new(403, "Forbidden: user is deactivated")),
        Place::Blocked => Err(Refusal::new(403, "Forbidden: bot was blocked by the user")),
        Place::NotStarted => Err(Refusal::new(
            403,
            "Forbidden: bot can't initiate conversation with a user",
        )),
        Place::Left => Err(forbidden(state, id, "bot is not a member of the")),
        Place::Open if state.is_channel(id) && !state.bot_may(id, "can_post_messages") => Err(
            Refusal::bad_request("need administrator rights in the channel chat"),
        ),
        _ => Ok(id),
    }
}

/// A parameter that must be there.
pub(super) fn required(params: &Params, name: &str) -> Result<String, Refusal> {
    let given = params.text(name).map(std::borrow::Cow::into_owned);
    given.ok_or_else(|| Refusal::bad_request(&format!("parameter \"{name}\" is required")))
}

/// The messages that `message_ids` names, at most a hundred.
pub(super) fn message_ids(params: &Params) -> Result<Vec<i64>, Refusal> {
    let refuse = |why: &str| Err(Refusal::bad_request(why));
    let ids = match params.json("message_ids") {
        None => return refuse("message identifiers are not specified"),
        Some(Err(_)) => return refuse("can't parse message_ids JSON object"),
        Some(Ok(serde_json::Value::Array(ids))) => ids,
        Some(Ok(_)) => return refuse("expected an Array of message identifiers"),
    };
    match ids.len() {
        0 => return refuse("message identifiers are not specified"),
        1..=100 => {}
        _ => return refuse("too many message identifiers specified"),
    }
    let ids = ids.iter().map(|id| {
        let id = id.as_i64().or_else(|| id.as_str()?.trim().parse().ok());
        match id {
            Some(id) if id > 0 => Ok(id),
            Some(_) => refuse_id("invalid message identifier specified"),
            None => refuse_id("can't parse message identifier as Number"),
        }
    });
    ids.collect()
}

fn refuse_id(why: &str) -> Result<i64, Refusal> {
    Err(Refusal::bad_request(why))
}

/// The user that `user_id` names, known to the bot or not.
pub(super) fn user_id(params: &Params) -> Result<i64, Refusal> {
    let id = required(params, "user_id").ok();
    id.and_then(|id| id.trim().parse::<i64>().ok())
        .filter(|id| *id > 0)
        .ok_or_else(|| Refusal::bad_request("invalid user_id specified"))
}

/// The `language_code`, of two letters or empty.
pub(super) fn language_code(params: &Params) -> Result<String, Refusal> {
    let code = params.text("language_code").unwrap_or_default();
    let fits = code.is_empty() || code.len() == 2 && code.bytes().all(|b| b.is_ascii_lowercase());
    fits.then(|| code.into_owned())
        .ok_or_else(|| Refusal::bad_request("invalid language code specified"))
}
