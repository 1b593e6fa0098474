//! setWebhook, deleteWebhook, getWebhookInfo. A webhook is remembered, not delivered to: meanwhile updates wait.

use serde_json::{Value, json};

use super::{Outcome, updates::allowed_updates};
use crate::{
    http::{Answer, Params, Refusal},
    world::{Ended, World},
};

pub(super) fn set(world: &World, params: &Params) -> Outcome {
    let Some(url) = params.text("url") else {
        return delete(world, params);
    };
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(Refusal::bad_request(
            "bad webhook: An HTTPS URL must be provided for webhook",
        ));
    }
    let description = world.change(|state| {
        if let Some(kinds) = allowed_updates(params) {
            state.queue.allow(&kinds);
        }
        if params.flag("drop_pending_updates") {
            state.queue.clear();
        }
        state.queue.end_poll(Ended::BySettingWebhook);
        let old = state.webhook.replace(url.clone().into_owned());
        if old.as_deref() == Some(&*url) {
            "Webhook is already set"
        } else {
            "Webhook was set"
        }
    });
    Ok(Answer::described(&Value::Bool(true), description))
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
        let mut info = json!({
            "url": state.webhook.as_deref().unwrap_or(""),
            "has_custom_certificate": false,
            "pending_update_count": state.queue.pending(),
        });
        if state.webhook.is_some() {
            info["max_connections"] = json!(40);
        }
        if let Some(kinds) = state.queue.chosen_kinds() {
            info["allowed_updates"] = json!(kinds);
        }
        info
    });
    Answer::of(&info)
}
