//! Webhooks of others beside the bot: an axum server, as a task of the bot, takes what a payment service tells and
//! writes to the user. A call that fails is answered with 502, so that it is made again. Each copy of the service
//! serves; a balancer stands in front of them.
//!
//! ```sh
//! scripts/services up && eval "$(scripts/services env)"
//! OSTANKINO__TELEGRAM__TOKEN=123456:… OSTANKINO__WEBHOOKS__SECRET=s3cret cargo run --example webhooks
//! curl -H 'Authorization: Bearer s3cret' -d 100 http://127.0.0.1:8080/paid/7
//! ```

use std::{net::SocketAddr, process::ExitCode};

use axum::{
    Router as Web,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    routing::post,
};
use ostankino::{App, Bot, Call, Context, Reply, Result, Router, html};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, de::IgnoredAny};
use tokio::net::TcpListener;

/// `[webhooks]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Webhooks {
    address: SocketAddr,
    /// What a caller proves itself by; nobody is let in without one.
    secret: SecretString,
}

impl Default for Webhooks {
    fn default() -> Self {
        Self {
            address: ([127, 0, 0, 1], 8080).into(),
            secret: SecretString::default(),
        }
    }
}

#[derive(Clone)]
struct Caller {
    bot: Bot,
    secret: SecretString,
}

impl Caller {
    fn is_known(&self, headers: &HeaderMap) -> bool {
        let secret = self.secret.expose_secret();
        let given = headers.get(AUTHORIZATION).map(|value| value.as_bytes());
        !secret.is_empty() && given == Some(format!("Bearer {secret}").as_bytes())
    }
}

/// `POST /paid/<user id>` with the sum as its body.
async fn paid(
    State(caller): State<Caller>,
    Path(user): Path<i64>,
    headers: HeaderMap,
    sum: String,
) -> StatusCode {
    if !caller.is_known(&headers) {
        return StatusCode::UNAUTHORIZED;
    }
    let text = html!("Оплачено: <b>{sum}</b> ₽");
    let call = Call::new("sendMessage").param("chat_id", user);
    match caller
        .bot
        .call::<IgnoredAny>(call.param("text", text))
        .await
    {
        Ok(_) => StatusCode::NO_CONTENT,
        Err(error) if error.is_transient() => StatusCode::BAD_GATEWAY,
        // Blocked, or never there: another try changes nothing.
        Err(_) => StatusCode::GONE,
    }
}

async fn serve(context: Context) -> Result<()> {
    let Webhooks { address, secret } = context.state()?;
    let bot = context.bot().clone();
    let web = Web::new()
        .route("/paid/{user}", post(paid))
        .with_state(Caller { bot, secret });
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?.to_string();
    tracing::info!(event = "webhooks_served", address, "webhooks are served");
    let stopped = async move { context.stopped().await };
    Ok(axum::serve(listener, web)
        .with_graceful_shutdown(stopped)
        .await?)
}

#[tokio::main]
async fn main() -> ExitCode {
    ostankino::serve(|config| {
        let webhooks: Webhooks = config.section("webhooks");
        App::builder(config)
            .state(webhooks)
            .task("webhooks", serve)
            .router(Router::new().command("start", || async {
                Reply::text("Напишу, когда оплатят.")
            }))
    })
    .await
}
