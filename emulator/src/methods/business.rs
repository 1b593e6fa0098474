//! Business accounts: getBusinessConnection, readBusinessMessage, deleteBusinessMessages, setBusinessAccountName and its like;
//! and what other methods do on behalf of an account.

use std::sync::Arc;

use serde_json::Value;

use super::{Outcome, arguments, files};
use crate::{
    protocol::{
        Answer, Params, Refusal,
        media::{Kind, Source},
        text::utf16_len,
    },
    world::{State, World, business::Connection},
};

/// What is done in chats; all else that names a connection is done to the account itself.
const IN_CHATS: [&str; 7] = [
    "send",
    "edit",
    "stop",
    "pin",
    "unpin",
    "readBusinessMessage",
    "deleteBusinessMessages",
];

/// The world as a call sees it that acts in the chats of an account; `None` for any other call, and where no more is known of
/// the connection than that an update named it.
pub(super) fn view(
    world: &World,
    method: &str,
    params: &Params,
) -> Result<Option<Arc<World>>, Refusal> {
    let is_in_chats = IN_CHATS.iter().any(|begin| method.starts_with(begin));
    let Some(id) = params
        .text("business_connection_id")
        .filter(|_| is_in_chats && !method.contains("Story"))
    else {
        return Ok(None);
    };
    let Some(view) = world.in_account(&id) else {
        return Ok(None);
    };
    view.read(|state| {
        let connection = state.present_connection().expect("it was found just now");
        if !connection.is_enabled {
            return Err(Refusal::bad_request("BUSINESS_CONNECTION_INVALID"));
        }
        match method {
            "readBusinessMessage" | "deleteBusinessMessages" => Ok(()),
            _ => check_chat(state, connection, params),
        }
    })?;
    Ok(Some(view))
}

/// The bot may answer those who wrote within a day, if it may answer at all.
fn check_chat(state: &State, connection: &Connection, params: &Params) -> Result<(), Refusal> {
    let refuse = |why: &str| Err(Refusal::bad_request(why));
    let given = params.text("chat_id");
    let given = given.ok_or_else(|| Refusal::bad_request("chat_id is empty"))?;
    let Ok(chat_id) = given.trim().parse::<i64>() else {
        return refuse("chat not found");
    };
    if chat_id < 0 {
        return refuse("chat must be a private chat");
    }
    if chat_id == connection.owner {
        return refuse("messages must not be sent to self");
    }
    if !state.people().contains_key(&chat_id) {
        return refuse("chat not found");
    }
    if !connection.may("can_reply") {
        return refuse("BUSINESS_PEER_INVALID");
    }
    match state.is_active(chat_id) {
        true => Ok(()),
        false => refuse("BUSINESS_PEER_USAGE_MISSING"),
    }
}

pub(super) fn get(world: &World, params: &Params) -> Outcome {
    world.read(|state| {
        let connection = connection(state, params)?;
        Ok(Answer::of(&state.connection_shown(connection)))
    })
}

pub(super) fn read(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let chat_id = in_account(state, params)?;
        check_right(state, &["can_read_messages"])?;
        let id = params.integer("message_id").unwrap_or(0);
        if id <= 0 {
            return Err(Refusal::bad_request("invalid message identifier specified"));
        }
        if state.message(chat_id, id).is_none() {
            return Err(Refusal::bad_request("MESSAGE_ID_INVALID"));
        }
        if !state.is_active(chat_id) {
            return Err(Refusal::bad_request("BUSINESS_PEER_USAGE_MISSING"));
        }
        state.read_business(chat_id, id);
        Ok(Answer::of(&true))
    })
}

/// All of one chat, the bot's own with one right and all with another.
pub(super) fn delete(world: &World, params: &Params) -> Outcome {
    let ids = arguments::message_ids(params)?;
    world.change(|state| {
        if state.present_connection().is_none() {
            return Err(Refusal::bad_request("business connection not found"));
        }
        let chat = private_chat_with(state, ids[0]);
        let chat = chat.ok_or_else(|| Refusal::bad_request("MESSAGE_ID_INVALID"))?;
        if ids.iter().any(|id| state.message(chat, *id).is_none()) {
            return Err(Refusal::bad_request("MESSAGE_ID_INVALID"));
        }
        let is_own = |id: &i64| {
            let sender = |id| state.message(chat, id)?.message.sender.as_ref();
            sender(*id).is_some_and(|sender| sender.sender_business_bot.is_some())
        };
        match ids.iter().all(is_own) {
            true => check_right(
                state,
                &["can_delete_sent_messages", "can_delete_all_messages"],
            )?,
            false => check_right(state, &["can_delete_all_messages"])?,
        }
        for id in ids {
            state.delete(chat, id);
        }
        Ok(Answer::of(&true))
    })
}

pub(super) fn set_name(world: &World, params: &Params) -> Outcome {
    change_owner(world, params, "can_edit_name", |state, owner| {
        let first_name = params.text("first_name").unwrap_or_default();
        let last_name = params.text("last_name").unwrap_or_default();
        if !(1..=64).contains(&utf16_len(&first_name)) {
            return Err(Refusal::bad_request("FIRSTNAME_INVALID"));
        }
        if utf16_len(&last_name) > 64 {
            return Err(Refusal::bad_request("LASTNAME_INVALID"));
        }
        let user = &mut state.person_mut(owner).user;
        user.first_name = first_name.into_owned();
        user.last_name = (!last_name.is_empty()).then(|| last_name.into_owned());
        Ok(())
    })
}

pub(super) fn set_username(world: &World, params: &Params) -> Outcome {
    change_owner(world, params, "can_edit_username", |state, owner| {
        let username = params.text("username").unwrap_or_default();
        let fits = username.is_empty()
            || (5..=32).contains(&username.len())
                && username.starts_with(|first: char| first.is_ascii_alphabetic())
                && username
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !fits {
            return Err(Refusal::bad_request("USERNAME_INVALID"));
        }
        if state.person_named(&username) == Some(owner) {
            return Err(Refusal::bad_request("USERNAME_NOT_MODIFIED"));
        }
        if state.is_taken(&username) {
            return Err(Refusal::bad_request("USERNAME_OCCUPIED"));
        }
        let username = (!username.is_empty()).then(|| username.into_owned());
        state.set_username(owner, username);
        Ok(())
    })
}

pub(super) fn set_bio(world: &World, params: &Params) -> Outcome {
    change_owner(world, params, "can_edit_bio", |state, owner| {
        let bio = params.text("bio").unwrap_or_default();
        if utf16_len(&bio) > 140 {
            return Err(Refusal::bad_request("ABOUT_TOO_LONG"));
        }
        state.person_mut(owner).bio = bio.into_owned();
        Ok(())
    })
}

/// A photo; one that moves is not known here.
pub(super) fn set_photo(world: &World, params: &Params) -> Outcome {
    let cannot_parse =
        |why: &str| Refusal::bad_request(&format!("can't parse InputProfilePhoto: {why}"));
    let photo = match params.json("photo") {
        Some(Ok(Value::Object(photo))) => Params::of(photo),
        Some(_) => return Err(cannot_parse("expected an Object")),
        None => return Err(Refusal::bad_request("photo not specified")),
    };
    match photo.text("type").as_deref() {
        Some("static") => {}
        Some("animated") => {
            let text =
                "Not Implemented: telegram-emulator does not know animated profile photos yet";
            return Err(Refusal::new(501, text));
        }
        _ => return Err(cannot_parse("unsupported type specified")),
    }
    change_owner(world, params, "can_edit_profile_photo", |state, owner| {
        let file = photo
            .text("photo")
            .and_then(|text| files::named(params, &text));
        let Some(files::Given::Upload(upload)) = file else {
            return Err(Refusal::bad_request("profile photo must be uploaded"));
        };
        files::check_upload(upload, Kind::Photo)?;
        let source = Source::Upload(upload.clone());
        let sizes = state.add_file(Kind::Photo, &source, serde_json::Map::new());
        let human = state.person_mut(owner);
        match params.flag("is_public") {
            true => human.public_photo = Some(sizes),
            false => human.photos.insert(0, sizes),
        }
        Ok(())
    })
}

pub(super) fn remove_photo(world: &World, params: &Params) -> Outcome {
    change_owner(world, params, "can_edit_profile_photo", |state, owner| {
        let human = state.person_mut(owner);
        let was_there = match params.flag("is_public") {
            true => human.public_photo.take().is_some(),
            false if human.photos.is_empty() => false,
            false => {
                human.photos.remove(0);
                true
            }
        };
        was_there
            .then_some(())
            .ok_or_else(|| Refusal::bad_request("PHOTO_ID_INVALID"))
    })
}

/// Changes what the owner of an account tells of themselves, if the bot may.
fn change_owner(
    world: &World,
    params: &Params,
    right: &str,
    change: impl FnOnce(&mut State, i64) -> Result<(), Refusal>,
) -> Outcome {
    world.change(|state| {
        let connection = connection(state, params)?;
        if !connection.is_enabled {
            return Err(Refusal::bad_request("BUSINESS_CONNECTION_INVALID"));
        }
        if !connection.may(right) {
            return Err(forbidden());
        }
        let owner = connection.owner;
        change(state, owner)?;
        Ok(Answer::of(&true))
    })
}

fn connection<'a>(state: &'a State, params: &Params) -> Result<&'a Connection, Refusal> {
    let id = params.text("business_connection_id").unwrap_or_default();
    state
        .connection(&id)
        .ok_or_else(|| Refusal::bad_request("business connection not found"))
}

/// In which chat of the present account a message is: all of them share one count.
fn private_chat_with(state: &State, message_id: i64) -> Option<i64> {
    let logs = state.logs().iter().filter(|(chat, _)| **chat > 0);
    let mut chats = logs.filter(|(_, log)| log.messages.contains_key(&message_id));
    chats.next().map(|(chat, _)| *chat)
}

/// The chat that a call to the present account names.
fn in_account(state: &State, params: &Params) -> Result<i64, Refusal> {
    if state.present_connection().is_none() {
        return Err(Refusal::bad_request("business connection not found"));
    }
    arguments::chat_id(state, params)
}

fn check_right(state: &State, rights: &[&str]) -> Result<(), Refusal> {
    let connection = state.present_connection();
    let may = connection.is_some_and(|one| rights.iter().any(|right| one.may(right)));
    may.then_some(()).ok_or_else(forbidden)
}

fn forbidden() -> Refusal {
    Refusal::bad_request("BOT_ACCESS_FORBIDDEN")
}
