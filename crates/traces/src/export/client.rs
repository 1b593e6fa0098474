//! Posts batches to the collector, from the thread that exports: with reqwest, as Telegram is called, in a runtime of that thread's own,
//! so that no update and no collector wait for each other.

use std::{
    error::Error,
    fmt::Write,
    str::FromStr,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use tokio::runtime::Runtime;

use crate::BeginError;

/// The most of an answer that is looked at: it says how many spans were refused.
const ANSWER: usize = 64 * 1024;

/// What was wrong with the last try, in words: the exporter keeps them to itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Problem(Arc<Mutex<Option<String>>>);

impl Problem {
    pub(super) fn take(&self) -> Option<String> {
        self.lock().take()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The way to the collector.
#[derive(Debug)]
pub(super) struct Client {
    client: reqwest::Client,
    /// Made by the thread that exports: elsewhere it could not even be dropped.
    runtime: OnceLock<Runtime>,
    /// They are secret, and not shown.
    headers: HeaderMap,
    problem: Problem,
}

impl Client {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that makes a client for the collector"
    )]
    pub(super) fn new(
        endpoint: &str,
        headers: Vec<(String, String)>,
        timeout: Duration,
    ) -> Result<Self, BeginError> {
        let cannot = |error: &dyn Error| BeginError(chain(error));
        let tls = ostankino_tls::client_config(endpoint.starts_with("https:"));
        let client = reqwest::Client::builder()
            .no_proxy()
            .tls_backend_preconfigured(tls)
            .timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| cannot(&error))?;
        let mut kept = HeaderMap::new();
        for (name, value) in headers {
            let (Ok(name), Ok(mut value)) =
                (HeaderName::from_str(&name), HeaderValue::from_str(&value))
            else {
                return Err(BeginError(
                    "a header has a name or a value that HTTP does not know".into(),
                ));
            };
            value.set_sensitive(true);
            kept.insert(name, value);
        }
        Ok(Self {
            client,
            runtime: OnceLock::new(),
            headers: kept,
            problem: Problem::default(),
        })
    }

    pub(super) fn problem(&self) -> Problem {
        self.problem.clone()
    }

    fn runtime(&self) -> std::io::Result<&Runtime> {
        if let Some(runtime) = self.runtime.get() {
            return Ok(runtime);
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(self.runtime.get_or_init(|| runtime))
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, reqwest::Error> {
        let (parts, body) = request.into_parts();
        let sent = self
            .client
            .request(parts.method, parts.uri.to_string())
            .headers(parts.headers)
            .headers(self.headers.clone())
            .body(body)
            .send();
        let mut answer = sent.await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await? {
            let room = ANSWER - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        }
        let mut response = Response::new(body.freeze());
        (*response.status_mut(), *response.headers_mut()) = (status, headers);
        Ok(response)
    }
}

#[async_trait]
impl HttpClient for Client {
    /// It blocks: the SDK calls it from a thread that does nothing else.
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let exchanged = self.runtime()?.block_on(self.exchange(request));
        let exchanged = exchanged.map_err(|error| chain(&error.without_url()));
        let problem = match &exchanged {
            Ok(answer) if answer.status().is_success() => None,
            Ok(answer) => Some(format!("it answers with {}", answer.status())),
            Err(error) => Some(error.clone()),
        };
        *self.problem.lock() = problem;
        Ok(exchanged?)
    }
}

/// An error with its causes.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(text, ": {error}").expect("a string takes all");
        cause = error.source();
    }
    text
}
