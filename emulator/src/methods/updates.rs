//! getUpdates: long polling.

use std::{pin::pin, time::Duration};

use serde_json::Value;
use tokio::time::{Instant, sleep_until};

use super::Outcome;
use crate::{
    http::{Answer, Params, Refusal},
    world::{Ended, World},
};

/// Answers with the updates from `offset` on, as soon as there are some.
pub(super) async fn get_updates(world: &World, params: &Params) -> Outcome {
    let offset = params.integer("offset").unwrap_or(0);
    let limit = params.integer("limit").unwrap_or(100).clamp(1, 100);
    let timeout = params.integer("timeout").unwrap_or(0).clamp(0, 50);
    let mut limit = usize::try_from(limit).expect("clamped just above");
    let timeout = Duration::from_secs(timeout.unsigned_abs());

    let begun = world.change(|state| {
        if state.webhook.is_some() {
            return Err(Refusal::new(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
            ));
        }
        if let Some(kinds) = allowed_updates(params) {
            state.queue.allow(&kinds);
        }
        if state.queue.is_hasty(offset) {
            limit = 1;
        }
        state.queue.confirm(offset);
        let updates = state.queue.first(limit);
        let waits = updates.is_empty() && !timeout.is_zero();
        Ok((updates, waits.then(|| state.queue.wait())))
    });
    let (updates, wait) = begun?;
    let Some((number, mut ended)) = wait else {
        return Ok(Answer::of_elements(&updates));
    };

    let _seat = Seat { world, number };
    let mut time_is_up = pin!(sleep_until(Instant::now() + timeout));
    loop {
        let mut new_updates = pin!(world.new_updates.notified());
        // Enlisted before looking, or an update between the look and the wait would be missed.
        new_updates.as_mut().enable();
        let updates = world.read(|state| state.queue.first(limit));
        if !updates.is_empty() {
            return Ok(Answer::of_elements(&updates));
        }
        tokio::select! {
            biased;
            why = &mut ended => return Err(conflict(why.unwrap_or(Ended::OtherPoll))),
            () = new_updates => {}
            () = &mut time_is_up => return Ok(Answer::of_elements(&[])),
        }
    }
}

/// A waiting poller's place in the queue, given up when the poll is over or the bot hangs up.
struct Seat<'a> {
    world: &'a World,
    number: u64,
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.world.change(|state| state.queue.leave(self.number));
    }
}

fn conflict(why: Ended) -> Refusal {
    let text = match why {
        Ended::OtherPoll => {
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
        }
        Ended::Webhook => "Conflict: terminated by setWebhook request",
    };
    Refusal::new(409, text)
}

/// The kinds the bot asks for; `None` (nothing changes) when absent or no array of strings.
pub(super) fn allowed_updates(params: &Params) -> Option<Vec<String>> {
    let Value::Array(kinds) = params.json("allowed_updates")?.ok()? else {
        return None;
    };
    kinds
        .into_iter()
        .map(|kind| kind.as_str().map(str::to_owned))
        .collect()
}
