//! Tells what becomes of exports: in a metric each time, in the log when it changes.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{SpanData, SpanExporter},
};

use super::{client::Problem, queue::Counts};

/// How often it is told that spans found no room.
const TOLD: Duration = Duration::from_secs(60);

/// An exporter, and what is told of it.
#[derive(Debug)]
pub(super) struct Telling {
    inner: opentelemetry_otlp::SpanExporter,
    counts: Arc<Counts>,
    problem: Problem,
    is_away: AtomicBool,
    told: Mutex<Told>,
}

/// What was told of spans that found no room.
#[derive(Debug, Default)]
struct Told {
    at: Option<Instant>,
    dropped: u64,
}

impl Telling {
    pub(super) fn new(
        inner: opentelemetry_otlp::SpanExporter,
        counts: Arc<Counts>,
        problem: Problem,
    ) -> Self {
        Self {
            inner,
            counts,
            problem,
            is_away: AtomicBool::new(false),
            told: Mutex::default(),
        }
    }

    fn tell(&self, exported: &OTelSdkResult) {
        let was_away = self.is_away.swap(exported.is_err(), Ordering::Relaxed);
        match exported {
            Err(error) if !was_away => {
                let error = self.problem.take().unwrap_or_else(|| error.to_string());
                tracing::warn!(
                    event = "traces_away",
                    error,
                    "the collector does not take traces: they are dropped until it does"
                );
            }
            Ok(()) if was_away => {
                tracing::info!(event = "traces_back", "the collector takes traces again");
            }
            _ => {}
        }
    }

    fn tell_dropped(&self) {
        let dropped = self.counts.dropped();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = told.at.is_none_or(|at| at.elapsed() > TOLD);
        if dropped > told.dropped && is_due {
            tracing::warn!(
                event = "traces_dropped",
                spans = dropped - told.dropped,
                "more spans ended than the collector took: they were dropped"
            );
            *told = Told {
                at: Some(Instant::now()),
                dropped,
            };
        }
    }
}

impl SpanExporter for Telling {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let exported = self.inner.export(batch).await;
        self.counts.left(spans);
        let outcome = if exported.is_ok() {
            "exported"
        } else {
            "failed"
        };
        metrics::counter!("ostankino_trace_spans_total", "outcome" => outcome)
            .increment(spans as u64);
        self.tell(&exported);
        self.tell_dropped();
        exported
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}
