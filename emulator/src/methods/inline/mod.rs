//! answerInlineQuery: what the bot offers to those who type after its name.

mod content;
pub(super) mod results;

use std::time::Duration;

use serde_json::Value;

use super::Outcome;
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{Offer, World},
};

/// The most results of one answer.
const MAX_RESULTS: usize = 50;

pub(super) fn answer(world: &World, params: &Params) -> Outcome {
    let id = params.text("inline_query_id").unwrap_or_default();
    let button = button(params)?;
    let given = match params.json("results") {
        None | Some(Ok(Value::Null)) => vec![],
        Some(Ok(Value::Array(results))) => results,
        Some(Ok(_)) => {
            return Err(Refusal::bad_request(
                "expected an Array of inline query results",
            ));
        }
        Some(Err(why)) => {
            let text = format!("can't parse JSON encoded inline query results: {why}");
            return Err(Refusal::bad_request(&text));
        }
    };
    if given.len() > MAX_RESULTS {
        return Err(Refusal::bad_request(
            "too many inline query results specified",
        ));
    }
    let next_offset = params.text("next_offset").unwrap_or_default().into_owned();
    if next_offset.len() > 64 {
        return Err(Refusal::bad_request("NEXT_OFFSET_INVALID"));
    }
    let seconds = params.integer("cache_time").unwrap_or(300).clamp(0, 86_400);
    world.change(|state| {
        let mut results = vec![];
        for result in given {
            results.push(results::read(state, result)?);
        }
        results::check_ids(&results)?;
        if !state.is_inline_query_open(&id) {
            let text = "query is too old and response timeout expired or query ID is invalid";
            return Err(Refusal::bad_request(text));
        }
        let offer = Offer {
            results,
            next_offset,
            button,
            cache_time: Duration::from_secs(seconds.unsigned_abs()),
            is_personal: params.flag("is_personal"),
        };
        state.offer(&id, offer);
        Ok(Answer::of(&true))
    })
}

/// The button above the results, by the new parameter or the old ones.
fn button(params: &Params) -> Result<Option<Value>, Refusal> {
    let button = match params.json("button") {
        Some(Ok(button)) => button,
        Some(Err(_)) => {
            let text = "can't parse inline query results button JSON object";
            return Err(Refusal::bad_request(text));
        }
        None => match params.text("switch_pm_text") {
            None => return Ok(None),
            Some(text) => {
                let start = params.text("switch_pm_parameter").unwrap_or_default();
                serde_json::json!({"text": text, "start_parameter": start})
            }
        },
    };
    let refuse = |why: &str| {
        Refusal::bad_request(&format!("can't parse inline query results button: {why}"))
    };
    if !button.is_object() {
        return Err(refuse("InlineQueryResultsButton must be an Object"));
    }
    match button.get("text").map(Value::as_str) {
        None => return Err(refuse("Can't find field \"text\"")),
        Some(None) => return Err(refuse("Field \"text\" must be of type String")),
        Some(Some("")) => return Err(Refusal::bad_request("SWITCH_PM_TEXT_EMPTY")),
        Some(Some(_)) => {}
    }
    match (
        button.get("start_parameter").map(Value::as_str),
        button.get("web_app"),
    ) {
        (Some(Some(start)), _) => {
            let fits = (1..=64).contains(&start.len())
                && start
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
            fits.then_some(Some(button.clone()))
                .ok_or_else(|| Refusal::bad_request("START_PARAM_INVALID"))
        }
        (Some(None), _) => Err(refuse("Field \"start_parameter\" must be of type String")),
        (None, Some(_)) => Ok(Some(button)),
        (None, None) => Err(refuse(
            "InlineQueryResultsButton must have exactly one optional field",
        )),
    }
}
