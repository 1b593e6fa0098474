//! A queue that the version before left, a message an update, perhaps with its processes still at work.

use std::time::Duration;

use async_nats::jetstream::{
    consumer::{AckPolicy, PullConsumer, pull},
    stream,
};
use futures_util::StreamExt;
use ostankino::{Router, Text, queue::partition_of, telegram::Envelope};
use serde_json::json;
use telegram_emulator::Person;

use crate::support::{World, servers::until};

/// How many partitions that version had.
const PARTITIONS: u16 = 64;

/// The stream with its consumers as that version made them.
async fn old_queue(world: &World) -> stream::Stream {
    let metadata = [
        ("ostankino.partitions", "64"),
        ("ostankino.consumers", "per bot"),
    ];
    let config = stream::Config {
        name: format!("{}_UPDATES", world.prefix),
        subjects: vec![format!("{}.upd.>", world.prefix)],
        retention: stream::RetentionPolicy::WorkQueue,
        discard: stream::DiscardPolicy::New,
        max_bytes: 8 * 1024 * 1024,
        duplicate_window: Duration::from_secs(600),
        metadata: metadata
            .map(|(key, value)| (key.into(), value.into()))
            .into(),
        ..stream::Config::default()
    };
    let created = world.jetstream().await.create_stream(config).await;
    let queue = created.expect("created");
    for partition in 0..PARTITIONS {
        let consumer = pull::Config {
            durable_name: Some(format!("p{partition}-{}", world.tg.bot_id())),
            filter_subject: format!("{}.upd.{partition}.{}.>", world.prefix, world.tg.bot_id()),
            ack_policy: AckPolicy::Explicit,
            // Twenty seconds it was; a busy machine takes longer for this test.
            ack_wait: Duration::from_secs(120),
            max_ack_pending: 1,
            max_deliver: -1,
            ..pull::Config::default()
        };
        queue.create_consumer(consumer).await.expect("created");
    }
    queue
}

/// Stores what a person says as that version did; gives its partition.
async fn store(world: &World, person: &Person, update_id: i64, text: &str) -> u16 {
    let id = person.id();
    let update = json!({"update_id": update_id, "message": {
        "message_id": 1, "date": 1, "text": text,
        "chat": {"id": id, "type": "private"},
        "from": {"id": id, "is_bot": false, "first_name": "A"},
    }})
    .to_string();
    let envelope = Envelope::peek(update.as_bytes()).expect("an update");
    let partition = partition_of(&envelope, PARTITIONS);
    let subject = format!(
        "{}.upd.{partition}.{}.{id}",
        world.prefix,
        world.tg.bot_id()
    );
    let jetstream = world.jetstream().await;
    let sent = jetstream.publish(subject, update.into()).await;
    sent.expect("sent").await.expect("stored");
    partition
}

#[tokio::test]
async fn what_the_version_before_left_is_handled_in_its_order_before_anything_new() {
    let world = World::new().await;
    let queue = old_queue(&world).await;
    let people = [world.tg.person("Алиса"), world.tg.person("Борис")];
    for person in &people {
        person.says("новое");
    }
    for (id, text) in (1..).zip(["раз", "два", "три"]) {
        for (n, person) in (0..).zip(&people) {
            store(&world, person, 10 * id + n, text).await;
        }
    }
    // A process of that version has her first one, and is not done with it.
    let partition = store(&world, &people[0], 99, "четыре").await;
    let name = format!("p{partition}-{}", world.tg.bot_id());
    let consumer: PullConsumer = queue.get_consumer(&name).await.expect("it is there");
    let mut fetched = consumer
        .fetch()
        .max_messages(1)
        .messages()
        .await
        .expect("asked");
    let first = fetched.next().await.expect("one").expect("no error");

    let echo = Router::new().text(|text: Text| async move { text.0 });
    let app = world.run(echo).await;
    for text in ["раз", "два", "три"] {
        assert_eq!(people[1].next_message().await.text, text);
    }
    assert!(people[0].messages().is_empty());
    assert_eq!(world.tg.pending_updates(), 2, "nothing is fetched before");
    first.ack().await.expect("acknowledged");
    for text in ["два", "три", "четыре", "новое"] {
        assert_eq!(people[0].next_message().await.text, text);
    }
    assert_eq!(people[1].next_message().await.text, "новое");
    let record = app
        .logs
        .wait_until("all is moved", |r| r["event"] == "upgraded")
        .await;
    assert_eq!(record["updates"], 6);
    until("the old consumers are gone", async || {
        queue
            .get_info()
            .await
            .expect("an answer")
            .state
            .consumer_count
            == 4
    })
    .await;
    app.stop().await;
}
