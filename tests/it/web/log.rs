//! `/log`: another filter while the process runs, for who names it by its address.

use reqwest::Method;

use super::{Port, with_port};
use crate::support::{World, servers::until};

async fn ask(port: &Port, method: Method, host: Option<&str>, filter: &str) -> (u16, String) {
    let request = port
        .client
        .request(method, format!("{}/log", port.url))
        .body(filter.to_owned());
    let request = match host {
        Some(host) => request.header("host", host),
        None => request,
    };
    let answer = request.send().await.expect("it answers");
    (
        answer.status().as_u16(),
        answer.text().await.expect("a text"),
    )
}

#[tokio::test]
async fn the_filter_is_changed_told_and_brought_back() {
    let world = World::new().await;
    let service = with_port(world.service()).start().await;
    let port = Port::of(&service).await;
    let (status, told) = port.get("/log").await;
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!((status, &told["filter"]), (200, &told["configured"]));
    let (status, problem) = ask(&port, Method::PUT, None, "debgu").await;
    assert_eq!(status, 400);
    assert!(problem.contains("no level"), "{problem}");
    let (status, _) = ask(&port, Method::PUT, None, "warn").await;
    assert_eq!(status, 200);
    assert_eq!(
        service.logs.wait_for("log_filter_changed").await["filter"],
        "warn"
    );
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    alice.next_message().await;
    assert!(service.logs.of("update_handled").is_empty());
    let (status, _) = ask(&port, Method::DELETE, None, "").await;
    assert_eq!(status, 200);
    alice.says("/start");
    alice.next_message().await;
    service.logs.wait_for("update_handled").await;
    let long = "x".repeat(5_000);
    assert_eq!(ask(&port, Method::PUT, None, &long).await.0, 413);
}

#[tokio::test]
async fn a_page_of_another_name_changes_nothing() {
    let world = World::new().await;
    let service = with_port(world.service()).start().await;
    let port = Port::of(&service).await;
    for host in [
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
    ] {
        assert_eq!(
            ask(&port, Method::PUT, Some(host), "off").await.0,
            421,
            "{host}"
        );
    }
    for host in ["localhost", "localhost:8080", "127.0.0.1:1", "[::1]:8080"] {
        assert_eq!(
            ask(&port, Method::PUT, Some(host), "info").await.0,
            200,
            "{host}"
        );
    }
    // A browser asks first whether a page of another origin may: nobody says that it may.
    let asked = port
        .client
        .request(Method::OPTIONS, format!("{}/log", port.url));
    let asked = asked
        .header("origin", "https://evil.example")
        .header("access-control-request-method", "PUT");
    let answer = asked.send().await.expect("it answers");
    assert!(
        answer
            .headers()
            .get("access-control-allow-origin")
            .is_none()
    );
    until("each change is in the log", async || {
        service.logs.of("log_filter_changed").len() == 4
    })
    .await;
}
