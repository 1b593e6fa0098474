//! The server: connections, the paths of the Bot API, files, the page, and delivery to webhooks.

mod bot;
mod connections;
pub(crate) mod delivery;
mod files;
mod page;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
    routing::get,
};

pub(crate) use self::connections::Server;
use crate::{control, world::World};

/// All that the server serves: the page, the control API, and the Bot API for every other path.
pub(crate) fn router(world: Arc<World>) -> Router {
    Router::new()
        .merge(page::router())
        .route("/file/{bot}/{*path}", get(files::download))
        .nest("/control", control::router())
        // The Bot API's paths ignore case, which routes cannot.
        .fallback(bot::serve)
        .layer(from_fn_with_state(Arc::clone(&world), saved))
        .with_state(world)
}

/// What was done is in the data file before it is answered: a process that is killed has forgotten nothing of it.
async fn saved(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    world.saved().await;
    response
}
