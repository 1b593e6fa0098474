//! The HTTP layer: connections, the Bot API's paths, parameters in every encoding, and Telegram's envelope.

mod bot;
mod envelope;
mod params;
mod server;

use std::sync::Arc;

use axum::Router;

pub(crate) use self::{
    envelope::{Answer, Refusal},
    params::Params,
    server::Server,
};
use crate::{control, page, world::World};

/// All that the server serves: the page, the control API, and the Bot API for every other path.
pub(crate) fn router(world: Arc<World>) -> Router {
    Router::new()
        .merge(page::router())
        .nest("/control", control::router())
        // The Bot API's paths ignore case, which routes cannot.
        .fallback(bot::serve)
        .with_state(world)
}
