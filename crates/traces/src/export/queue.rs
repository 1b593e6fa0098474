//! The spans that wait to be exported: so many at the most. Whoever ends a span never waits; what finds no room is
//! dropped, and counted.

use std::{
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use metrics::Counter;
use opentelemetry::Context;
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{BatchSpanProcessor, Span, SpanData, SpanProcessor},
};

/// The most spans that wait, or are under way: some megabytes.
pub(super) const MOST: usize = 8_192;

/// How many spans wait, and how many found no room.
#[derive(Debug, Default)]
pub(super) struct Counts {
    waiting: AtomicUsize,
    dropped: AtomicU64,
}

impl Counts {
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// How many found no room since the start.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// These are exported, or given up.
    pub(super) fn left(&self, spans: usize) {
        self.waiting.fetch_sub(spans, Ordering::Relaxed);
    }
}

static DROPPED: LazyLock<Counter> =
    LazyLock::new(|| metrics::counter!("ostankino_trace_spans_total", "outcome" => "dropped"));

/// The SDK's own processor, which exports from a thread of its own, behind a bound that is counted: it does not say itself what it
/// drops.
#[derive(Debug)]
pub(super) struct Queue {
    inner: BatchSpanProcessor,
    counts: Arc<Counts>,
}

impl Queue {
    pub(super) fn new(inner: BatchSpanProcessor, counts: Arc<Counts>) -> Self {
        Self { inner, counts }
    }
}

impl SpanProcessor for Queue {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.inner.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        // Its own queue is as long as this bound, and so is never full.
        if self.counts.waiting.fetch_add(1, Ordering::Relaxed) < MOST {
            return self.inner.on_end(span);
        }
        self.counts.left(1);
        self.counts.dropped.fetch_add(1, Ordering::Relaxed);
        DROPPED.increment(1);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Mutex, sync::mpsc, time::SystemTime};

    use opentelemetry::{
        InstrumentationScope,
        trace::{SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState},
    };
    use opentelemetry_sdk::trace::{BatchConfigBuilder, SpanEvents, SpanExporter, SpanLinks};

    use super::*;

    /// Takes nothing until it is told to.
    #[derive(Debug)]
    struct Stuck {
        opened: Mutex<mpsc::Receiver<()>>,
        counts: Arc<Counts>,
        taken: Arc<AtomicUsize>,
    }

    impl SpanExporter for Stuck {
        async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
            // Open for ever once the other end is gone.
            let _ = self.opened.lock().expect("not poisoned").recv();
            self.counts.left(batch.len());
            self.taken.fetch_add(batch.len(), Ordering::Relaxed);
            Ok(())
        }
    }

    fn span() -> SpanData {
        let (trace, span) = (TraceId::from(1), SpanId::from(1));
        SpanData {
            span_context: SpanContext::new(
                trace,
                span,
                TraceFlags::SAMPLED,
                false,
                TraceState::NONE,
            ),
            parent_span_id: SpanId::INVALID,
            parent_span_is_remote: false,
            span_kind: SpanKind::Internal,
            name: "x".into(),
            start_time: SystemTime::UNIX_EPOCH,
            end_time: SystemTime::UNIX_EPOCH,
            attributes: Vec::new(),
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status: Status::Unset,
            instrumentation_scope: InstrumentationScope::default(),
        }
    }

    #[test]
    fn a_collector_that_is_stuck_holds_up_nobody_and_what_finds_no_room_is_counted() {
        let (open, opened) = mpsc::channel();
        let (counts, taken) = (Arc::<Counts>::default(), Arc::<AtomicUsize>::default());
        let stuck = Stuck {
            opened: Mutex::new(opened),
            counts: counts.clone(),
            taken: taken.clone(),
        };
        let config = BatchConfigBuilder::default()
            .with_max_queue_size(MOST)
            .with_max_export_batch_size(512)
            .build();
        let queue = Queue::new(BatchSpanProcessor::new(stuck, config), counts.clone());
        (0..MOST + 100).for_each(|_| queue.on_end(span()));
        assert_eq!((counts.waiting(), counts.dropped()), (MOST, 100));
        drop(open);
        queue.force_flush().expect("it takes them now");
        assert_eq!(taken.load(Ordering::Relaxed), MOST, "no other was dropped");
        assert_eq!(counts.waiting(), 0);
        queue.on_end(span());
        assert_eq!((counts.waiting(), counts.dropped()), (1, 100));
    }
}
