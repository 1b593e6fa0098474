//! What goes wrong: processes die, entries and the bucket are lost, the server is started again.

use std::sync::mpsc;

use async_nats::jetstream::kv;
use ostankino_seats::Seat;
use tokio::runtime;

use super::{
    super::Change,
    servers::{Nats, until},
    world::{ALL, BOT, World, released},
};

#[tokio::test]
async fn the_seats_of_who_lost_its_connection_are_taken() {
    let world = World::on(&shared(), 15_000);
    let (one, other) = world.join_two_evenly().await;
    let (owned, before) = (other.owned().len(), one.changes().len());
    other.kill().await;
    one.begins_all_of(ALL).await;
    // Nobody gave them back.
    assert_eq!(released(&one.changes()[before..]), (0, owned));
    world.check();
}

#[tokio::test]
async fn a_process_alone_that_is_killed_is_replaced_at_once() {
    let world = World::on(&shared(), 15_000);
    let one = world.join().await;
    one.begins_all_of(ALL).await;
    let (handle, owned) = (one.handle.clone(), one.owned());
    one.kill().await;
    assert!(owned.keys().all(|seat| !handle.may_begin(*seat)));
    let other = world.join().await;
    other.begins_all_of(ALL).await;
    assert_eq!(released(&other.changes()), (0, 9));
    world.check();
}

#[tokio::test]
async fn a_process_that_stood_still_begins_nothing_that_is_another_s() {
    let world = World::new();
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let (one, other) = (world.join_on(runtime.handle()).await, world.join().await);
    one.shares_with(&other, ALL).await;
    let (wake, woken) = mpsc::channel::<()>();
    runtime.spawn(async move { woken.recv() });
    // It keeps its connection, so its entries must expire.
    other.begins_all_of(ALL).await;
    assert_eq!(one.begins(), 0);
    drop(wake);
    until("it has a share again", async || one.begins() >= 4).await;
    one.shares_with(&other, ALL).await;
    world.check();
    runtime.shutdown_background();
}

#[tokio::test]
async fn a_stolen_seat_is_given_up() {
    let world = World::new();
    let one = world.join().await;
    one.begins_all_of(ALL).await;
    let term = one.owned()[&Seat::Partition(3)];
    let bucket = world.bucket().await;
    let key = format!("seat.{BOT}.3");
    let theft = r#"{"instance":"0000000000c0ffee","host":"x","since":1,"released":false}"#;
    bucket.put(&key, theft.into()).await.expect("written");
    let lost = Change::Abandon(Seat::Partition(3));
    until("it is lost", async || one.changes().contains(&lost)).await;
    // The thief is no member, so it has no right to it.
    one.begins_all_of(ALL).await;
    assert!(one.owned()[&Seat::Partition(3)] > term);
    world.check();
}

#[tokio::test]
async fn a_renewal_whose_answer_was_lost_is_known_again() {
    let world = World::new();
    let one = world.join().await;
    one.begins_all_of(ALL).await;
    let (bucket, before) = (world.bucket().await, one.changes());
    let member = format!("member.{BOT}.{}", one.handle.instance());
    for key in [format!("seat.{BOT}.3"), format!("poller.{BOT}"), member] {
        // As if it had written it itself, and never heard of it.
        let value = bucket.get(&key).await.expect("an answer");
        let written = bucket.put(&key, value.expect("it is held")).await;
        let revision = written.expect("written");
        until("it is renewed", async || {
            let entry = bucket.entry(&key).await.expect("an answer");
            entry.is_some_and(|entry| entry.revision > revision)
        })
        .await;
    }
    assert_eq!(one.changes(), before);
    world.check();
}

#[tokio::test]
async fn a_process_whose_member_entry_was_removed_gives_all_up_and_joins_again() {
    let world = World::new();
    let one = world.join().await;
    one.begins_all_of(ALL).await;
    let (bucket, instance) = (world.bucket().await, one.handle.instance());
    let member = format!("member.{BOT}.{instance}");
    bucket.delete(&member).await.expect("deleted");
    until("all are lost", async || {
        let changes = one.changes();
        let lost = changes
            .iter()
            .filter(|change| matches!(change, Change::Abandon(_)));
        lost.count() == 9
    })
    .await;
    one.begins_all_of(ALL).await;
    assert_ne!(one.handle.instance(), instance);
    world.check();
}

#[tokio::test]
async fn a_bucket_that_was_deleted_is_recreated_and_terms_go_on() {
    let world = World::new();
    let (one, other) = world.join_two().await;
    let before = one
        .owned()
        .into_values()
        .chain(other.owned().into_values())
        .max();
    let bucket = format!("{}_leases", world.config.nats.prefix);
    let jetstream = world.jetstream().await;
    jetstream.delete_key_value(bucket).await.expect("deleted");
    until("all are taken again", async || {
        let (one, other) = (one.owned(), other.owned());
        let least = one.values().chain(other.values()).min();
        one.len() + other.len() == 9 && least.copied() > before
    })
    .await;
    one.shares_with(&other, ALL).await;
    world.check();
}

#[tokio::test]
async fn a_bucket_that_stores_nothing_since_it_was_created_is_replaced() {
    let world = World::new();
    let name = format!("{}_leases", world.config.nats.prefix);
    let jetstream = world.jetstream().await;
    let settings = kv::Config {
        bucket: name,
        max_age: world.config.delivery.lease(),
        // No entry is so short.
        max_value_size: 1,
        ..kv::Config::default()
    };
    let made = jetstream.create_key_value(settings).await;
    made.expect("it is created");
    let one = world.join().await;
    one.begins_all_of(ALL).await;
    assert_eq!(
        world
            .bucket()
            .await
            .stream
            .cached_info()
            .config
            .max_message_size,
        -1
    );
    one.stop().await;
    world.check();
}

#[tokio::test]
async fn a_restart_of_the_server_moves_no_seat() {
    let mut server = Nats::start().await;
    let world = World::on(&server.url(), 300_000);
    let (one, other) = world.join_two_evenly().await;
    let before = (one.changes(), other.changes());
    server.kill().await;
    until("nothing begins", async || {
        one.begins() + other.begins() == 0
    })
    .await;
    server.restart().await;
    one.shares_with(&other, ALL).await;
    assert_eq!((one.changes(), other.changes()), before);
    one.stop().await;
    other.stop().await;
    world.check();
}

#[tokio::test]
async fn a_process_can_stop_while_the_server_is_away() {
    let mut server = Nats::start().await;
    let world = World::on(&server.url(), 15_000);
    let one = world.join().await;
    one.begins_all_of(ALL).await;
    server.kill().await;
    until("nothing begins", async || one.begins() == 0).await;
    one.is_to_stop();
    // What is under way is to end all the same.
    let owns_none = async || one.owned().is_empty();
    until("all are to drain", owns_none).await;
    let lost = |change: &Change| matches!(change, Change::Abandon(_));
    assert!(!one.changes().iter().any(lost));
    one.stop().await;
    world.check();
}

#[tokio::test]
async fn on_a_cluster_the_seats_of_who_lost_its_connection_are_taken() {
    let servers = Nats::cluster().await;
    let urls: Vec<_> = servers.iter().map(Nats::url).collect();
    let mut world = World::on(&urls.join(","), 15_000);
    world.config.nats.replicas = 3;
    let (one, other) = world.join_two_evenly().await;
    let bucket = world.bucket().await;
    assert_eq!(bucket.stream.cached_info().config.num_replicas, 3);
    other.kill().await;
    one.begins_all_of(ALL).await;
    one.stop().await;
    world.check();
}

fn shared() -> String {
    std::env::var("OSTANKINO__NATS__URLS").expect("the tests are run by `make test`")
}
