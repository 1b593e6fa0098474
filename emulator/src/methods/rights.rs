//! setMyDefaultAdministratorRights, getMyDefaultAdministratorRights: which rights the bot asks for when it is added.

use serde_json::{Map, Value};

use super::Outcome;
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{
        World,
        members::{RIGHTS, rights_of},
    },
};

pub(super) fn set(world: &World, params: &Params) -> Outcome {
    let given = match params.json("rights") {
        None => Map::new(),
        Some(Ok(Value::Object(rights))) => rights,
        Some(Ok(_)) => {
            let text =
                "can't parse ChatAdministratorRights: ChatAdministratorRights must be an Object";
            return Err(Refusal::bad_request(text));
        }
        Some(Err(_)) => {
            return Err(Refusal::bad_request(
                "can't parse ChatAdministratorRights JSON object",
            ));
        }
    };
    let rights = rights(params, |right| given.get(right) == Some(&Value::Bool(true)));
    world.change(|state| {
        state
            .profile
            .default_rights
            .insert(place(params).to_owned(), rights)
    });
    Ok(Answer::of(&true))
}

pub(super) fn get(world: &World, params: &Params) -> Answer {
    let set = world.read(|state| state.profile.default_rights.get(place(params)).cloned());
    Answer::of(&set.unwrap_or_else(|| rights(params, |_| false)))
}

fn place(params: &Params) -> &'static str {
    match params.flag("for_channels") {
        true => "channels",
        false => "groups",
    }
}

/// `ChatAdministratorRights`: what an administrator has beside a status.
fn rights(params: &Params, has: impl Fn(&str) -> bool) -> Value {
    let mut rights = rights_of(
        params.flag("for_channels"),
        RIGHTS.into_iter().map(|right| (right, has(right))),
    );
    rights.retain(|name, _| name != "status" && name != "can_be_edited");
    Value::Object(rights)
}
