//! setMyCommands, getMyCommands, deleteMyCommands: the bot's menu, one per scope and language.

use serde_json::{Value, json};

use super::{Outcome, arguments};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{State, World},
};

pub(super) fn set(world: &World, params: &Params) -> Outcome {
    let commands = match params.json("commands") {
        None => vec![],
        Some(Ok(Value::Array(commands))) => commands,
        Some(Ok(_)) => return Err(Refusal::bad_request("expected an Array of BotCommand")),
        Some(Err(_)) => return Err(Refusal::bad_request("can't parse commands JSON object")),
    };
    if commands.len() > 100 {
        return Err(Refusal::bad_request("too many bot commands specified"));
    }
    let read = commands.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    world.change(|state| {
        let key = key(state, params)?;
        let commands = read
            .into_iter()
            .map(checked)
            .collect::<Result<Value, _>>()?;
        state.commands.insert(key, commands);
        Ok(Answer::of(&true))
    })
}

pub(super) fn get(world: &World, params: &Params) -> Outcome {
    world.read(|state| {
        let key = key(state, params)?;
        let commands = state.commands.get(&key).cloned();
        Ok(Answer::of(&commands.unwrap_or_else(|| json!([]))))
    })
}

pub(super) fn delete(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let key = key(state, params)?;
        state.commands.remove(&key);
        Ok(Answer::of(&true))
    })
}

/// The scope, as JSON text with its default spelled out and its chat by number, and the language.
fn key(state: &State, params: &Params) -> Result<(String, String), Refusal> {
    let cannot_parse =
        |why: &str| Refusal::bad_request(&format!("can't parse BotCommandScope: {why}"));
    let scope = match params.json("scope") {
        None => json!({"type": "default"}),
        Some(Ok(Value::Object(scope))) => {
            let scope = Params::of(scope);
            let kind = scope
                .text("type")
                .ok_or_else(|| cannot_parse("Can't find field \"type\""))?;
            let mut read = json!({"type": kind});
            match &*kind {
                "default" | "all_private_chats" | "all_group_chats" | "all_chat_administrators" => {
                }
                "chat" | "chat_administrators" | "chat_member" => {
                    let chat = scope
                        .text("chat_id")
                        .ok_or_else(|| cannot_parse("Empty chat_id specified"))?;
                    if kind == "chat_member" {
                        let user_id = scope.integer("user_id").filter(|id| *id > 0);
                        let user_id =
                            user_id.ok_or_else(|| cannot_parse("Invalid user_id specified"))?;
                        read["user_id"] = json!(user_id);
                    }
                    read["chat_id"] = json!(arguments::chat(state, &chat)?);
                }
                _ => return Err(cannot_parse("Unsupported type specified")),
            }
            read
        }
        Some(Ok(_)) => return Err(cannot_parse("BotCommandScope must be an Object")),
        Some(Err(_)) => {
            return Err(Refusal::bad_request(
                "can't parse BotCommandScope JSON object",
            ));
        }
    };
    Ok((scope.to_string(), arguments::language_code(params)?))
}

/// The name and the description of a `BotCommand`, and whether it is said to the bot alone.
fn read(command: &Value) -> Result<(&str, &str, bool), Refusal> {
    let cannot_parse = |why: &str| Refusal::bad_request(&format!("can't parse BotCommand: {why}"));
    if !command.is_object() {
        return Err(cannot_parse("expected an Object"));
    }
    let field = |name: &str| match command.get(name) {
        Some(Value::String(text)) => Ok(text.trim()),
        Some(_) => Err(cannot_parse(&format!(
            "Field \"{name}\" must be of type String"
        ))),
        None => Err(cannot_parse(&format!("Can't find field \"{name}\""))),
    };
    let is_ephemeral = command["is_ephemeral"] == true;
    Ok((field("command")?, field("description")?, is_ephemeral))
}

fn checked((name, description, is_ephemeral): (&str, &str, bool)) -> Result<Value, Refusal> {
    let name = name.strip_prefix('/').unwrap_or(name);
    let (name_length, length) = (name.chars().count(), description.chars().count());
    let refuse = |why: &str| Err(Refusal::bad_request(why));
    if name_length == 0 {
        return refuse("command must be non-empty");
    }
    if name_length > 32 {
        return refuse("command length must not exceed 32");
    }
    if length == 0 {
        return refuse("command description must be non-empty");
    }
    if length > 256 {
        return refuse("command description length must not exceed 256");
    }
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if !name.bytes().all(fits) {
        return refuse("BOT_COMMAND_INVALID");
    }
    let mut command = json!({"command": name, "description": description});
    if is_ephemeral {
        command["is_ephemeral"] = json!(true);
    }
    Ok(command)
}
