//! Who may use the control API: the page, programs, and no other page of the web.

use reqwest::{Client, StatusCode, header::HeaderMap};
use telegram_emulator::Emulator;

use crate::support::start;

async fn say(tg: &Emulator, headers: &[(&'static str, &str)]) -> StatusCode {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, value.parse().unwrap());
    }
    let request = Client::new()
        .post(format!("{}/control/say", tg.url()))
        .headers(map)
        .header("content-type", "application/x-www-form-urlencoded")
        .body("user=alice&text=hi");
    request.send().await.unwrap().status()
}

#[tokio::test]
async fn pages_of_others_cannot_write_as_ones_people() {
    let (tg, _bot) = start().await;
    let _alice = tg.person("Алиса").with_username("alice");
    let own = tg.url();
    let port = tg.address().port();
    let localhost = format!("localhost:{port}");
    let rebound = format!("evil.example:{port}");
    for headers in [
        vec![("origin", "https://evil.example")],
        vec![("origin", "null")],
        vec![("sec-fetch-site", "cross-site")],
        // A name of the attacker's that leads to this machine.
        vec![("host", rebound.as_str())],
    ] {
        assert_eq!(
            say(&tg, &headers).await,
            StatusCode::FORBIDDEN,
            "{headers:?}"
        );
    }
    assert_eq!(tg.pending_updates(), 0);
    for headers in [
        vec![],
        vec![("origin", own.as_str())],
        vec![("host", localhost.as_str())],
        // As a service of a composed set of containers.
        vec![("host", "telegram:8081")],
    ] {
        assert_eq!(say(&tg, &headers).await, StatusCode::OK, "{headers:?}");
    }
}

#[tokio::test]
async fn other_names_may_be_allowed() {
    let tg = Emulator::builder()
        .allow_host("telegram.test.example")
        .start()
        .await
        .unwrap();
    let _alice = tg.person("Алиса").with_username("alice");
    let host = [("host", "telegram.test.example:81")];
    assert_eq!(say(&tg, &host).await, StatusCode::OK);
    let origin = [
        ("host", "telegram.test.example"),
        ("origin", "http://telegram.test.example"),
    ];
    assert_eq!(say(&tg, &origin).await, StatusCode::OK);
    let other = [
        ("host", "telegram.test.example"),
        ("origin", "http://evil.example"),
    ];
    assert_eq!(say(&tg, &other).await, StatusCode::FORBIDDEN);
}
