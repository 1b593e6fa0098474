//! setChatMenuButton, getChatMenuButton: the button beside the field one writes in, of one private chat or of all.

use serde_json::{Value, json};

use super::{Outcome, arguments};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{State, World},
};

pub(super) fn set(world: &World, params: &Params) -> Outcome {
    let button = read(params)?;
    world.change(|state| {
        let chat_id = chat_id(state, params)?;
        state.profile.menu_buttons.insert(chat_id, button);
        Ok(Answer::of(&true))
    })
}

pub(super) fn get(world: &World, params: &Params) -> Outcome {
    world.read(|state| {
        let button = state.profile.menu_button(chat_id(state, params)?).cloned();
        Ok(Answer::of(
            &button.unwrap_or_else(|| json!({"type": "commands"})),
        ))
    })
}

/// 0 for all chats.
fn chat_id(state: &State, params: &Params) -> Result<i64, Refusal> {
    let Some(given) = params.text("chat_id") else {
        return Ok(0);
    };
    let id = given.trim().parse::<i64>().ok().filter(|id| *id > 0);
    let id = id.ok_or_else(|| Refusal::bad_request("invalid chat_id specified"))?;
    arguments::chat(state, &id.to_string()).map_err(|_| Refusal::bad_request("user not found"))
}

fn read(params: &Params) -> Result<Value, Refusal> {
    let cannot_parse = |why: &str| Refusal::bad_request(&format!("can't parse menu button: {why}"));
    let button = match params.json("menu_button") {
        None => return Ok(json!({"type": "default"})),
        Some(Ok(button @ Value::Object(_))) => button,
        Some(Ok(_)) => return Err(cannot_parse("MenuButton must be an Object")),
        Some(Err(_)) => return Err(Refusal::bad_request("can't parse menu button JSON object")),
    };
    match button["type"].as_str() {
        Some("default" | "commands") => Ok(json!({"type": button["type"]})),
        Some("web_app") => {
            let text = button["text"].as_str().unwrap_or("");
            let url = button["web_app"]["url"].as_str().unwrap_or("");
            if text.is_empty() {
                return Err(Refusal::bad_request("menu button text must be non-empty"));
            }
            if !url.starts_with("https://") {
                let text = format!(
                    "menu button Web App URL '{url}' is invalid: Only HTTPS links are allowed"
                );
                return Err(Refusal::bad_request(&text));
            }
            Ok(json!({"type": "web_app", "text": text, "web_app": {"url": url}}))
        }
        Some(_) => Err(cannot_parse("MenuButton has unsupported type")),
        None => Err(cannot_parse("Can't find field \"type\"")),
    }
}
