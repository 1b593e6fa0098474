//! What pages load: the script, the style and the icon, within the binary.

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};

use super::failure::Failure;

const FILES: [(&str, &str, &str); 3] = [
    (
        "admin.css",
        "text/css; charset=utf-8",
        include_str!("page/admin.css"),
    ),
    (
        "admin.js",
        "text/javascript; charset=utf-8",
        include_str!("page/admin.js"),
    ),
    ("icon.svg", "image/svg+xml", include_str!("page/icon.svg")),
];

/// One of them. Another version of the page asks for it by another URL.
pub(super) async fn file(Path(name): Path<String>) -> Response {
    let Some((_, kind, text)) = FILES.iter().find(|(known, ..)| *known == name) else {
        return Failure::absent().into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, *kind),
        (header::CACHE_CONTROL, "private, max-age=3600"),
    ];
    (headers, *text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_light() {
        let all: usize = FILES.iter().map(|(.., text)| text.len()).sum();
        assert!(all < 50_000, "{all}");
    }
}
