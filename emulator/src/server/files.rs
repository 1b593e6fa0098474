//! `/file/bot<TOKEN>/<file_path>`: what is in a file.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};

use crate::{
    protocol::Refusal,
    world::{FileContent, World},
};

/// Answers with the file's bytes; for one that was sent by URL, sends the bot there.
pub(super) async fn download(
    State(world): State<Arc<World>>,
    Path((bot, path)): Path<(String, String)>,
) -> Response {
    let token = bot.strip_prefix("bot").unwrap_or_default();
    if world.with_token(token).is_none() {
        return Refusal::new(404, "Not Found").into_response();
    }
    match world.read(|state| state.files().at(&path).cloned()) {
        None => Refusal::new(404, "Not Found").into_response(),
        Some(FileContent::Url(url)) => Redirect::temporary(&url).into_response(),
        Some(FileContent::Bytes(bytes)) => {
            let unknown = HeaderValue::from_static("application/octet-stream");
            ([(header::CONTENT_TYPE, unknown)], bytes).into_response()
        }
    }
}
