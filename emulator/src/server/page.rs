//! The page at `/`: static files within the binary, served so that a browser asks for them once.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::protocol::Refusal;

/// Only what this server serves, and no text ever becomes HTML or code: messages are written by strangers. Web apps of bots are
/// elsewhere: they open in frames, which can do nothing to the page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
    connect-src 'self'; frame-src http: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

const INDEX: &[u8] = include_bytes!("../../page/index.html");

/// The files of the folder `page/` by name.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../page/", $name)) as &[u8])),*]
    };
}

const FILES: &[(&str, &[u8])] = files![
    "icon.svg",
    "css/base.css",
    "css/inspector.css",
    "css/keyboards.css",
    "css/layout.css",
    "css/media.css",
    "css/messages.css",
    "css/windows.css",
    "js/act.js",
    "js/actions.js",
    "js/asides.js",
    "js/asking.js",
    "js/attach.js",
    "js/avatar.js",
    "js/bubble.js",
    "js/business.js",
    "js/calls.js",
    "js/chat.js",
    "js/checklist.js",
    "js/commands.js",
    "js/composer.js",
    "js/control.js",
    "js/dates.js",
    "js/dialogs.js",
    "js/direct.js",
    "js/english.js",
    "js/entities.js",
    "js/entry.js",
    "js/events.js",
    "js/faults.js",
    "js/files.js",
    "js/groups.js",
    "js/head.js",
    "js/html.js",
    "js/icons.js",
    "js/inline.js",
    "js/inspector.js",
    "js/keyboards.js",
    "js/language.js",
    "js/links.js",
    "js/main.js",
    "js/media.js",
    "js/membership.js",
    "js/money.js",
    "js/people.js",
    "js/picture.js",
    "js/player.js",
    "js/poll.js",
    "js/sendings.js",
    "js/service.js",
    "js/sidebar.js",
    "js/store.js",
    "js/streams.js",
    "js/theme.js",
    "js/tile.js",
    "js/topics.js",
    "js/webapp.js",
    "js/window.js",
    "js/words.js",
    "js/world.js",
    "vendor/LICENSE-htm",
    "vendor/LICENSE-preact",
    "vendor/hooks.js",
    "vendor/htm.js",
    "vendor/preact.js",
];

/// The routes: the page, and what it loads.
pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route(
            "/",
            get(async |headers: HeaderMap| file("index.html", INDEX, &headers)),
        )
        .route("/page/{*name}", get(asset))
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    match FILES.iter().find(|(known, _)| *known == name) {
        Some((name, bytes)) => file(name, bytes, &headers),
        None => Refusal::new(404, "Not Found").into_response(),
    }
}

fn file(name: &str, bytes: &'static [u8], request: &HeaderMap) -> Response {
    let tag = tag(bytes);
    let known = request
        .get(header::IF_NONE_MATCH)
        .is_some_and(|tags| tags.to_str().is_ok_and(|tags| tags.contains(&tag)));
    let headers: [(HeaderName, &str); 5] = [
        // The next emulator on this port may have another page: ask each time, which is cheap.
        (header::CACHE_CONTROL, "no-cache"),
        (header::ETAG, &tag),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    if known {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, [(header::CONTENT_TYPE, content_type(name))], bytes).into_response()
}

fn tag(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    }
}
