//! Processes come and go in order.

use async_nats::{RequestErrorKind, jetstream::kv::Operation};
use ostankino_seats::Seat;
use serde_json::Value;

use super::{
    super::Change,
    servers::until,
    world::{ALL, BOT, World, released},
};

#[tokio::test]
async fn alone_it_owns_everything_until_it_leaves() {
    let world = World::new();
    let one = world.join().await;
    one.begins_all_of(ALL).await;
    let bucket = world.bucket().await;
    let key = format!("poller.{BOT}");
    let entry = bucket.entry(&key).await.expect("an answer");
    let entry = entry.expect("it is there");
    let value: Value = serde_json::from_slice(&entry.value).expect("JSON");
    assert_eq!(value["instance"], one.handle.instance());
    assert_eq!(one.owned()[&Seat::Poll], entry.revision);
    let member = format!("member.{BOT}.{}", one.handle.instance());
    assert!(bucket.get(&member).await.expect("an answer").is_some());

    let client = world.jetstream().await.client();
    let alive = format!(
        "{}.alive.{}",
        world.config.nats.prefix,
        one.handle.instance()
    );
    let answer = client.request(alive.clone(), "".into()).await;
    answer.expect("it says that it is alive");
    let handle = one.handle.clone();
    one.stop().await;
    until("nobody says so any more", async || {
        let answer = client.request(alive.clone(), "".into()).await;
        answer.is_err_and(|error| error.kind() == RequestErrorKind::NoResponders)
    })
    .await;
    assert!(!handle.may_begin(Seat::Poll));
    for key in [&key, &format!("seat.{BOT}.0"), &member] {
        let entry = bucket.entry(key).await.expect("an answer");
        // Gone by now, or marked as given back.
        assert!(entry.is_none_or(|entry| entry.operation == Operation::Delete));
    }
    world.check();
}

#[tokio::test]
async fn who_joins_gets_its_share_in_order() {
    let world = World::new();
    let one = world.join().await;
    one.begins_all_of(ALL).await;
    let other = world.join().await;
    other.begins_all_of(4).await;
    one.begins_all_of(5).await;
    assert_eq!(released(&other.changes()), (4, 4));
    assert!(one.owned().contains_key(&Seat::Poll), "the poller stays");
    let third = world.join().await;
    third.begins_all_of(2).await;
    one.shares_with(&other, 7).await;
    let moved = one.changes().len() + other.changes().len() + third.changes().len();
    assert_eq!(moved, 9 + 4 + 4 + 2 + 2, "no other seat moved");
    world.check();
}

#[tokio::test]
async fn who_stops_hands_over_in_order() {
    let world = World::new();
    let (one, other) = world.join_two_evenly().await;
    let (owned, before) = (other.owned().len(), one.changes().len());
    other.stop().await;
    one.begins_all_of(ALL).await;
    assert_eq!(released(&one.changes()[before..]), (owned, owned));
    world.check();
}

#[tokio::test]
async fn nothing_is_handed_over_before_it_is_drained() {
    let world = World::new();
    let one = world.join().await;
    one.begins_all_of(ALL).await;
    one.is_busy();
    let other = world.join().await;
    until("one is to drain", async || one.owned().len() == 5).await;
    let mut drained: Vec<_> = one.changes().into_iter().filter_map(to_drain).collect();
    assert!(drained.iter().all(|seat| !one.handle.may_begin(*seat)));
    let last = drained.pop().expect("some");
    for seat in drained {
        one.handle.drained(seat);
    }
    other.begins_all_of(3).await;
    assert!(!other.owned().contains_key(&last));
    one.handle.drained(last);
    other.begins_all_of(4).await;
    world.check();
}

#[tokio::test]
async fn a_stop_waits_for_what_is_under_way() {
    let world = World::new();
    let one = world.join().await;
    one.begins_all_of(ALL).await;
    one.is_busy();
    one.is_to_stop();
    until("all are to drain", async || one.owned().is_empty()).await;
    let other = world.join().await;
    let mut drained: Vec<_> = one.changes().into_iter().filter_map(to_drain).collect();
    let first = drained.pop().expect("some");
    one.handle.drained(first);
    until("it is taken", async || other.owned().contains_key(&first)).await;
    assert_eq!(other.owned().len(), 1);
    for seat in drained {
        one.handle.drained(seat);
    }
    other.begins_all_of(ALL).await;
    one.stop().await;
    world.check();
}

#[tokio::test]
async fn who_is_unwell_hands_over() {
    let world = World::new();
    let (one, other) = world.join_two().await;
    until("the other has all", async || {
        one.handle.found_servers(false);
        other.handle.found_servers(true);
        other.begins() == 9
    })
    .await;
    world.check();
}

fn to_drain(change: Change) -> Option<Seat> {
    match change {
        Change::Drain(seat) => Some(seat),
        Change::Own { .. } | Change::Abandon(_) => None,
    }
}
