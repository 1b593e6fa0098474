//! Arguments of the control API: people and chats by id or by name, deadlines.

use std::time::Duration;

use crate::{
    protocol::{Params, Refusal},
    world::{State, World, wait},
};

/// The person that `user` names: an id, a username (with or without `@`) or a first name.
pub(super) fn user(state: &State, params: &Params) -> Result<i64, Refusal> {
    user_named(state, &required(params, "user")?)
}

/// The person named so.
pub(super) fn user_named(state: &State, given: &str) -> Result<i64, Refusal> {
    find_user(state, given)
        .ok_or_else(|| Refusal::bad_request(&format!("there is no user {given}")))
}

/// The chat that `chat` names: a group's id or title, or a person as `user` names one.
pub(super) fn chat(state: &State, params: &Params) -> Result<i64, Refusal> {
    chat_named(state, &required(params, "chat")?)
}

/// The chat named so.
pub(super) fn chat_named(state: &State, given: &str) -> Result<i64, Refusal> {
    let group = || find_group(state, given);
    let found = find_user(state, given).or_else(group);
    found.ok_or_else(|| Refusal::bad_request(&format!("there is no chat {given}")))
}

/// The group that `group` names, by id or title.
pub(super) fn group(state: &State, params: &Params) -> Result<i64, Refusal> {
    let given = required(params, "group")?;
    find_group(state, &given)
        .ok_or_else(|| Refusal::bad_request(&format!("there is no group {given}")))
}

/// The chat if one is named, else the private chat of the person.
pub(super) fn chat_of(state: &State, user: i64, params: &Params) -> Result<i64, Refusal> {
    if params.text("chat").is_some() {
        chat(state, params)
    } else {
        Ok(user)
    }
}

/// The same, of a chat into which the person may write.
pub(super) fn writable_chat_of(state: &State, user: i64, params: &Params) -> Result<i64, Refusal> {
    let chat = chat_of(state, user, params)?;
    if chat != user && !state.groups().contains_key(&chat) && !state.owns_account(user) {
        return Err(Refusal::bad_request(
            "one cannot write in another's private chat",
        ));
    }
    let may = state.check_may_write(user, chat);
    may.map_err(|why| Refusal::bad_request(&why))?;
    Ok(chat)
}

/// The chat `as` which a person speaks, if one is named and they may.
pub(super) fn speaks_as(
    state: &State,
    user: i64,
    chat: i64,
    params: &Params,
) -> Result<Option<i64>, Refusal> {
    let Some(given) = params.text("as") else {
        return Ok(None);
    };
    let speaks_as = chat_named(state, &given)?;
    let may = state.check_may_speak_as(user, chat, speaks_as);
    may.map_err(|why| Refusal::bad_request(&why))?;
    Ok(Some(speaks_as))
}

/// The number of a message.
pub(super) fn message_id(params: &Params) -> Result<i64, Refusal> {
    let given = required(params, "message_id")?;
    given
        .trim()
        .parse()
        .map_err(|_| Refusal::bad_request("message_id must be a whole number"))
}

/// The words of a list, between commas or spaces.
pub(super) fn words(given: &str) -> Vec<&str> {
    given
        .split([',', ' '])
        .filter(|word| !word.is_empty())
        .collect()
}

/// A parameter that must be there.
pub(super) fn required(params: &Params, name: &str) -> Result<String, Refusal> {
    let given = params.text(name).map(std::borrow::Cow::into_owned);
    given.ok_or_else(|| Refusal::bad_request(&format!("the parameter {name} is missing")))
}

/// Waits as long as `timeout_ms` says (10 s unless given, a minute at most); 408 past that.
pub(super) async fn wait_for<T>(
    world: &World,
    params: &Params,
    what: &str,
    probe: impl FnMut() -> Option<T>,
) -> Result<T, Refusal> {
    let timeout_ms = params
        .integer("timeout_ms")
        .unwrap_or(10_000)
        .clamp(0, 60_000);
    let found = wait::within(
        world,
        Duration::from_millis(timeout_ms.unsigned_abs()),
        probe,
    )
    .await;
    found.ok_or_else(|| {
        Refusal::new(
            408,
            format!("Request Timeout: {what} did not come within {timeout_ms} ms"),
        )
    })
}

fn find_user(state: &State, given: &str) -> Option<i64> {
    let id = given
        .parse()
        .ok()
        .filter(|id| state.people().contains_key(id));
    let name = given.strip_prefix('@').unwrap_or(given);
    let first_named = || {
        let mut people = state.people().values().map(|human| &human.user);
        people
            .find(|user| user.first_name == given)
            .map(|user| user.id)
    };
    id.or_else(|| state.person_named(name)).or_else(first_named)
}

fn find_group(state: &State, given: &str) -> Option<i64> {
    let id = given
        .parse()
        .ok()
        .filter(|id| state.groups().contains_key(id));
    id.or_else(|| {
        state
            .groups()
            .iter()
            .find(|(_, group)| group.title == given)
            .map(|(id, _)| *id)
    })
}
