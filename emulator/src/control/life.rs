//! The life of groups: who comes and goes, is put out, promoted, asks to be let in; and a group that becomes a supergroup.

use std::sync::Arc;

use axum::extract::State as FromState;
use serde_json::json;

use super::{Outcome, arguments};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{Entry, State, World},
};

/// `user` joins `group`, or is put into it `by` another; `user=bot` is the bot.
pub(super) async fn join(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    act(&world, &params, |state, group, user, by| {
        let link = params.text("invite_link");
        let link = state.invite_link(group, link.as_deref())?;
        let entry = Entry {
            invite_link: link,
            by_request: false,
        };
        state.comes(group, user, by, entry)
    })
}

/// `user` leaves `group`, or is put out `by` another.
pub(super) async fn leave(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    act(&world, &params, |state, group, user, by| {
        state.goes(group, user, by)
    })
}

/// `user` becomes an administrator of `group` with the `rights` (all unless named), or with `demote` a plain member again.
pub(super) async fn promote(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    let rights = params.text("rights").unwrap_or_default();
    let rights = arguments::words(&rights);
    let rights = (!rights.is_empty()).then_some(rights.as_slice());
    act(&world, &params, |state, group, user, by| {
        state.is_promoted((group, user), by, !params.flag("demote"), rights)
    })
}

/// `user` asks to be let into `group`, by `invite_link` if one is named.
pub(super) async fn ask(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    act(&world, &params, |state, group, user, _| {
        state.asks_to_join(group, user, params.text("invite_link").as_deref())
    })
}

/// What is posted in the channel `group` is commented on in the group `comments`.
pub(super) async fn link(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    world.change(|state| {
        let channel = arguments::group(state, &params)?;
        let comments = arguments::chat_named(state, &arguments::required(&params, "comments")?)?;
        let linked = state.link_comments(channel, comments);
        linked.map_err(|why| Refusal::bad_request(&why))?;
        Ok(Answer::of(&true))
    })
}

/// Opens the direct messages of the channel `group`, if they are not yet; answers with the `id` of their chat.
pub(super) async fn direct(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    world.change(|state| {
        let channel = arguments::group(state, &params)?;
        let opened = state.open_direct(channel);
        let id = opened.map_err(|why| Refusal::bad_request(&why))?;
        Ok(Answer::of(&json!({"id": id})))
    })
}

/// A basic `group` becomes a supergroup; answers with its new `id`.
pub(super) async fn migrate(FromState(world): FromState<Arc<World>>, params: Params) -> Outcome {
    world.change(|state| {
        let (group, user) = (
            arguments::group(state, &params)?,
            arguments::user(state, &params)?,
        );
        let is_basic = state
            .groups()
            .get(&group)
            .is_some_and(|group| group.is_basic);
        if !is_basic {
            return Err(Refusal::bad_request("only basic groups become supergroups"));
        }
        let id = state.upgrade(user, group);
        Ok(Answer::of(&json!({"id": id})))
    })
}

fn act(
    world: &World,
    params: &Params,
    act: impl FnOnce(&mut State, i64, i64, i64) -> Result<i64, String>,
) -> Outcome {
    world.change(|state| {
        let group = arguments::group(state, params)?;
        let user = match params.text("user").as_deref() {
            Some("bot") => state.bot.id,
            _ => arguments::user(state, params)?,
        };
        let by = match params.text("by") {
            Some(given) => arguments::user_named(state, &given)?,
            None => user,
        };
        let update_id = act(state, group, user, by).map_err(|why| Refusal::bad_request(&why))?;
        Ok(Answer::of(&json!({"update_id": update_id})))
    })
}
