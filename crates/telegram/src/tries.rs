//! What is told of each try of a call: in metrics, and in the trace of the update that it is for. Never its URL, which holds the token.

use std::{borrow::Cow, time::Duration};

use bytes::Bytes;
use metrics::{Counter, Histogram, counter, histogram};
use ostankino_traces::{Kind, Span};
use reqwest::Url;

use super::{ApiError, counted::Handles};

/// The host and the port of a server.
pub(super) struct Place(String, u16);

impl Place {
    pub(super) fn of(server: &str) -> Option<Self> {
        let url = Url::parse(server).ok()?;
        Some(Self(
            url.host_str()?.to_owned(),
            url.port_or_known_default()?,
        ))
    }
}

/// The span of a try, if it is a part of a trace.
#[expect(clippy::ptr_arg, reason = "a clone of most of them is free")]
pub(super) fn begun(place: Option<&Place>, method: &Cow<'static, str>) -> Span {
    let span = Span::child(Kind::Client, || method.clone());
    if span.is_recorded() {
        span.set("http.request.method", "POST");
        span.set("url.template", format!("/bot<token>/{method}"));
        if let Some(Place(host, port)) = place {
            span.set("server.address", host.clone());
            span.set("server.port", *port);
        }
    }
    span
}

/// What came of it.
pub(super) fn ended(span: &Span, answer: &Result<Bytes, ApiError>) {
    if !span.is_recorded() {
        return;
    }
    let code = code_of(answer);
    if let Some(code) = code {
        span.set("http.response.status_code", code);
    }
    if answer.is_err() {
        span.fails(word_for(code));
    }
}

/// Counts a try. There are as many methods as the bot calls.
pub fn count(method: Cow<'static, str>, answer: &Result<Bytes, ApiError>, took: Duration) {
    type Call = (Cow<'static, str>, Option<u16>);
    static CALLS: Handles<Call, (Counter, Histogram)> = Handles::new();
    let make = |(method, code): &Call| {
        let code = word_for(*code);
        let calls = counter!("ostankino_calls_total", "method" => method.clone(), "code" => code);
        let seconds = histogram!("ostankino_call_seconds", "method" => method.clone());
        (calls, seconds)
    };
    let code = code_of(answer);
    if let Some(wait) = answer.as_ref().err().and_then(ApiError::retry_after) {
        counter!("ostankino_retry_after_seconds_total", "method" => method.clone())
            .increment(wait.as_secs());
    }
    CALLS.count((method, code), make, |(calls, seconds)| {
        calls.increment(1);
        seconds.record(took);
    });
}

fn code_of(answer: &Result<Bytes, ApiError>) -> Option<u16> {
    match answer {
        Ok(_) => Some(200),
        Err(error) => error.code(),
    }
}

fn word_for(code: Option<u16>) -> String {
    code.map_or_else(|| "network".to_owned(), |code| code.to_string())
}
