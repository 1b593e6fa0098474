//! The world as a whole: is it up, what is in it, has it changed, forget it.

use std::sync::Arc;

use axum::extract::State as FromState;
use serde_json::{Value, json};

use super::{Outcome, arguments::wait_for, faults, people};
use crate::{
    protocol::{Answer, Params},
    world::{State, World},
};

pub(super) async fn health(FromState(world): FromState<Arc<World>>) -> Answer {
    let bot = &world.bot.user;
    Answer::of(&json!({"status": "up", "bot": {"id": bot.id, "username": bot.username}}))
}

pub(super) async fn show(FromState(world): FromState<Arc<World>>) -> Answer {
    Answer::of(&world.read(shown))
}

/// All there is but messages, updates and calls.
fn shown(state: &State) -> Value {
    let mut shown = shown_without_version(state);
    shown["version"] = json!(state.version);
    shown
}

/// The same without the version, which counts polls too.
pub(super) fn shown_without_version(state: &State) -> Value {
    let mut shown = json!({"users": people::users(state), "groups": people::groups(state)});
    for part in [rest(state), queue(state)] {
        if let (Value::Object(all), Value::Object(part)) = (&mut shown, part) {
            all.extend(part);
        }
    }
    shown
}

/// What waits for the bot, and how it gets it.
pub(super) fn queue(state: &State) -> Value {
    json!({
        "webhook": state.webhook.as_ref().map(|webhook| &webhook.url),
        "pending_updates": state.queue.pending(),
        "confirmed_offset": state.queue.confirmed(),
        "polled": state.queue.is_polled(),
    })
}

/// What there is one of.
pub(super) fn rest(state: &State) -> Value {
    let commands = state.commands.iter().map(|((scope, language), commands)| {
        json!({"scope": scope, "language_code": language, "commands": commands})
    });
    json!({
        "bot": state.bot,
        "bots": state.bots().into_iter().filter_map(|id| state.bot_user(id)).collect::<Vec<_>>(),
        "pinned": state.pinned(),
        "stars": state.star_balance(),
        "menu_buttons": state.profile.menu_buttons,
        "faults": faults::all(state),
        "commands": commands.collect::<Vec<_>>(),
    })
}

/// Waits until the world is no longer at version `after`.
pub(super) async fn changes(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    let after = params.integer("after").unwrap_or(-1);
    let version = || world.read(|state| i64::try_from(state.version).unwrap_or(i64::MAX));
    let version = wait_for(&world, &params, "a change", || {
        Some(version()).filter(|version| *version != after)
    })
    .await?;
    Ok(Answer::of(&json!({"version": version})))
}

/// Forgets updates, calls, faults and messages, or what `what` names of them; people and groups stay.
pub(super) async fn clear(FromState(world): FromState<Arc<World>>, params: Params) -> Answer {
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
            state.forget_messages();
        }
    });
    Answer::of(&true)
}
