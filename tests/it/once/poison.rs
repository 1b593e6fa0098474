//! Updates that were begun too often without a result.

use async_nats::jetstream::{AckKind, Message, consumer::PullConsumer, stream::Stream};
use futures_util::StreamExt;
use telegram_emulator::Person;

use super::{enqueue, start, world};
use crate::support::{APOLOGY, World};

/// Puts an update into the queue of a bot that does not run, takes it six times and gives it back,
/// as processes do that die of it. Gives its place in the stream.
async fn fail_six_times(
    world: &World,
    alice: &Person,
    update_id: i64,
    text: &str,
) -> (Stream, u64) {
    fail_times(world, alice, update_id, text, 6).await
}

/// The same, that many times.
pub(super) async fn fail_times(
    world: &World,
    alice: &Person,
    update_id: i64,
    text: &str,
    times: i64,
) -> (Stream, u64) {
    // It makes the queue.
    start(world).await.stop().await;
    let partition = enqueue(world, alice, update_id, text).await;
    let stream = world
        .jetstream()
        .await
        .get_stream(format!("{}_UPDATES", world.prefix))
        .await;
    let stream = stream.expect("the queue is there");
    let consumer: PullConsumer = stream
        .get_consumer(&format!("p{partition}-{}", world.tg.bot_id()))
        .await
        .expect("a consumer");
    let mut sequence = 0;
    for delivery in 1..=times {
        let mut batch = consumer
            .batch()
            .max_messages(1)
            .messages()
            .await
            .expect("asked");
        let message: Message = batch.next().await.expect("it comes").expect("no error");
        let info = message.info().expect("the queue's");
        assert_eq!(info.delivered, delivery);
        sequence = info.stream_sequence;
        message.ack_with(AckKind::Nak(None)).await.expect("sent");
    }
    (stream, sequence)
}

#[tokio::test]
async fn it_is_set_aside_before_any_handler_and_apologised_for_once() {
    let world = world().await;
    let alice = world.tg.person("Алиса").who_has_started();
    fail_six_times(&world, &alice, 5, "/hit").await;

    let app = start(&world).await;
    assert_eq!(alice.next_message().await.text, APOLOGY);
    world.queue_is_empty().await;
    assert_eq!(world.count("FROM hits").await, 0);
    assert_eq!(
        world
            .count("FROM inbox WHERE update_id = 5 AND is_dead")
            .await,
        1
    );
    let letters = world.dead_letters().await;
    assert_eq!(letters.len(), 1);
    assert!(letters[0].0.contains("\"update_id\":5"), "{letters:?}");
    assert!(letters[0].1.contains("begun too often"), "{letters:?}");
    let records = app.logs.saying("the update is set aside as a dead letter");
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["letter"], 1);
    assert_eq!(records[0]["show"], "ostankino dead-letters show 1");
    assert_eq!(records[0]["user_id"], alice.id());

    // Others are not harmed, and it does not come to life again.
    enqueue(&world, &alice, 5, "/hit").await;
    enqueue(&world, &alice, 6, "/hit").await;
    assert_eq!(alice.next_message().await.text, "удар 1");
    assert_eq!(alice.messages().len(), 2);
}

#[tokio::test]
async fn once_the_cause_is_mended_an_operator_has_it_handled_after_all() {
    let world = world().await;
    let alice = world.tg.person("Алиса").who_has_started();
    fail_six_times(&world, &alice, 5, "/hit").await;
    let app = start(&world).await;
    assert_eq!(alice.next_message().await.text, APOLOGY);
    world.queue_is_empty().await;

    let replayed = world.service().run("dead-letters replay 1").await;
    assert_eq!(replayed.code, 0, "{replayed:?}");
    assert_eq!(alice.next_message().await.text, "удар 1");
    assert!(world.dead_letters().await.is_empty());
    drop(app);
}

#[tokio::test]
async fn deliveries_that_were_not_its_fault_do_not_count() {
    let world = world().await;
    let alice = world.tg.person("Алиса").who_has_started();
    let (stream, sequence) = fail_six_times(&world, &alice, 5, "/hit").await;
    let epoch = stream
        .get_info()
        .await
        .expect("an answer")
        .created
        .unix_timestamp_nanos();
    let bucket = format!("{}_retries", world.prefix);
    let store = world
        .jetstream()
        .await
        .get_key_value(bucket)
        .await
        .expect("a bucket");
    let key = format!("{}.{sequence}", epoch / 1_000_000);
    store
        .put(key, r#"{"excused":2,"error":null}"#.into())
        .await
        .expect("stored");

    let app = start(&world).await;
    assert_eq!(alice.next_message().await.text, "удар 1");
    assert!(world.dead_letters().await.is_empty());
    drop(app);
}
