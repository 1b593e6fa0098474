//! What is in JetStream already when a service starts.

use std::time::Duration;

use async_nats::jetstream::{kv, stream};
use ostankino::Router;
use telegram_emulator::Emulator;

use super::refusal;
use crate::support::World;

#[tokio::test]
async fn another_number_of_partitions_is_refused_while_updates_wait_and_taken_afterwards() {
    let world = World::new().await;
    // A bot whose handler does not come to its end leaves an update behind.
    let stuck = Router::new().text(async || std::future::pending::<()>().await);
    let quick = |config: &mut ostankino::Config| {
        config.delivery.shutdown_grace_ms = 1;
    };
    let app = world.app(stuck).config(quick).start().await;
    let alice = world.tg.person("Алиса");
    alice.says("раз");
    let stored = |tg: &Emulator| tg.confirmed_offset().is_some() && tg.pending_updates() == 0;
    world.tg.wait_until(stored).await;
    app.stop().await;

    let error = refusal(&world.service().set("DELIVERY__PARTITIONS", "6").spawn()).await;
    let problem = "1 messages wait in 4 partitions, and delivery.partitions is 6: \
                   set delivery.partitions to 4 until they are handled";
    assert!(error.contains(problem), "{error}");

    let same = world.service().start().await;
    alice.next_message().await;
    same.stop().await;

    for partitions in ["6", "2"] {
        let other = world
            .service()
            .set("DELIVERY__PARTITIONS", partitions)
            .start()
            .await;
        // Enough people for every partition.
        let guests: Vec<_> = (0..12).map(|_| world.tg.person("Гость")).collect();
        for guest in &guests {
            guest.says("/start");
        }
        for guest in &guests {
            guest.next_message().await;
        }
        other.stop().await;
    }
}

#[tokio::test]
async fn a_stream_that_is_no_queue_is_refused_and_left_as_it_is() {
    let world = World::new().await;
    let jetstream = world.jetstream().await;
    let name = format!("{}_UPDATES", world.prefix);
    let foreign = stream::Config {
        name: name.clone(),
        subjects: vec![format!("{}.upd.>", world.prefix)],
        ..stream::Config::default()
    };
    jetstream.create_stream(foreign).await.expect("created");
    let error = refusal(&world.service().spawn()).await;
    assert!(error.contains(&name), "{error}");
    assert!(error.contains("choose another nats.prefix"), "{error}");
    let kept = jetstream.get_stream(&name).await.expect("kept");
    let retention = kept.cached_info().config.retention;
    assert_eq!(retention, stream::RetentionPolicy::Limits);
}

#[tokio::test]
async fn a_stream_of_dead_letters_with_other_subjects_is_refused() {
    let world = World::new().await;
    let name = format!("{}_DEAD", world.prefix);
    let foreign = stream::Config {
        name: name.clone(),
        subjects: vec![format!("{}.elsewhere", world.prefix)],
        ..stream::Config::default()
    };
    let jetstream = world.jetstream().await;
    jetstream.create_stream(foreign).await.expect("created");
    let error = refusal(&world.service().spawn()).await;
    assert!(error.contains(&name), "{error}");
    assert!(error.contains("choose another nats.prefix"), "{error}");
}

#[tokio::test]
async fn a_bucket_of_states_with_another_age_is_refused() {
    let world = World::new().await;
    let bucket = format!("{}_fsm", world.prefix);
    let foreign = kv::Config {
        bucket: bucket.clone(),
        max_age: Duration::from_secs(24 * 60 * 60),
        ..kv::Config::default()
    };
    let jetstream = world.jetstream().await;
    jetstream.create_key_value(foreign).await.expect("created");
    let error = refusal(&world.service().spawn()).await;
    assert!(error.contains(&bucket), "{error}");
    assert!(error.contains("correct fsm.ttl_days"), "{error}");

    // As the message says.
    let service = world.service().set("FSM__TTL_DAYS", "1").start().await;
    service.stop().await;
}
