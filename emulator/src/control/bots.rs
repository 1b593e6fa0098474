//! Several bots: adding them, and driving the world as another than the first one sees it.

use std::sync::Arc;

use axum::{
    extract::{Path, Request, State},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{Outcome, arguments::required, router};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{Identity, World},
};

/// All bots, with their tokens.
pub(super) async fn list(State(world): State<Arc<World>>) -> Answer {
    let shown = |bot: &Identity| {
        let user = world.read(|state| state.bot_user(bot.user.id).cloned());
        json!({"token": bot.token, "user": user})
    };
    Answer::of(&world.identities().iter().map(shown).collect::<Vec<Value>>())
}

/// Adds one with this `username`, and with the `token` or a random one.
pub(super) async fn add(State(world): State<Arc<World>>, params: Params) -> Outcome {
    let username = required(&params, "username")?;
    let bot = match params.text("token") {
        Some(token) => Identity::new(&token, &username),
        None => Some(Identity::random(&username)),
    };
    let bot =
        bot.ok_or_else(|| Refusal::bad_request("the token must be of the form <bot id>:<secret>"))?;
    let view = world
        .add_bot(bot)
        .map_err(|why| Refusal::bad_request(&why))?;
    Ok(Answer::of(
        &json!({"token": view.bot.token, "user": view.bot.user}),
    ))
}

/// The rest of the path is of the control API as the bot with this username or id sees the world.
pub(super) async fn seen_by(
    State(world): State<Arc<World>>,
    Path((bot, rest)): Path<(String, String)>,
    request: Request,
) -> Response {
    let view = world.with_name(&bot);
    let missing = || format!("there is no bot {bot}");
    routed(view.ok_or_else(missing), &rest, request).await
}

/// Answers with what the control API says at the rest of a path, in another view of the world.
pub(super) async fn routed(
    view: Result<Arc<World>, String>,
    rest: &str,
    mut request: Request,
) -> Response {
    let view = match view {
        Ok(view) => view,
        Err(why) => return Refusal::bad_request(&why).into_response(),
    };
    let query = request
        .uri()
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    match format!("/{rest}{query}").parse() {
        Ok(uri) => *request.uri_mut() = uri,
        Err(_) => return Refusal::new(404, "Not Found").into_response(),
    }
    match router().with_state(view).oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
