//! The whole stack, in one function.

use std::{convert::Infallible, sync::Arc};

use http::Extensions;
use tower::{Service, ServiceBuilder};

use super::{provide::ProvideLayer, resources::Resources};
use crate::{
    Config, Request,
    layers::{
        CatchPanicLayer, DbSessionLayer, ErrorReplyLayer, OwnMessageLayer, SendReplyLayer,
        TimeoutLayer, TraceLayer, TrackUserLayer,
    },
    maintenance::MaintenanceLayer,
    outcome::Conclusion,
    routing::Route,
};

/// Every layer an update passes, from the outside in. The types keep what may fail below
/// `ErrorReplyLayer`; the reasons for the rest of the order are in `docs/layers.md`.
pub(super) fn stack(
    config: &Config,
    resources: &Resources,
    handlers: Route,
    provided: Extensions,
    #[cfg(feature = "admin")] tail: Option<crate::web::admin::Tail>,
) -> impl Service<Request, Response = Conclusion, Error = Infallible, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static
+ use<> {
    let tracker = resources.tracker.clone();
    let blocked = move |user, as_of| {
        let tracker = tracker.clone();
        async move { tracker.blocked(user, as_of).await }
    };
    #[cfg(feature = "admin")]
    let tail = tower::util::option_layer(tail.map(crate::web::admin::TailLayer));
    #[cfg(not(feature = "admin"))]
    let tail = tower::layer::util::Identity::new();
    ServiceBuilder::new()
        .layer(ProvideLayer(provided))
        .layer(TraceLayer::new().sample_success(config.telemetry.sample_success))
        .layer(tail)
        .layer(
            SendReplyLayer::new()
                .when_blocked(blocked)
                .with_store(Arc::new(resources.replies.clone())),
        )
        .layer(ErrorReplyLayer::new())
        .layer(OwnMessageLayer::new())
        .layer(sessions(resources))
        .layer(TimeoutLayer::new(config.delivery.handler_timeout()))
        .layer(CatchPanicLayer::new())
        .layer(TrackUserLayer::new(resources.tracker.clone()))
        .layer(MaintenanceLayer::new(config, &resources.maintenance))
        .service(handlers)
}

/// What is around handlers that are asked what they would say, and do nothing: see [`Look`](crate::event::Look).
#[cfg(feature = "admin")]
pub(super) fn looking(
    config: &Config,
    resources: &Resources,
    handlers: Route,
    provided: Extensions,
) -> Route {
    let stack = ServiceBuilder::new()
        .layer(ProvideLayer(provided))
        .layer(sessions(resources).looking())
        .layer(TimeoutLayer::new(config.delivery.handler_timeout()))
        .layer(CatchPanicLayer::new())
        .layer(TrackUserLayer::new(resources.tracker.clone()))
        .service(handlers);
    Route::new(stack)
}

fn sessions(resources: &Resources) -> DbSessionLayer {
    DbSessionLayer::new(resources.database.clone())
        .with_inbox(resources.inbox.clone())
        .with_dialogues(resources.dialogues.clone())
        .with_dead_letters(resources.dead_letters.clone())
        .with_files(resources.files.clone())
        .with_events(resources.events.clone())
        .with_jobs(resources.jobs.clone())
        .with_timers(resources.timing.clone(), resources.timers.clone())
}
