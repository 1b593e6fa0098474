//! The server: connections, the paths of the Bot API, files, the page, and delivery to webhooks.

mod bot;
mod connections;
mod delivery;
mod enveloped;
mod files;
mod guard;
mod page;

use std::{pin::pin, sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
    routing::get,
};

use tokio::task::JoinSet;

pub(crate) use self::connections::Server;
use crate::{
    control,
    protocol::{LargestFile, Patience},
    world::World,
};

/// How the server serves.
#[derive(Clone, Debug)]
pub(crate) struct How {
    /// How long a request may take to arrive, and a connection to send none.
    pub(crate) patience: Duration,
    /// The largest file that it takes.
    pub(crate) largest_file: LargestFile,
    /// Names of this machine by which pages may use the control API.
    pub(crate) allowed_hosts: Vec<String>,
}

impl Default for How {
    fn default() -> Self {
        Self {
            patience: Duration::from_secs(60),
            largest_file: LargestFile::TELEGRAMS,
            allowed_hosts: vec![],
        }
    }
}

/// All that the server serves: the page, the control API, and the Bot API for every other path.
pub(crate) fn router(world: Arc<World>, how: &How) -> Router {
    let allowed: guard::Allowed = how.allowed_hosts.clone().into();
    let control = control::router().layer(from_fn_with_state(allowed, guard::check));
    Router::new()
        .merge(page::router())
        .route("/file/{bot}/{*path}", get(files::download))
        .nest("/control", control)
        // The Bot API's paths ignore case, which routes cannot.
        .fallback(bot::serve)
        .layer(from_fn_with_state(Arc::clone(&world), saved))
        .layer(Extension(Patience(how.patience)))
        .layer(Extension(how.largest_file))
        .with_state(world)
}

/// What goes on beside the answering of requests: deliveries to the webhook, and what the clock brings.
pub(crate) async fn beside(world: Arc<World>) {
    tokio::join!(deliver(&world), world.run_clock());
}

/// Delivers to the webhooks of all bots, those too that are added meanwhile.
async fn deliver(world: &World) {
    let mut deliveries = JoinSet::new();
    loop {
        let mut more = pin!(world.shared.bots_changed.notified());
        // Enlisted before looking, or a bot between the look and the wait would be missed.
        more.as_mut().enable();
        let bots = world.views().into_iter().skip(deliveries.len());
        for bot in bots {
            deliveries.spawn(delivery::run(bot));
        }
        more.await;
    }
}

/// What was done is in the data file before it is answered: a process that is killed has forgotten nothing of it.
async fn saved(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    world.saved().await;
    response
}
