//! Broken requests: each is answered in Telegram's envelope, and none holds its connection for ever.

use std::time::Duration;

use serde_json::Value;
use telegram_emulator::Emulator;
use tokio::time::timeout;

use crate::support::{Raw, start};

/// The status and the body of the answer.
fn answer(text: &str) -> (u16, Value) {
    let (head, body) = text.split_once("\r\n\r\n").expect("a whole answer");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let body = serde_json::from_str(body).unwrap_or_else(|_| panic!("no envelope: {text}"));
    (status.expect("a status"), body)
}

async fn refused(tg: &Emulator, request: &str, code: u16, description: &str) {
    let raw = Raw::connect(tg.address()).await;
    raw.send(request).await;
    let received = timeout(Duration::from_secs(10), raw.receive()).await;
    let (status, body) = answer(&received.expect("an answer").unwrap());
    assert_eq!(status, code, "{body}");
    assert_eq!(
        (&body["ok"], &body["error_code"]),
        (&Value::Bool(false), &code.into())
    );
    assert_eq!(body["description"], description);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_bad_request() {
    let (tg, _bot) = start().await;
    let path = format!("/bot{}/sendMessage", tg.token());
    let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json");
    refused(
        &tg,
        &format!("{head}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        400,
        "Bad Request: can't read the request",
    )
    .await;
}

#[tokio::test]
async fn too_long_paths_and_headers_are_refused_in_the_envelope() {
    let (tg, _bot) = start().await;
    let long = "x".repeat(100_000);
    refused(
        &tg,
        &format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"),
        414,
        "Request-URI Too Long",
    )
    .await;
    let headers: String = (0..300)
        .map(|number| format!("X-{number}: y\r\n"))
        .collect();
    let many = format!("GET / HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
    refused(&tg, &many, 431, "Request Header Fields Too Large").await;
    refused(&tg, "nonsense\r\n\r\n", 400, "Bad Request").await;
}

#[tokio::test]
async fn half_open_connections_end() {
    let builder = Emulator::builder().patience(Duration::from_millis(200));
    let tg = builder.start().await.unwrap();
    let path = format!("/bot{}/sendMessage", tg.token());
    for begun in [
        "",
        "POST /bot",
        &format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab"),
    ] {
        let raw = Raw::connect(tg.address()).await;
        raw.send(begun).await;
        let end = timeout(Duration::from_secs(20), async {
            while raw.receive().await.is_ok_and(|text| !text.is_empty()) {}
        });
        end.await
            .unwrap_or_else(|_| panic!("still open after {begun:?}"));
    }
}
