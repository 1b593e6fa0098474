//! setWebhook, deleteWebhook, getWebhookInfo.

use serde_json::{Value, json};

use super::{Outcome, updates::allowed_updates};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{Ended, Webhook, World},
};

/// How many deliveries are under way at once, unless the bot says otherwise.
const CONNECTIONS: i64 = 40;

pub(super) fn set(world: &World, params: &Params) -> Outcome {
    let Some(url) = params.text("url") else {
        return delete(world, params);
    };
    let webhook = read(&url, params)?;
    let description = world.change(|state| {
        if let Some(kinds) = allowed_updates(params) {
            state.queue.allow(&kinds);
        }
        if params.flag("drop_pending_updates") {
            state.queue.clear();
        }
        state.queue.end_poll(Ended::NewWebhook);
        if state
            .webhook
            .as_ref()
            .is_some_and(|old| old.is_as(&webhook))
        {
            return "Webhook is already set";
        }
        state.set_webhook(webhook);
        "Webhook was set"
    });
    Ok(Answer::described(&Value::Bool(true), description))
}

fn read(url: &str, params: &Params) -> Result<Webhook, Refusal> {
    let url = url.trim();
    // Without a scheme it is an HTTPS one.
    let full = if url.contains("://") {
        url.to_owned()
    } else {
        format!("https://{url}")
    };
    let is_web = |url: &reqwest::Url| ["http", "https"].contains(&url.scheme()) && url.has_host();
    if !reqwest::Url::parse(&full).is_ok_and(|url| is_web(&url)) {
        return Err(Refusal::bad_request("invalid webhook URL specified"));
    }
    let secret_token = params.text("secret_token");
    if let Some(secret) = &secret_token {
        if secret.len() > 256 {
            return Err(Refusal::bad_request("secret token is too long"));
        }
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if !secret.bytes().all(is_allowed) {
            return Err(Refusal::bad_request(
                "secret token contains unallowed characters",
            ));
        }
    }
    let connections = params.integer("max_connections").unwrap_or(CONNECTIONS);
    Ok(Webhook {
        url: full,
        secret_token: secret_token.map(std::borrow::Cow::into_owned),
        max_connections: usize::try_from(connections.clamp(1, 100)).expect("clamped just before"),
        has_custom_certificate: params.text("certificate").is_some(),
        ip_address: None,
        last_error: None,
        gone_ms: None,
        number: 0,
    })
}

pub(super) fn delete(world: &World, params: &Params) -> Outcome {
    let old = world.change(|state| {
        if params.flag("drop_pending_updates") {
            state.queue.clear();
        }
        state.webhook.take()
    });
    let description = if old.is_some() {
        "Webhook was deleted"
    } else {
        "Webhook is already deleted"
    };
    Ok(Answer::described(&Value::Bool(true), description))
}

pub(super) fn info(world: &World) -> Answer {
    let info = world.read(|state| {
        let webhook = state.webhook.as_ref();
        let mut info = json!({
            "url": webhook.map_or("", |webhook| &webhook.url),
            "has_custom_certificate": webhook.is_some_and(|webhook| webhook.has_custom_certificate),
            "pending_update_count": state.queue.pending(),
        });
        if let Some(webhook) = webhook {
            info["max_connections"] = json!(webhook.max_connections);
            if let Some(address) = &webhook.ip_address {
                info["ip_address"] = json!(address);
            }
            if let Some((date, message)) = &webhook.last_error {
                info["last_error_date"] = json!(date);
                info["last_error_message"] = json!(message);
            }
        }
        if let Some(kinds) = state.queue.chosen_kinds() {
            info["allowed_updates"] = json!(kinds);
        }
        info
    });
    Answer::of(&info)
}
