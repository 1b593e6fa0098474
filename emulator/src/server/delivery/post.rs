//! One post to the webhook, and what its answer says.

use std::{error::Error as _, io, sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};
use bytes::Bytes;
use reqwest::{Client, Response, redirect::Policy};

use crate::{methods, protocol::Params, world::Webhook};

/// What came of it.
pub(super) struct Posted {
    /// The address that answered.
    pub(super) from: Option<String>,
    /// The method call in the answer, if the bot took the update.
    pub(super) outcome: Result<Option<(String, Params)>, Failure>,
}

/// The bot did not take it.
pub(super) struct Failure {
    /// As getWebhookInfo tells it.
    pub(super) why: String,
    /// In seconds.
    pub(super) retry_after: Option<u64>,
    /// It answered with 410.
    pub(super) is_gone: bool,
}

/// A client for one webhook. Bots that are tried out locally have certificates that nobody signed, so any will do.
pub(super) fn client() -> Client {
    Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .timeout(Duration::from_secs(60))
        .tls_danger_accept_invalid_certs(true)
        .build()
        .expect("nothing in these settings can fail")
}

/// Posts an update.
pub(super) async fn post(client: &Client, webhook: &Arc<Webhook>, element: Bytes) -> Posted {
    let mut request = client
        .post(&webhook.url)
        .header(header::CONTENT_TYPE, "application/json")
        .body(element);
    if let Some(secret) = &webhook.secret_token {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    match request.send().await {
        Ok(response) => {
            let from = response
                .remote_addr()
                .map(|address| address.ip().to_string());
            let outcome = answer(response).await;
            Posted { from, outcome }
        }
        Err(error) => Posted {
            from: None,
            outcome: Err(Failure {
                why: reason(&error),
                retry_after: None,
                is_gone: false,
            }),
        },
    }
}

async fn answer(response: Response) -> Result<Option<(String, Params)>, Failure> {
    let status = response.status();
    if !status.is_success() {
        let reason = status.canonical_reason().unwrap_or_default();
        let retry_after = response.headers().get(header::RETRY_AFTER);
        return Err(Failure {
            why: format!(
                "Wrong response from the webhook: {} {reason}",
                status.as_u16()
            ),
            retry_after: retry_after.and_then(|value| value.to_str().ok()?.parse().ok()),
            is_gone: status == StatusCode::GONE,
        });
    }
    let content_type = response.headers().get(header::CONTENT_TYPE).cloned();
    let Ok(body) = response.bytes().await else {
        return Err(Failure {
            why: "Webhook connection closed".to_owned(),
            retry_after: None,
            is_gone: false,
        });
    };
    let mut request = Request::new(Body::from(body));
    if let Some(content_type) = content_type {
        request
            .headers_mut()
            .insert(header::CONTENT_TYPE, content_type);
    }
    // An answer that is none of a call's forms is no call: most are empty, or say "ok".
    let Ok(mut params) = Params::from_request(request, &()).await else {
        return Ok(None);
    };
    Ok(params
        .take("method")
        .filter(|method| may_be_called(method))
        .map(|method| {
            let method = methods::spelled(&method).into_owned();
            (method, params)
        }))
}

/// Telegram takes no call from an answer that is about the webhook itself, or whose result somebody would want.
fn may_be_called(method: &str) -> bool {
    let method = method.to_ascii_lowercase();
    !method.starts_with("get")
        && !["deletewebhook", "setwebhook", "close", "logout"].contains(&method.as_str())
}

fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "Read timeout expired".to_owned();
    }
    let mut source = error.source();
    let mut innermost = error.to_string();
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<io::Error>()
            && error.kind() == io::ErrorKind::ConnectionRefused
        {
            return "Connection refused".to_owned();
        }
        innermost = error.to_string();
        source = error.source();
    }
    if error.is_connect() {
        return innermost;
    }
    "Webhook connection closed".to_owned()
}
