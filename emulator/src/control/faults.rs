//! Scripting faults.

use std::{sync::Arc, time::Duration};

use axum::extract::State as FromState;
use serde_json::{Value, json};

use super::Outcome;
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{Fault, State, World, fault::Kind},
};

pub(super) async fn list(FromState(world): FromState<Arc<World>>) -> Answer {
    Answer::of(&world.read(all))
}

/// Those that lie in wait.
pub(super) fn all(state: &State) -> Value {
    state.faults.iter().map(shown).collect()
}

/// Ends all faults, or those of a `method`, a `kind`, a `code`.
pub(super) async fn clear(FromState(world): FromState<Arc<World>>, params: Params) -> Answer {
    let is_meant = |fault: &Fault| {
        let shown = shown(fault);
        ["method", "kind", "code"].iter().all(|field| {
            let wanted = params.text(field);
            wanted.is_none_or(|wanted| match &shown[*field] {
                Value::String(own) => own.eq_ignore_ascii_case(&wanted),
                own => own.to_string() == wanted,
            })
        })
    };
    world.change(|state| state.faults.remove(is_meant));
    Answer::of(&true)
}

pub(super) async fn add(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    let fault = read(&params)?;
    let shown = shown(&fault);
    world.change(|state| state.faults.add(fault));
    Ok(Answer::of(&shown))
}

fn read(params: &Params) -> Result<Fault, Refusal> {
    let number = |name: &str| match (params.text(name), params.integer(name)) {
        (None, _) => Ok(None),
        (Some(_), Some(number)) if (0..=i64::from(u32::MAX)).contains(&number) => {
            Ok(Some(number.unsigned_abs()))
        }
        (Some(text), _) => Err(Refusal::bad_request(&format!("{name} cannot be {text}"))),
    };
    let code = |unless_given: u16| match number("code")? {
        None => Ok(unless_given),
        Some(code) => u16::try_from(code)
            .ok()
            .filter(|code| (400..600).contains(code))
            .ok_or_else(|| Refusal::bad_request("code must be 400 to 599")),
    };
    let mut fault = Fault::on(&params.text("method").unwrap_or("*".into()));
    let kind = params.text("kind").unwrap_or_default();
    fault = match &*kind {
        "reset" => fault.reset(),
        "garbage" => fault.garbage().status(code(200)?),
        "truncated" => fault.truncated(),
        "delay" => fault,
        "" if params.text("code").is_none() && params.text("delay_ms").is_some() => fault,
        "" | "error" => fault.status(code(500)?),
        _ => {
            return Err(Refusal::bad_request(
                "kind must be error, reset, garbage, truncated or delay",
            ));
        }
    };
    if let Some(description) = params.text("description") {
        fault = fault.description(&description);
    }
    if let Some(seconds) = number("retry_after")? {
        fault = fault.retry_after(seconds);
    }
    if let Some(count) = number("count")? {
        fault = fault.times(u32::try_from(count).expect("checked to fit"));
    }
    if let Some(delay_ms) = number("delay_ms")? {
        fault = fault.delay(Duration::from_millis(delay_ms));
    }
    if params.flag("takes_effect") {
        fault = fault.takes_effect();
    }
    Ok(fault)
}

fn shown(fault: &Fault) -> Value {
    let kind = match fault.kind {
        Kind::Nothing => "delay",
        Kind::Error { .. } => "error",
        Kind::Reset => "reset",
        Kind::Garbage { .. } => "garbage",
        Kind::Truncated => "truncated",
    };
    let mut shown = json!({
        "method": fault.method, "kind": kind, "count": fault.left, "delay_ms": fault.delay.as_secs_f64() * 1000.0,
        "takes_effect": fault.takes_effect,
    });
    match &fault.kind {
        Kind::Error {
            code,
            description,
            retry_after,
        } => {
            shown["code"] = json!(code);
            shown["description"] = json!(description);
            shown["retry_after"] = json!(retry_after);
        }
        Kind::Garbage { code, retry_after } if *code != 200 => {
            shown["code"] = json!(code);
            shown["retry_after"] = json!(retry_after);
        }
        _ => {}
    }
    shown
}
