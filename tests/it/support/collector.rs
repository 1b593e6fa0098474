//! A collector of traces of the test's own: a real HTTP server that takes OTLP, and can hang or refuse.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, KeyValue, any_value::Value},
    trace::v1::Span,
};
use prost::Message;
use tokio::{net::TcpListener, task::JoinSet};

use super::servers::until;

/// What it does with what it is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mood {
    #[default]
    Takes,
    Refuses,
    /// It reads a request, and never answers it.
    Hangs,
}

/// A span as it was exported.
#[derive(Clone, Debug)]
pub(crate) struct Exported {
    pub(crate) trace: String,
    pub(crate) id: String,
    /// Empty for the first of a trace.
    pub(crate) parent: String,
    pub(crate) name: String,
    /// As OTLP numbers them: 2 server, 3 client, 4 producer, 5 consumer.
    pub(crate) kind: i32,
    pub(crate) attributes: BTreeMap<String, String>,
    /// The traces that it is linked to, and the spans there.
    pub(crate) links: Vec<(String, String)>,
    pub(crate) is_failed: bool,
    pub(crate) begun: u64,
    pub(crate) ended: u64,
    /// What is said of the process.
    pub(crate) resource: BTreeMap<String, String>,
}

#[derive(Debug, Default)]
struct Taken {
    mood: Mood,
    requests: usize,
    headers: HeaderMap,
    bytes: Vec<u8>,
    spans: Vec<Exported>,
}

/// See the [module](self). It goes with this handle.
pub(crate) struct Collector {
    pub(crate) url: String,
    taken: Arc<Mutex<Taken>>,
    _serving: JoinSet<()>,
}

impl Collector {
    pub(crate) async fn start(mood: Mood) -> Self {
        let taken = Arc::new(Mutex::new(Taken {
            mood,
            ..Taken::default()
        }));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let routes = Router::new().route("/v1/traces", post(take));
        let routes = routes.with_state(taken.clone());
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, routes).await.expect("it serves") });
        Self {
            url,
            taken,
            _serving: serving,
        }
    }

    pub(crate) fn turns(&self, mood: Mood) {
        self.lock().mood = mood;
    }

    /// All spans that came so far.
    pub(crate) fn spans(&self) -> Vec<Exported> {
        self.lock().spans.clone()
    }

    /// How often it was posted to.
    pub(crate) fn requests(&self) -> usize {
        self.lock().requests
    }

    /// The headers of the last request.
    pub(crate) fn headers(&self) -> HeaderMap {
        self.lock().headers.clone()
    }

    /// Whether these bytes are anywhere in what came.
    pub(crate) fn holds(&self, needle: &str) -> bool {
        let taken = self.lock();
        assert!(!taken.bytes.is_empty(), "something came");
        let mut windows = taken.bytes.windows(needle.len());
        windows.any(|window| window == needle.as_bytes())
    }

    /// Waits until what came so far is so.
    pub(crate) async fn wait_until(&self, what: &str, is_so: impl Fn(&[Exported]) -> bool) {
        until(what, async || is_so(&self.lock().spans)).await;
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        lock(&self.taken)
    }
}

fn lock(taken: &Mutex<Taken>) -> MutexGuard<'_, Taken> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn take(
    State(taken): State<Arc<Mutex<Taken>>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let mood = {
        let mut taken = lock(&taken);
        taken.requests += 1;
        taken.headers = headers;
        taken.mood
    };
    match mood {
        Mood::Takes => {}
        Mood::Refuses => return StatusCode::SERVICE_UNAVAILABLE,
        Mood::Hangs => std::future::pending().await,
    }
    let request = ExportTraceServiceRequest::decode(body.clone()).expect("OTLP");
    let mut taken = lock(&taken);
    taken.bytes.extend_from_slice(&body);
    for of_process in request.resource_spans {
        let resource = of_process.resource.expect("a resource");
        let resource = attributes(&resource.attributes);
        let spans = of_process.scope_spans.into_iter();
        let spans = spans.flat_map(|scope| scope.spans);
        let spans: Vec<_> = spans.map(|span| exported(span, &resource)).collect();
        taken.spans.extend(spans);
    }
    StatusCode::OK
}

fn exported(span: Span, resource: &BTreeMap<String, String>) -> Exported {
    let links = span.links.iter();
    Exported {
        trace: hex(&span.trace_id),
        id: hex(&span.span_id),
        parent: hex(&span.parent_span_id),
        name: span.name.clone(),
        kind: span.kind,
        attributes: attributes(&span.attributes),
        links: links
            .map(|link| (hex(&link.trace_id), hex(&link.span_id)))
            .collect(),
        is_failed: span.status.is_some_and(|status| status.code == 2),
        begun: span.start_time_unix_nano,
        ended: span.end_time_unix_nano,
        resource: resource.clone(),
    }
}

fn attributes(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    let attributes = attributes.iter();
    let attributes = attributes.map(|attribute| {
        let value = attribute.value.as_ref().map(shown);
        (attribute.key.clone(), value.unwrap_or_default())
    });
    attributes.collect()
}

fn shown(value: &AnyValue) -> String {
    match &value.value {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
