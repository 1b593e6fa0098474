//! setMyCommands, getMyCommands, deleteMyCommands: the bot's menu, one per scope and language.

use serde_json::{Value, json};

use super::Outcome;
use crate::{
    http::{Answer, Params, Refusal},
    world::World,
};

pub(super) fn set(world: &World, params: &Params) -> Outcome {
    let key = key(params)?;
    let commands = match params.json("commands") {
        None => vec![],
        Some(Ok(Value::Array(commands))) => commands,
        Some(Ok(_)) => return Err(Refusal::bad_request("expected an Array of BotCommand")),
        Some(Err(_)) => return Err(Refusal::bad_request("can't parse commands JSON object")),
    };
    if commands.len() > 100 {
        return Err(Refusal::bad_request("BOT_COMMANDS_TOO_MUCH"));
    }
    let commands = commands.iter().map(checked).collect::<Result<Value, _>>()?;
    world.change(|state| state.commands.insert(key, commands));
    Ok(Answer::of(&true))
}

pub(super) fn get(world: &World, params: &Params) -> Outcome {
    let key = key(params)?;
    Ok(Answer::of(&world.read(|state| {
        state
            .commands
            .get(&key)
            .cloned()
            .unwrap_or_else(|| json!([]))
    })))
}

pub(super) fn delete(world: &World, params: &Params) -> Outcome {
    let key = key(params)?;
    world.change(|state| state.commands.remove(&key));
    Ok(Answer::of(&true))
}

/// The scope, as JSON text with its default spelled out, and the language.
fn key(params: &Params) -> Result<(String, String), Refusal> {
    let scope = match params.json("scope") {
        None => json!({"type": "default"}),
        Some(Ok(scope @ Value::Object(_))) => scope,
        Some(_) => {
            return Err(Refusal::bad_request(
                "can't parse BotCommandScope JSON object",
            ));
        }
    };
    Ok((
        scope.to_string(),
        params
            .text("language_code")
            .unwrap_or_default()
            .into_owned(),
    ))
}

fn checked(command: &Value) -> Result<Value, Refusal> {
    let field = |name: &str| command.get(name).and_then(Value::as_str).map(str::trim);
    let name = field("command").map(|name| name.strip_prefix('/').unwrap_or(name));
    let name = name.filter(|name| {
        (1..=32).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    });
    let description = field("description").filter(|text| (1..=256).contains(&text.chars().count()));
    match (name, description) {
        (None, _) => Err(Refusal::bad_request("BOT_COMMAND_INVALID")),
        (_, None) => Err(Refusal::bad_request("BOT_COMMAND_DESCRIPTION_INVALID")),
        (Some(name), Some(description)) => Ok(json!({"command": name, "description": description})),
    }
}
