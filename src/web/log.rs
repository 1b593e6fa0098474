//! `/log`: which records are written, and others from now on.

use axum::{
    Json, Router,
    extract::Request,
    http::{HeaderMap, StatusCode, header, uri::Authority},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;

use crate::telemetry::{self, Level};

/// A filter is a line.
const LONGEST: usize = 4 * 1024;

pub(super) fn routes() -> Router {
    Router::new()
        .route("/log", get(tell).put(set).delete(reset))
        .layer(from_fn(local))
}

async fn tell() -> Response {
    with_level(|level| told(&level))
}

async fn set(filter: String) -> Response {
    with_level(|level| {
        if filter.len() > LONGEST {
            return (StatusCode::PAYLOAD_TOO_LARGE, "no filter is that long\n").into_response();
        }
        match level.set(filter.trim()) {
            Ok(()) => told(&level),
            Err(error) => (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
        }
    })
}

async fn reset() -> Response {
    with_level(|level| {
        level.reset();
        told(&level)
    })
}

fn with_level(act: impl FnOnce(Level) -> Response) -> Response {
    match telemetry::level() {
        Some(level) => act(level),
        None => {
            let problem = "this program has a log of its own: change it there\n";
            (StatusCode::NOT_FOUND, problem).into_response()
        }
    }
}

fn told(level: &Level) -> Response {
    Json(json!({ "filter": level.current(), "configured": level.configured() })).into_response()
}

/// Nobody else than who names the process by its address, or by `localhost`: a page in a browser on this machine, whose own name was made to lead
/// here, says that name. What another page sends by PUT or DELETE the browser asks for leave first, which nobody gives.
async fn local(request: Request, next: Next) -> Response {
    if !is_by_address(request.headers()) {
        let problem = "name the process by its address, as http://127.0.0.1:8080/log\n";
        return (StatusCode::MISDIRECTED_REQUEST, problem).into_response();
    }
    next.run(request).await
}

fn is_by_address(headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let authority = host.and_then(|host| host.parse::<Authority>().ok());
    authority.is_some_and(|authority| {
        let host = authority.host().trim_matches(['[', ']']);
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok()
    })
}
