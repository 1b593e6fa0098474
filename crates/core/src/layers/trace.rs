//! A span around everything that is done for an update, and one record at its end. It is not
//! where errors are logged: that is `ErrorReplyLayer`, once.

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;
use tower::{Layer, Service};
use tracing::Instrument;

use crate::{Request, outcome::Conclusion, request::MatchedRoute};

/// Opens the span `update` {update_id, kind, user_id, chat_id} and, at its end, logs `outcome`,
/// `route` and `duration_ms`, and counts them.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct TraceLayer;

impl TraceLayer {
    /// The layer.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl<S> Layer<S> for TraceLayer {
    type Service = Trace<S>;

    fn layer(&self, inner: S) -> Trace<S> {
        Trace { inner }
    }
}

/// The service of [`TraceLayer`].
#[derive(Clone, Debug)]
pub struct Trace<S> {
    inner: S,
}

impl<S> Service<Request> for Trace<S>
where
    S: Service<Request, Response = Conclusion, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Conclusion;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Conclusion, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let update = &request.update;
        // At the level of errors, so that no filter takes the user id off a record.
        let span = tracing::error_span!(
            "update",
            update_id = update.id,
            kind = update.kind.as_str(),
            user_id = update.user_id(),
            chat_id = update.chat_id(),
        );
        let kind = update.kind.as_str();
        let begun = Instant::now();
        let matched = MatchedRoute::default();
        request.extensions.insert(matched.clone());
        let handled = span.in_scope(|| self.inner.call(request));
        Box::pin(
            async move {
                let Ok(conclusion) = handled.await;
                let (outcome, route) = (conclusion.outcome.as_str(), matched.get());
                let took = begun.elapsed();
                tracing::info!(
                    event = "update_handled",
                    outcome,
                    route = route.as_deref(),
                    duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
                    "update handled"
                );
                count(kind, route, outcome, took);
                Ok(conclusion)
            }
            .instrument(span),
        )
    }
}

/// Counts an attempt that ended. There are as many routes as the bot has filters.
fn count(kind: &'static str, route: Option<Arc<str>>, outcome: &'static str, took: Duration) {
    let route = route.map_or_else(|| "none".into(), metrics::SharedString::from);
    metrics::counter!("ostankino_updates_total", "kind" => kind, "route" => route, "outcome" => outcome)
        .increment(1);
    metrics::histogram!("ostankino_update_seconds", "kind" => kind).record(took);
}

#[cfg(test)]
mod tests {
    use ostankino_telemetry::testing::capture_json;
    use tower::{ServiceExt, service_fn};

    use super::*;
    use crate::{Outcome, testing::says};

    #[tokio::test]
    async fn every_record_of_an_update_carries_its_user_whatever_the_filter() {
        for filter in ["info", "warn"] {
            let (logs, guard) = capture_json(filter);
            let service = TraceLayer::new().layer(service_fn(|request: Request| async move {
                tokio::task::yield_now().await;
                tracing::warn!(update = request.update.id, "inside");
                Ok::<_, Infallible>(Conclusion::new(Outcome::Ok))
            }));
            let _ = service.oneshot(says(1, "x")).await;
            drop(guard);
            let records = logs.records();
            assert_eq!(records.len(), if filter == "info" { 2 } else { 1 });
            assert!(
                records.iter().all(|record| record["user_id"] == 42),
                "{records:?}"
            );
        }
    }

    #[tokio::test]
    async fn the_record_at_the_end_says_how_it_ended() {
        let (logs, _guard) = capture_json("info");
        let service = TraceLayer::new().layer(service_fn(|_| async {
            Ok::<_, Infallible>(Conclusion::new(Outcome::Refused))
        }));
        let _ = service.oneshot(says(7, "x")).await;
        let record = &logs.records()[0];
        assert_eq!(
            (&record["outcome"], &record["update_id"]),
            (&"refused".into(), &7.into())
        );
        assert_eq!(
            (&record["kind"], &record["chat_id"]),
            (&"message".into(), &42.into())
        );
        assert!(record["duration_ms"].is_u64());
    }
}
