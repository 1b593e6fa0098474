//! The whole stack, in one function.

use std::convert::Infallible;

use tower::{Service, ServiceBuilder};

use crate::{
    Config, Request,
    db::Database,
    dead_letters::DeadLetters,
    dialogue::NatsStorage,
    layers::{
        CatchPanicLayer, DbSessionLayer, ErrorReplyLayer, OwnMessageLayer, SendReplyLayer,
        TimeoutLayer, TraceLayer, TrackUserLayer,
    },
    outcome::Conclusion,
    routing::Route,
    unit_of_work::Inbox,
    users::UserTracker,
};

/// Every layer an update passes, from the outside in. The types keep what may fail below
/// `ErrorReplyLayer`; the reasons for the rest of the order are in `docs/layers.md`.
pub(super) fn stack(
    config: &Config,
    database: Database,
    inbox: Inbox,
    tracker: UserTracker,
    dialogues: NatsStorage,
    dead_letters: DeadLetters,
    handlers: Route,
) -> impl Service<Request, Response = Conclusion, Error = Infallible, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    ServiceBuilder::new()
        .layer(TraceLayer::new())
        .layer(SendReplyLayer::new(tracker.clone()))
        .layer(ErrorReplyLayer::new())
        .layer(OwnMessageLayer::new())
        .layer(
            DbSessionLayer::new(database)
                .with_inbox(inbox)
                .with_dialogues(dialogues)
                .with_dead_letters(dead_letters),
        )
        .layer(TimeoutLayer::new(config.delivery.handler_timeout()))
        .layer(CatchPanicLayer::new())
        .layer(TrackUserLayer::new(tracker))
        .service(handlers)
}
