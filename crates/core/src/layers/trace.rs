//! A span around everything that is done for an update, and one record at its end. It is not
//! where errors are logged: that is `ErrorReplyLayer`, once.

use std::{
    convert::Infallible,
    hash::{Hash, Hasher},
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;
use metrics::{Counter, Histogram, SharedString, counter, histogram};
use ostankino_telegram::{UpdateKind, internal::Handles};
use ostankino_traces::Span;
use tower::{Layer, Service};
use tracing::Instrument;

use crate::{
    Request,
    outcome::{Conclusion, Outcome},
    request::MatchedRoute,
};

/// Opens the span `update` {update_id, kind, user_id, chat_id, and trace_id if a trace is exported} and, at its end, logs `outcome`,
/// `route` and `duration_ms`, and counts them.
#[derive(Clone, Copy, Debug, Default)]
pub struct TraceLayer {
    sample: Sample,
}

impl TraceLayer {
    /// The layer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Logs that share of the updates whose outcome is `ok`, above 0 and up to 1, which is all of them. All
    /// others are logged in any case. A record that stands for more than itself has the share as `sample`.
    #[must_use]
    pub fn sample_success(mut self, share: f64) -> Self {
        self.sample = Sample(share);
        self
    }
}

impl<S> Layer<S> for TraceLayer {
    type Service = Trace<S>;

    fn layer(&self, inner: S) -> Trace<S> {
        let sample = self.sample;
        Trace { inner, sample }
    }
}

/// Which share of something is logged.
#[derive(Clone, Copy, Debug)]
struct Sample(f64);

impl Default for Sample {
    fn default() -> Self {
        Self(1.0)
    }
}

impl Sample {
    /// The share, if it is not all.
    fn share(self) -> Option<f64> {
        (self.0 < 1.0).then_some(self.0)
    }

    /// Whether an update is one of them. By its id, so that every attempt at it is, in every process, and a
    /// test knows; ids follow one another, hence the scattering.
    fn has(self, update_id: i64) -> bool {
        let Some(share) = self.share() else {
            return true;
        };
        // SplitMix64.
        let mut bits = update_id
            .cast_unsigned()
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        // As many bits as a fraction between 0 and 1 has.
        let place = (bits >> 11) as f64 / (1_u64 << 53) as f64;
        place < share
    }
}

/// The service of [`TraceLayer`].
#[derive(Clone, Debug)]
pub struct Trace<S> {
    inner: S,
    sample: Sample,
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
        let traced = Span::current();
        // At the level of errors, so that no filter takes the user id off a record.
        let span = tracing::error_span!(
            "update",
            update_id = update.id,
            kind = update.kind.as_str(),
            user_id = update.user_id(),
            chat_id = update.chat_id(),
            trace_id = traced.trace_id(),
        );
        let kind = update.kind;
        let begun = Instant::now();
        let (sample, update_id) = (self.sample, update.id);
        let matched = MatchedRoute::default();
        request.extensions.insert(matched.clone());
        let handled = span.in_scope(|| self.inner.call(request));
        Box::pin(
            async move {
                let Ok(conclusion) = handled.await;
                let (outcome, route) = (conclusion.outcome.as_str(), matched.get());
                let took = begun.elapsed();
                let is_ok = conclusion.outcome == Outcome::Ok;
                if !is_ok || sample.has(update_id) {
                    tracing::info!(
                        event = "update_handled",
                        outcome,
                        sample = sample.share().filter(|_| is_ok),
                        route = route.as_deref(),
                        duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
                        "update handled"
                    );
                }
                tell(&traced, route.as_ref(), conclusion.outcome);
                count(kind, route, conclusion.outcome, took);
                Ok(conclusion)
            }
            .instrument(span),
        )
    }
}

/// Says in the trace of the update how an attempt ended. What failed was told where it was known why.
fn tell(span: &Span, route: Option<&Arc<str>>, outcome: Outcome) {
    if !span.is_recorded() {
        return;
    }
    span.set("ostankino.outcome", outcome.as_str());
    if let Some(route) = route {
        span.set("ostankino.route", route.to_string());
        span.rename(format!("process {route}"));
    }
    if outcome == Outcome::Unsent {
        span.fails(outcome.as_str());
    }
}

/// Counts an attempt that ended. There are as many routes as the bot has filters.
pub fn count(kind: UpdateKind, route: Option<Arc<str>>, outcome: Outcome, took: Duration) {
    type Attempt = (UpdateKind, Option<Place>, Outcome);
    static ATTEMPTS: Handles<Attempt, (Counter, Histogram)> = Handles::new();
    let make = |(kind, route, outcome): &Attempt| {
        let (kind, outcome) = (kind.as_str(), outcome.as_str());
        let route = route.as_ref();
        let route = route.map_or_else(
            || "none".into(),
            |Place(route)| SharedString::from(route.clone()),
        );
        let attempts = counter!("ostankino_updates_total", "kind" => kind, "route" => route, "outcome" => outcome);
        let seconds = histogram!("ostankino_update_seconds", "kind" => kind);
        (attempts, seconds)
    };
    let key = (kind, route.map(Place), outcome);
    ATTEMPTS.count(key, make, |(attempts, seconds)| {
        attempts.increment(1);
        seconds.record(took);
    });
}

/// A route, told from others by where its name is: a router keeps one for each. Its name stays there for as long as it is a key.
struct Place(Arc<str>);

impl Place {
    fn address(&self) -> usize {
        self.0.as_ptr().addr()
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Place {}

impl Hash for Place {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.address().hash(hasher);
    }
}

#[cfg(test)]
mod tests {
    use ostankino_telemetry::testing::capture_json;
    use tower::{ServiceExt, service_fn};

    use super::*;
    use crate::testing::says;

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

    /// What is logged of a thousand updates that end so.
    async fn handled(share: f64, outcome: Outcome) -> Vec<serde_json::Value> {
        let (logs, _guard) = capture_json("info");
        let layer = TraceLayer::new().sample_success(share);
        for update_id in 1..=1_000 {
            let ends = move |_| async move { Ok::<_, Infallible>(Conclusion::new(outcome)) };
            let _ = layer
                .layer(service_fn(ends))
                .oneshot(says(update_id, "x"))
                .await;
        }
        logs.records()
    }

    #[tokio::test]
    async fn of_what_goes_well_a_share_is_logged_and_says_of_how_many_it_is() {
        let logged = handled(0.1, Outcome::Ok).await;
        assert!((70..=130).contains(&logged.len()), "{}", logged.len());
        assert!(logged.iter().all(|record| record["sample"] == 0.1));
        let ids = |records: &[serde_json::Value]| {
            let ids = records.iter().map(|record| record["update_id"].clone());
            ids.collect::<Vec<_>>()
        };
        let again = handled(0.1, Outcome::Ok).await;
        assert_eq!(ids(&logged), ids(&again), "the same ones each time");
        let all = handled(1.0, Outcome::Ok).await;
        assert_eq!(all.len(), 1_000);
        assert!(all.iter().all(|record| record.get("sample").is_none()));
    }

    #[tokio::test]
    async fn whatever_does_not_go_well_is_logged_each_time() {
        for outcome in [
            Outcome::Failed,
            Outcome::Unsent,
            Outcome::Refused,
            Outcome::Retry,
        ] {
            let logged = handled(0.001, outcome).await;
            assert_eq!(logged.len(), 1_000);
            assert!(logged.iter().all(|record| record.get("sample").is_none()));
        }
    }
}
