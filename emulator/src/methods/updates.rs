//! getUpdates: long polling.

use std::{pin::pin, time::Duration};

use serde_json::Value;
use tokio::time::{Instant, sleep, sleep_until};

use super::Outcome;
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{Ended, SLOW, World},
};

/// The same offset within this time gets one update only.
const AT_ONCE: Duration = Duration::from_millis(500);

/// Answers with the updates from `offset` on, as soon as there are some.
pub(super) async fn get_updates(world: &World, params: &Params) -> Outcome {
    let offset = params.integer("offset").unwrap_or(0);
    let limit = params.integer("limit").unwrap_or(100).clamp(1, 100);
    let timeout = params.integer("timeout").unwrap_or(0).clamp(0, 50);
    let mut limit = usize::try_from(limit).expect("clamped just above");
    let mut timeout = Duration::from_secs(timeout.unsigned_abs());

    let begun = world.change(|state| {
        if state.webhook.is_some() {
            return Err(Ended::ActiveWebhook);
        }
        if let Some(kinds) = allowed_updates(params) {
            state.queue.allow(&kinds);
        }
        // Who asks for the same again has not confirmed anything, and is in a loop more often than not.
        let since = state.queue.repeats(offset);
        if since.is_some_and(|since| since < SLOW) {
            timeout = timeout.max(SLOW);
        }
        if since.is_some_and(|since| since < AT_ONCE) {
            limit = 1;
        }
        state.queue.confirm(offset);
        let now = state.now_ms();
        state.queue.expire(now);
        let updates = state.queue.first(limit);
        let waits = updates.is_empty() && !timeout.is_zero();
        Ok((updates, waits.then(|| state.queue.wait())))
    });
    let (number, mut ended) = match begun {
        Ok((_, Some(seat))) => seat,
        Ok((updates, None)) => return Ok(Answer::of_elements(&updates)),
        Err(why) => return Err(conflict(world, why).await),
    };

    let _seat = Seat { world, number };
    let mut time_is_up = pin!(sleep_until(Instant::now() + timeout));
    loop {
        let mut new_updates = pin!(world.shared.new_updates.notified());
        // Enlisted before looking, or an update between the look and the wait would be missed.
        new_updates.as_mut().enable();
        let updates = world.read(|state| state.queue.first(limit));
        if !updates.is_empty() {
            return Ok(Answer::of_elements(&updates));
        }
        tokio::select! {
            biased;
            why = &mut ended => return Err(conflict(world, why.unwrap_or(Ended::OtherPoll)).await),
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

async fn conflict(world: &World, why: Ended) -> Refusal {
    sleep(world.change(|state| state.queue.conflict_delay())).await;
    let text = match why {
        Ended::OtherPoll => {
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
        }
        Ended::NewWebhook => "Conflict: terminated by setWebhook request",
        Ended::ActiveWebhook => {
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        }
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
