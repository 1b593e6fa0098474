//! A rolling deploy: processes of a version without members hold and want the poller's lease.

use async_nats::jetstream::kv::Operation;
use ostankino_seats::Seat;
use serde::Deserialize;

use super::{
    super::{Change, bucket},
    servers::until,
    world::{BOT, Process, World},
};
use crate::nats::Nats;

/// As 3ad3c5d writes it.
const OLD: &str = r#"{"instance":"00c0ffee00c0ffee","host":"old","since":1700000000}"#;

/// As 3ad3c5d reads it.
#[derive(Debug, Default, Deserialize)]
struct Holder {
    instance: String,
    host: String,
    since: u64,
}

/// A world in which a process of such a version polls, with the revision of its lease.
async fn world_with_an_old_poller() -> (World, u64) {
    let world = World::new();
    let nats = Nats::connect(&world.config.nats).await.expect("it answers");
    let bucket = bucket::open(&nats, &world.config).await.expect("opened");
    let held = bucket.put(format!("poller.{BOT}"), OLD.into()).await;
    (world, held.expect("written"))
}

fn polls(process: &Process) -> Option<Change> {
    let changes = process.changes();
    changes.into_iter().find(|change| {
        matches!(
            change,
            Change::Own {
                seat: Seat::Poll,
                ..
            }
        )
    })
}

#[tokio::test]
async fn its_lease_is_honoured_while_it_is_renewed_and_taken_when_it_is_given_back() {
    let (world, mut held) = world_with_an_old_poller().await;
    let one = world.join().await;
    one.begins_all_of(8).await;
    let (bucket, key) = (world.bucket().await, format!("poller.{BOT}"));
    let seat = format!("seat.{BOT}.0");
    // Long enough for an entry that nobody renews to expire.
    for _ in 0..4 {
        let renewed = bucket.update(&key, OLD.into(), held).await;
        held = renewed.expect("it is still its own");
        let seen = bucket.entry(&seat).await.expect("an answer");
        let seen = seen.expect("it is held").revision;
        until("the new process has renewed its own", async || {
            let entry = bucket.entry(&seat).await.expect("an answer");
            entry.is_some_and(|entry| entry.revision > seen)
        })
        .await;
    }
    assert_eq!(polls(&one), None);
    // As it gives it back.
    let given_back = bucket.delete_expect_revision(&key, Some(held)).await;
    given_back.expect("deleted");
    one.begins_all_of(9).await;
    assert!(matches!(
        polls(&one),
        Some(Change::Own {
            was_released: true,
            ..
        })
    ));
    world.check();
}

#[tokio::test]
async fn its_lease_is_taken_when_it_expires() {
    let (world, _) = world_with_an_old_poller().await;
    let one = world.join().await;
    one.begins_all_of(9).await;
    assert!(matches!(
        polls(&one),
        Some(Change::Own {
            was_released: false,
            ..
        })
    ));
    world.check();
}

#[tokio::test]
async fn it_sees_who_polls_and_may_take_over_when_that_one_stops() {
    let world = World::new();
    let one = world.join().await;
    one.begins_all_of(9).await;
    let (bucket, key) = (world.bucket().await, format!("poller.{BOT}"));
    let entry = bucket.entry(&key).await.expect("an answer");
    let entry = entry.expect("it is held");
    assert_eq!(entry.operation, Operation::Put);
    let holder: Holder = serde_json::from_slice(&entry.value).expect("it is read");
    assert_eq!(holder.instance, one.handle.instance());
    assert!(!holder.host.is_empty() && holder.since > 1_700_000_000);
    one.stop().await;
    // What is not a Put is free for it, over that revision.
    let entry = bucket.entry(&key).await.expect("an answer");
    let revision = entry.map_or(0, |entry| {
        assert_eq!(entry.operation, Operation::Delete);
        entry.revision
    });
    let taken = bucket.update(&key, OLD.into(), revision).await;
    taken.expect("it takes it");
    world.check();
}
