//! Delivery to the webhook: each update is posted until the bot takes it, those of one chat one after another.
//!
//! As on the real server: an update that failed is posted again at once, then after 2 s, 4 s and so on up to a minute or
//! two, or when the answer's `Retry-After` says so; and the answer may carry a method call.

mod lanes;
mod post;

use std::{pin::pin, sync::Arc, time::Duration};

use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until},
};

use self::{lanes::Lanes, post::Posted};
use super::bot::call;
use crate::{
    protocol::objects::now,
    world::{Webhook, World},
};

/// How long a webhook may answer with nothing but 410 before it is deleted.
const GONE: Duration = Duration::from_secs(23 * 3600);

/// Delivers for as long as it is polled.
pub(crate) async fn run(world: Arc<World>) {
    loop {
        let webhook = next_webhook(&world, |_| true).await;
        let number = webhook.as_ref().map(|webhook| webhook.number);
        // What is under way when the webhook changes is cut off, and delivered to the next one.
        let changes = next_webhook(&world, |next| next.map(|next| next.number) != number);
        match webhook {
            Some(webhook) => tokio::select! {
                () = deliver(&world, webhook) => {}
                _ = changes => {}
            },
            None => {
                changes.await;
            }
        }
    }
}

/// Waits until this holds of the webhook, and returns it.
async fn next_webhook(world: &World, holds: impl Fn(Option<&Webhook>) -> bool) -> Option<Webhook> {
    loop {
        let mut changed = pin!(world.shared.changed.notified());
        // Enlisted before looking, or a change between the look and the wait would be missed.
        changed.as_mut().enable();
        let found =
            world.read(|state| holds(state.webhook.as_ref()).then(|| state.webhook.clone()));
        if let Some(webhook) = found {
            return webhook;
        }
        changed.await;
    }
}

/// Delivers to this webhook until it is dropped, and with it everything under way.
async fn deliver(world: &Arc<World>, webhook: Webhook) {
    let client = post::client();
    let webhook = Arc::new(webhook);
    let mut lanes = Lanes::default();
    let mut under_way = JoinSet::new();
    loop {
        let mut new_updates = pin!(world.shared.new_updates.notified());
        new_updates.as_mut().enable();
        let free = webhook.max_connections - under_way.len();
        let (due, wake_at) = world.change_quietly(|state| {
            let now = state.now_ms();
            state.queue.expire(now);
            lanes.due(state.queue.waiting(), free, webhook.max_connections)
        });
        for (id, element) in due {
            let (client, webhook) = (client.clone(), Arc::clone(&webhook));
            under_way.spawn(async move { (id, post::post(&client, &webhook, element).await) });
        }
        let wait = async {
            match wake_at {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            Some(ended) = under_way.join_next() => {
                if let Ok((id, posted)) = ended {
                    settle(world, &webhook, &mut lanes, id, posted);
                }
            }
            () = new_updates => {}
            () = wait => {}
        }
    }
}

/// Takes note of what came of a delivery.
fn settle(world: &Arc<World>, webhook: &Webhook, lanes: &mut Lanes, id: i64, posted: Posted) {
    let Posted { from, outcome } = posted;
    let (mut wait, mut gone) = (Duration::ZERO, false);
    let (error, method) = match outcome {
        Ok(method) => {
            lanes.delivered(id);
            (None, method)
        }
        Err(post::Failure {
            why,
            retry_after,
            is_gone,
        }) => {
            tracing::warn!(
                update_id = id,
                error = why,
                "the webhook did not take an update"
            );
            wait = lanes.failed(id, Instant::now(), retry_after);
            gone = is_gone;
            (Some((now(), why)), None)
        }
    };
    world.change(|state| {
        let now = state.now_ms();
        if error.is_none() || state.queue.is_over(id, now + wait.as_millis()) {
            state.queue.remove(id);
        }
        if let Some(webhook) = state.webhook_mut(webhook.number) {
            webhook.ip_address = from.or(webhook.ip_address.take());
            webhook.last_error = error.or(webhook.last_error.take());
            webhook.gone_ms = gone.then(|| webhook.gone_ms.unwrap_or(now));
            if webhook
                .gone_ms
                .is_some_and(|since| now > since + GONE.as_millis())
            {
                tracing::warn!("the webhook says that it is gone: it is deleted");
                state.webhook = None;
            }
        }
    });
    if let Some((method, params)) = method {
        let world = Arc::clone(world);
        // Nobody hears its answer, as on the real server; the next update does not wait for it.
        tokio::spawn(async move { call(&world, &method, &params).await });
    }
}
