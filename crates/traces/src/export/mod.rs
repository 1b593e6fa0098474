//! The exporter of this process: OpenTelemetry's SDK, with the ids of our updates.

mod client;
mod queue;
mod telling;

use std::{
    borrow::Cow,
    cell::Cell,
    sync::{Arc, OnceLock},
    time::Duration,
};

use opentelemetry::{
    Context, KeyValue,
    trace::{SpanBuilder, SpanId, SpanKind, TraceId, Tracer, TracerProvider},
};
use opentelemetry_otlp::{Protocol, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    resource::EnvResourceDetector,
    trace::{
        BatchConfigBuilder, BatchSpanProcessor, IdGenerator, RandomIdGenerator, Sampler,
        SamplingDecision, SdkTracer, SdkTracerProvider, ShouldSample, Span,
    },
};

use self::{client::Client, queue::Queue, telling::Telling};
use crate::{BeginError, Settings};

/// How long a span waits for others to go with it.
const DELAY: Duration = Duration::from_secs(1);

/// So many go at once.
const BATCH: usize = 512;

/// What exports, once it does.
static EXPORTING: OnceLock<Exporting> = OnceLock::new();

pub(crate) struct Exporting {
    pub(crate) tracer: SdkTracer,
    provider: SdkTracerProvider,
    sampler: Sampler,
    queue: Arc<queue::Counts>,
}

pub(crate) fn exporting() -> Option<&'static Exporting> {
    EXPORTING.get()
}

pub(crate) fn begin(settings: Settings) -> Result<(), BeginError> {
    if EXPORTING.get().is_some() {
        return Ok(());
    }
    let Settings {
        endpoint,
        headers,
        sample,
        timeout,
        service_name,
        resource,
    } = settings;
    let client = Client::new(&endpoint, headers, timeout)?;
    let problem = client.problem();
    // Ours, and not what variables of the environment say.
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(endpoint)
        .with_timeout(timeout)
        .build()
        .map_err(|error| BeginError(error.to_string()))?;
    let counts = Arc::<queue::Counts>::default();
    let config = BatchConfigBuilder::default()
        .with_max_queue_size(queue::MOST)
        .with_max_export_batch_size(BATCH)
        .with_scheduled_delay(DELAY)
        .build();
    let telling = Telling::new(exporter, counts.clone(), problem);
    let queue = Queue::new(BatchSpanProcessor::new(telling, config), counts.clone());
    let resource = resource
        .into_iter()
        .map(|(name, value)| KeyValue::new(name, value));
    let mut builder = Resource::builder_empty()
        .with_attributes(resource)
        // `OTEL_RESOURCE_ATTRIBUTES`: what an orchestrator says of the process.
        .with_detector(Box::new(EnvResourceDetector::new()));
    if let Some(name) = service_name {
        builder = builder.with_service_name(name);
    }
    let resource = builder.build();
    let sampler = Sampler::TraceIdRatioBased(sample);
    let provider = SdkTracerProvider::builder()
        .with_resource(resource)
        .with_id_generator(Ids::default())
        .with_sampler(Sampler::ParentBased(Box::new(sampler.clone())))
        .with_span_processor(queue)
        .build();
    let exporting = Exporting {
        tracer: provider.tracer("ostankino"),
        provider: provider.clone(),
        sampler,
        queue: counts,
    };
    if EXPORTING.set(exporting).is_ok() {
        // For spans of handlers' own.
        opentelemetry::global::set_tracer_provider(provider);
    }
    Ok(())
}

pub(crate) async fn flush(within: Duration) {
    let Some(exporting) = exporting() else {
        return;
    };
    let provider = exporting.provider.clone();
    let (done, flushed) = tokio::sync::oneshot::channel();
    // A thread that nobody waits for: the runtime would wait for one of its own at its end.
    let flushing = std::thread::Builder::new()
        .name("traces".into())
        .spawn(move || {
            let _ = provider.force_flush();
            let _ = done.send(());
        });
    if flushing.is_ok() {
        let _ = tokio::time::timeout(within, flushed).await;
    }
    let spans = exporting.queue.waiting();
    if spans > 0 {
        tracing::warn!(
            event = "traces_unsent",
            spans,
            "the collector of traces did not take all of them in time: the rest is lost"
        );
    }
}

impl Exporting {
    /// Whether a trace is recorded: as every process decides that has the same share.
    pub(crate) fn samples(&self, trace: TraceId) -> bool {
        let kind = &SpanKind::Internal;
        let sampled = self.sampler.should_sample(None, trace, "", kind, &[], &[]);
        sampled.decision == SamplingDecision::RecordAndSample
    }

    pub(crate) fn span(&self, name: impl Into<Cow<'static, str>>, kind: SpanKind) -> SpanBuilder {
        self.tracer.span_builder(name).with_kind(kind)
    }

    pub(crate) fn start(&self, builder: SpanBuilder, parent: &Context) -> Span {
        self.tracer.build_with_context(builder, parent)
    }
}

thread_local! {
    static NEXT: Cell<(Option<TraceId>, Option<SpanId>)> = const { Cell::new((None, None)) };
}

/// Begins a span that is to have these ids.
pub(crate) fn with_ids<T>(
    trace: Option<TraceId>,
    span: Option<SpanId>,
    begin: impl FnOnce() -> T,
) -> T {
    NEXT.set((trace, span));
    let begun = begin();
    NEXT.set((None, None));
    begun
}

/// Random ids, but for spans that have their own.
#[derive(Debug, Default)]
struct Ids(RandomIdGenerator);

impl IdGenerator for Ids {
    fn new_trace_id(&self) -> TraceId {
        let (trace, _) = NEXT.get();
        trace.unwrap_or_else(|| self.0.new_trace_id())
    }

    fn new_span_id(&self) -> SpanId {
        let (_, span) = NEXT.get();
        span.unwrap_or_else(|| self.0.new_span_id())
    }
}
