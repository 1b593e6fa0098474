//! `/file/bot<TOKEN>/<file_path>`: what is in a file, or in the rest of it.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use bytes::Bytes;
use serde_json::{Map, json};

use super::bot::{CallInProgress, spoiled};
use crate::{
    protocol::{Params, Refusal},
    world::{FileContent, World},
};

/// The name by which downloads stand in the log, and faults are scripted for them.
const DOWNLOAD: &str = "download";

/// Answers with the file's bytes; for one that was sent by URL, sends the bot there.
pub(super) async fn download(
    State(world): State<Arc<World>>,
    Path((bot, path)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let token = bot.strip_prefix("bot").unwrap_or_default();
    let Some(world) = world.with_token(token) else {
        return Refusal::new(404, "Not Found").into_response();
    };
    let range = headers.get(header::RANGE);
    let range = range.and_then(|range| range.to_str().ok());
    let mut told = Map::from_iter([("file_path".to_owned(), json!(path))]);
    if let Some(range) = range {
        told.insert("range".to_owned(), json!(range));
    }
    let call = CallInProgress::begin(&world, DOWNLOAD, &Params::of(told));
    // Nothing is carried out that a fault could keep from it.
    let fault = world.change(|state| state.faults.of(DOWNLOAD, None));
    let fault = fault.map(|fault| fault.takes_effect());
    let response = spoiled(fault, async { content(&world, &path, range) }).await;
    call.end(DOWNLOAD, &response);
    response
}

fn content(world: &World, path: &str, range: Option<&str>) -> Response {
    match world.read(|state| state.files().at(path).cloned()) {
        None => Refusal::new(404, "Not Found").into_response(),
        Some(FileContent::Url(url)) => Redirect::temporary(&url).into_response(),
        Some(FileContent::Bytes(bytes)) => {
            let unknown = HeaderValue::from_static("application/octet-stream");
            let mut response = part(&bytes, range);
            response.headers_mut().insert(header::CONTENT_TYPE, unknown);
            response
        }
    }
}

/// The whole, or what `bytes=<first>-` and `bytes=<first>-<last>` ask for; other ranges are passed over, as HTTP allows.
fn part(bytes: &Bytes, range: Option<&str>) -> Response {
    let asked = range.and_then(|range| range.strip_prefix("bytes=")?.split_once('-'));
    let asked = asked.and_then(|(first, last)| Some((first.parse::<usize>().ok()?, last)));
    let Some((first, last)) = asked else {
        return ([(header::ACCEPT_RANGES, "bytes")], bytes.clone()).into_response();
    };
    let size = bytes.len();
    if first >= size {
        let range = format!("bytes */{size}");
        return (
            StatusCode::RANGE_NOT_SATISFIABLE,
            [(header::CONTENT_RANGE, range)],
        )
            .into_response();
    }
    let end = last.parse().map_or(size, |last: usize| {
        last.saturating_add(1).clamp(first + 1, size)
    });
    let range = format!("bytes {first}-{}/{size}", end - 1);
    let headers = [(header::CONTENT_RANGE, range)];
    (
        StatusCode::PARTIAL_CONTENT,
        headers,
        bytes.slice(first..end),
    )
        .into_response()
}
