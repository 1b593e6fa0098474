//! The bot's own HTTP client beside the library's.

use ostankino_test::telegram_emulator::Emulator;

#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "a stranger knows nothing of our rules"
)]
async fn a_plain_client_is_made_before_anything_of_the_library_runs() {
    let client = reqwest::Client::new();
    let _routes = downstream::router();
    let server = Emulator::start().await;
    let asked = client
        .get(format!("{}/control/health", server.url()))
        .send();
    assert!(asked.await.expect("an answer").status().is_success());
    // TLS has what it needs as well: it comes to a handshake, which fails.
    let asked = client.get(server.url().replace("http:", "https:")).send();
    let error = asked.await.expect_err("it speaks no TLS");
    assert!(error.is_connect(), "{error:?}");
}
