//! The page's files as they are served. What it does is tested in a browser, by the `page` tests of the service.

use std::{collections::BTreeSet, fs, path::Path};

use reqwest::{Client, Response, StatusCode};
use telegram_emulator::{Attachment, Emulator};

use crate::support::start;

async fn get(tg: &Emulator, path: &str, tag: &str) -> Response {
    let request = Client::new()
        .get(format!("{}{path}", tg.url()))
        .header("if-none-match", tag);
    request.send().await.unwrap()
}

#[tokio::test]
async fn the_page_and_all_it_names_are_served_with_their_types() {
    let (tg, _bot) = start().await;
    let page = get(&tg, "/", "").await;
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    let page = page.text().await.unwrap();
    assert!(page.starts_with("<!doctype html>") && !page.contains(tg.token()));

    let mut waiting: Vec<String> = page
        .split('"')
        .filter(|part| part.starts_with("/page/"))
        .map(str::to_owned)
        .collect();
    let mut seen = vec![];
    while let Some(path) = waiting.pop() {
        let answer = get(&tg, &path, "").await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let kind = match path.rsplit_once('.').unwrap().1 {
            "js" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            _ => "image/svg+xml",
        };
        assert_eq!(answer.headers()["content-type"], kind, "{path}");
        let text = answer.text().await.unwrap();
        let (folder, _) = path.rsplit_once('/').unwrap();
        // The modules it imports, by paths relative to its own.
        for name in text.split('"').filter(|part| part.ends_with(".js")) {
            let found = match name.split_once("../") {
                Some((_, name)) => format!("/page/{name}"),
                None => format!("{folder}/{}", name.trim_start_matches("./")),
            };
            if !seen.contains(&found) {
                waiting.push(found);
            }
        }
        seen.push(path);
    }
    assert!(
        seen.iter().any(|path| path.ends_with("vendor/preact.js")),
        "{seen:?}"
    );
}

#[tokio::test]
async fn files_are_asked_for_anew_but_sent_once_under_a_strict_policy() {
    let (tg, _bot) = start().await;
    for path in ["/", "/page/js/main.js"] {
        let first = get(&tg, path, "").await;
        let headers = first.headers();
        assert_eq!(headers["cache-control"], "no-cache");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        let tag = headers["etag"].to_str().unwrap();
        let second = get(&tg, path, tag).await;
        assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(second.bytes().await.unwrap().len(), 0);
    }
    for path in [
        "/page/",
        "/page/none.js",
        "/page/../Cargo.toml",
        "/page/js/%2e%2e/index.html",
    ] {
        assert_eq!(
            get(&tg, path, "").await.status(),
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn files_are_shown_to_people_but_never_as_pages_of_this_server() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    let html = b"<script>alert(1)</script>".to_vec();
    alice.sends(Attachment::document("page.html", html.clone()));
    let update = bot.only_update().await;
    let id = update["message"]["document"]["file_id"].as_str().unwrap();

    let file = get(&tg, &format!("/control/file?file_id={id}"), "").await;
    let headers = file.headers();
    assert_eq!(headers["content-type"], "application/octet-stream");
    assert_eq!(headers["content-disposition"], "attachment");
    assert_eq!(headers["content-security-policy"], "sandbox");
    assert_eq!(file.bytes().await.unwrap(), html);
    let none = get(&tg, "/control/file?file_id=none", "").await;
    assert_eq!(none.status(), StatusCode::BAD_REQUEST);
}

#[test]
fn the_page_says_everything_in_english_too() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("page/js");
    let is_russian = |text: &str| text.contains(|letter| ('\u{400}'..'\u{500}').contains(&letter));
    let (mut said, mut known) = (BTreeSet::new(), BTreeSet::new());
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let source = fs::read_to_string(&path).unwrap();
        let lines = source
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for (place, part) in lines.flat_map(|line| line.split('"').enumerate()) {
            if path.ends_with("english.js") && place == 1 {
                known.insert(part.to_owned());
            } else if is_russian(part) {
                // A text outside of quotes could not be looked up.
                assert!(place % 2 == 1, "{}: {part}", path.display());
                said.insert(part.to_owned());
            }
        }
    }
    assert!(said.len() > 200, "{}", said.len());
    let lacks: Vec<_> = said.symmetric_difference(&known).collect();
    assert!(lacks.is_empty(), "untranslated, or said no more: {lacks:?}");
}
