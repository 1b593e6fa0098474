//! The bucket of leases: what stands in it, what it survives.

use std::time::{Duration, SystemTime};

use serde_json::Value;
use telegram_emulator::Emulator;

use super::{POLLS, is_loss, losses, wait_for_nth};
use crate::support::{World, servers::until};

#[tokio::test]
async fn the_lease_says_who_polls_and_is_given_back_at_the_end() {
    let world = World::new().await;
    let service = world.service().start().await;
    let record = service.logs.wait_for(POLLS).await;
    let leases = world.leases().await;
    let key = format!("poller.{}", world.tg.bot_id());
    let value = leases.get(&key).await.expect("an answer");
    let value: Value = serde_json::from_slice(&value.expect("a lease")).expect("JSON");
    assert_eq!(value["instance"], record["instance"]);
    assert!(!value["host"].as_str().expect("a name").is_empty());
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = now.expect("after 1970").as_secs();
    let since = value["since"].as_u64().expect("seconds");
    assert!((now - 3600..=now).contains(&since), "{since}");

    service.stop().await;
    let value = leases.get(&key).await.expect("an answer");
    // Gone by now, or marked as given back.
    let value: Option<Value> = value.map(|json| serde_json::from_slice(&json).expect("JSON"));
    assert!(value.is_none_or(|value| value["released"] == true));
}

#[tokio::test]
async fn two_bots_with_one_prefix_do_not_meet() {
    let (world, other) = (World::new().await, World::new().await);
    let one = world.service().start().await;
    let two = other.service().set("NATS__PREFIX", &world.prefix);
    let two = two.start().await;
    let leases = world.leases().await;
    for (of, service) in [(&world, &one), (&other, &two)] {
        let record = service.logs.wait_for(POLLS).await;
        of.tg.wait_until(Emulator::is_polled).await;
        let held = leases.get(format!("poller.{}", of.tg.bot_id())).await;
        let held: Value =
            serde_json::from_slice(&held.expect("an answer").expect("a lease")).expect("JSON");
        assert_eq!(held["instance"], record["instance"]);
    }
    // Each handles what was said to it, more than either takes at once.
    for of in [&world, &other] {
        let people: Vec<_> = (0..8).map(|n| of.tg.person(&format!("P{n}"))).collect();
        for person in &people {
            person.says("/start");
        }
        for person in &people {
            person.next_message().await;
        }
        assert_eq!(of.count("FROM users").await, 8);
    }
    one.stop().await;
    two.stop().await;
}

#[tokio::test]
async fn a_renewal_whose_answer_was_lost_is_known_again() {
    let world = World::new().await;
    let service = world.service().start().await;
    service.logs.wait_for(POLLS).await;
    let leases = world.leases().await;
    let key = format!("poller.{}", world.tg.bot_id());
    // As if it had written it itself, and never heard of it.
    let value = leases.get(&key).await.expect("an answer").expect("a lease");
    let revision = leases.put(&key, value).await.expect("written");
    until("it is renewed", async || {
        let entry = leases.entry(&key).await.expect("an answer");
        entry.is_some_and(|entry| entry.revision > revision + 1)
    })
    .await;
    assert_eq!(losses(&service), 0);
    service.stop().await;
}

#[tokio::test]
async fn a_bucket_that_was_deleted_is_recreated() {
    let world = World::new().await;
    let service = world.service().start().await;
    service.logs.wait_for(POLLS).await;
    let bucket = format!("{}_leases", world.prefix);
    let jetstream = world.jetstream().await;
    jetstream.delete_key_value(bucket).await.expect("deleted");
    service.logs.wait_until("it polls no more", is_loss).await;
    wait_for_nth(&service.logs, POLLS, 2).await;
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    alice.next_message().await;
    service.stop().await;
}

#[tokio::test]
async fn another_length_of_the_lease_is_taken_at_the_next_start() {
    let world = World::new().await;
    for seconds in [5, 1, 150] {
        let length = (seconds * 1000).to_string();
        let service = world.service().set("DELIVERY__LEASE_MS", &length);
        let service = service.start().await;
        service.logs.wait_for(POLLS).await;
        let leases = world.leases().await;
        let kept = leases.stream.cached_info().config.max_age;
        assert_eq!(kept, Duration::from_secs(seconds));
        service.stop().await;
    }
}
