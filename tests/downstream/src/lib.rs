//! A bot as somebody else writes it: its handlers call other services with a client of their own.
//! Cargo unifies the features of a crate, so what the library asks of reqwest is asked for here too.

use ostankino::{Extension, Result, Router};

/// Asks a service whether it is well.
async fn health(Extension(client): Extension<reqwest::Client>) -> Result<String> {
    let answer = client.get("http://127.0.0.1:8080/health").send().await;
    Ok(answer?.status().to_string())
}

/// The routes of the bot.
pub fn router() -> Router {
    Router::new().command("health", health)
}

#[cfg(test)]
mod tests {
    use telegram_emulator::Emulator;

    #[tokio::test]
    #[expect(
        clippy::disallowed_methods,
        reason = "a stranger knows nothing of our rules"
    )]
    async fn a_plain_client_is_made_before_anything_of_the_library_runs() {
        let client = reqwest::Client::new();
        let _routes = super::router();
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
}
