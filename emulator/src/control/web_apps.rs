//! People open web apps, which answer, send data, and share what the bot prepared; and people share others and chats.

use std::sync::Arc;

use axum::extract::State;
use serde_json::{Value, json};

use super::{
    Outcome,
    arguments::{self, required},
};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::World,
};

/// `user` opens the web app of the inline button with this text (`button`), or of the menu button: its `url`, the `init_data`
/// that Telegram signs, and the `query_id` by which the app answers.
pub(super) async fn open(State(world): State<Arc<World>>, params: Params) -> Outcome {
    let (button, start) = (params.text("button"), params.text("start_param"));
    world.change(|state| {
        let user = arguments::user(state, &params)?;
        let opened =
            state.open_web_app(user, button.as_deref(), start.as_deref(), &world.bot.token);
        let app = opened.map_err(|why| Refusal::bad_request(&why))?;
        Ok(Answer::of(
            &json!({"url": app.url, "init_data": app.init_data, "query_id": app.query_id}),
        ))
    })
}

/// The app behind the `button` of the reply keyboard sends `data` to the bot.
pub(super) async fn send(State(world): State<Arc<World>>, params: Params) -> Outcome {
    let (button, data) = (required(&params, "button")?, required(&params, "data")?);
    world.change(|state| {
        let user = arguments::user(state, &params)?;
        told(state.send_web_app_data(user, &button, &data))
    })
}

/// `user` sends the prepared message `id`, privately or into `chat`.
pub(super) async fn share_prepared(State(world): State<Arc<World>>, params: Params) -> Outcome {
    let id = required(&params, "id")?;
    world.change(|state| {
        let user = arguments::user(state, &params)?;
        let chat = arguments::writable_chat_of(state, user, &params)?;
        told(state.send_prepared(user, &id, chat))
    })
}

/// `user` presses the `button` that asks for people or a chat, and shares `users` (an array, or one) or `chat`.
pub(super) async fn share(State(world): State<Arc<World>>, params: Params) -> Outcome {
    let button = required(&params, "button")?;
    world.change(|state| {
        let user = arguments::user(state, &params)?;
        if params.text("chat").is_some() {
            let chat = arguments::chat(state, &params)?;
            return told(state.share_chat(user, &button, chat));
        }
        let given = match params.json("users") {
            Some(Ok(Value::Array(users))) => users,
            Some(Ok(one)) => vec![one],
            _ => vec![json!(required(&params, "users")?)],
        };
        let named = |one: &Value| match one {
            Value::String(name) => arguments::user_named(state, name),
            other => arguments::user_named(state, &other.to_string()),
        };
        let users = given.iter().map(named).collect::<Result<Vec<_>, _>>()?;
        told(state.share_users(user, &button, &users))
    })
}

fn told(done: Result<i64, String>) -> Outcome {
    let update_id = done.map_err(|why| Refusal::bad_request(&why))?;
    Ok(Answer::of(&json!({"update_id": update_id})))
}
