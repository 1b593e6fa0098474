//! The HTTP layer: connections, the Bot API's paths, parameters in every encoding, and Telegram's envelope.

mod bot;
mod disposition;
mod envelope;
mod files;
mod params;
mod server;

use std::sync::Arc;

use axum::{Router, routing::get};

pub(crate) use self::{
    bot::call,
    envelope::{Answer, Refusal},
    params::Params,
    server::Server,
};
use crate::{control, page, world::World};

/// All that the server serves: the page, the control API, and the Bot API for every other path.
pub(crate) fn router(world: Arc<World>) -> Router {
    Router::new()
        .merge(page::router())
        .route("/file/{bot}/{*path}", get(files::download))
        .nest("/control", control::router())
        // The Bot API's paths ignore case, which routes cannot.
        .fallback(bot::serve)
        .with_state(world)
}
