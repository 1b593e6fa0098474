//! What is in a file, as people see it.

use std::sync::Arc;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use bytes::Bytes;

use super::arguments::required;
use crate::{
    protocol::{Params, Refusal},
    world::{FileContent, World},
};

/// The file with this `file_id`; one sent by URL is there.
pub(super) async fn show(
    State(world): State<Arc<World>>,
    params: Params,
) -> Result<Response, Refusal> {
    let id = required(&params, "file_id")?;
    let content = world.read(|state| {
        let path = &state.files().get(&id)?.path;
        state.files().at(path).cloned()
    });
    match content {
        None => Err(Refusal::bad_request("there is no such file")),
        Some(FileContent::Url(url)) => Ok(Redirect::temporary(&url).into_response()),
        Some(FileContent::Bytes(bytes)) => Ok(bare(bytes)),
    }
}

/// Pictures are shown, all else is saved: a stranger's HTML must not become a page of this server.
fn bare(bytes: Bytes) -> Response {
    let (kind, disposition) = match picture(&bytes) {
        Some(kind) => (kind, "inline"),
        None => ("application/octet-stream", "attachment"),
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, disposition),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "sandbox"),
        // What an id names never changes.
        (header::CACHE_CONTROL, "private, max-age=3600"),
    ];
    (headers, bytes).into_response()
}

/// The type of a picture, by its first bytes.
fn picture(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        _ => None,
    }
}
