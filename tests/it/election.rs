//! Of all processes one polls; another takes its place when it ends, dies, freezes or is out of
//! touch. No update is lost in any of these.

mod foreign;
mod leases;
mod takeover;

use serde_json::Value;
use telegram_emulator::Emulator;

use crate::support::{Logs, Service, World};

/// What a process says that was elected.
const POLLS: &str = "polling";

/// Whether a process has taken its share of the partitions, and does not poll.
fn follows(record: &Value) -> bool {
    let seats = record["seats"].as_str().unwrap_or_default();
    record["event"] == "seats_taken" && !seats.starts_with("poll")
}

/// Whether one says that it polls no more: its lease is gone, or may be.
fn is_loss(record: &Value) -> bool {
    record["event"] == "polling_lost" || record["event"] == "polling_uncertain"
}

/// How often one said so.
fn losses(service: &Service) -> usize {
    let records = service.logs.records();
    records.into_iter().filter(is_loss).count()
}

/// Two processes of which the first polls; with these variables.
async fn leader_and_follower(world: &World, variables: &[(&str, &str)]) -> (Service, Service) {
    let start = async || {
        let mut service = world.service();
        for (key, value) in variables {
            service = service.set(key, value);
        }
        service.start().await
    };
    let leader = start().await;
    leader.logs.wait_for(POLLS).await;
    world.tg.wait_until(Emulator::is_polled).await;
    let follower = start().await;
    follower.logs.wait_until("its share", follows).await;
    (leader, follower)
}

/// Waits for the record of that number, from 1, of that event.
async fn wait_for_nth(logs: &Logs, event: &str, number: usize) -> Value {
    logs.wait_until(event, |_| logs.of(event).len() >= number)
        .await;
    logs.of(event).swap_remove(number - 1)
}

/// How many polls Telegram ended in favour of another one.
fn conflicts(world: &World) -> usize {
    let polls = world.tg.calls_of("getUpdates");
    polls.iter().filter(|poll| poll.status == 409).count()
}
