//! The world as a whole: is it up, what is in it, has it changed, forget it.

use std::sync::Arc;

use axum::extract::State;
use serde_json::json;

use super::{Outcome, arguments::wait_for, people};
use crate::{
    http::{Answer, Params},
    world::World,
};

pub(super) async fn health(State(world): State<Arc<World>>) -> Answer {
    let bot = &world.bot.user;
    Answer::of(&json!({"status": "up", "bot": {"id": bot.id, "username": bot.username}}))
}

pub(super) async fn show(State(world): State<Arc<World>>) -> Answer {
    let shown = world.read(|state| {
        let commands = state.commands.iter().map(|((scope, language), commands)| {
            json!({"scope": scope, "language_code": language, "commands": commands})
        });
        json!({
            "bot": state.bot,
            "users": people::users(state),
            "groups": people::groups(state),
            "commands": commands.collect::<Vec<_>>(),
            "webhook": state.webhook.as_ref().map(|webhook| &webhook.url),
            "pending_updates": state.queue.pending(),
            "confirmed_offset": state.queue.confirmed(),
            "polled": state.queue.is_polled(),
            "version": state.version,
        })
    });
    Answer::of(&shown)
}

/// Waits until the world is no longer at version `after`.
pub(super) async fn changes(State(world): State<Arc<World>>, params: Params) -> Outcome {
    let after = params.integer("after").unwrap_or(-1);
    let version = || world.read(|state| i64::try_from(state.version).unwrap_or(i64::MAX));
    let version = wait_for(&world, &params, "a change", || {
        Some(version()).filter(|version| *version != after)
    })
    .await?;
    Ok(Answer::of(&json!({"version": version})))
}

/// Forgets updates, calls, faults and messages, or what `what` names of them; people and groups stay.
pub(super) async fn clear(State(world): State<Arc<World>>, params: Params) -> Answer {
    let what = params.text("what").unwrap_or_default();
    let all = what.is_empty();
    world.change(|state| {
        if all || what == "updates" {
            state.queue.clear();
        }
        if all || what == "calls" {
            state.calls.clear();
        }
        if all || what == "faults" {
            state.faults.clear();
        }
        if all || what == "messages" {
            state.logs.clear();
        }
    });
    Answer::of(&true)
}
