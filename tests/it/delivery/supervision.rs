//! Consumers, or the whole stream, that vanish: they are recreated.

use async_nats::jetstream::message::PublishMessage;
use ostankino::Router;
use serde_json::json;

use crate::support::World;

#[tokio::test]
async fn a_deleted_consumer_is_recreated() {
    let world = World::new().await;
    let _service = world.service().start().await;
    let alice = world.greeted("Алиса").await;
    assert_eq!(world.delete_consumers().await, 4);
    alice.says("/help");
    alice.next_message().await;
}

#[tokio::test]
async fn a_deleted_stream_is_recreated_with_its_consumers() {
    let world = World::new().await;
    let service = world.service().start().await;
    let alice = world.greeted("Алиса").await;
    let name = format!("{}_UPDATES", world.prefix);
    let jetstream = world.jetstream().await;
    jetstream.delete_stream(name).await.expect("deleted");
    alice.says("/help");
    alice.next_message().await;
    let gone = "store_lost";
    let told = service.logs.of(gone);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["stream"], format!("{}_UPDATES", world.prefix));
    let settings = world.queue().await.cached_info().config.clone();
    assert_eq!(settings.max_bytes, 8 * 1024 * 1024);
}

#[tokio::test]
async fn a_long_backlog_is_pulled_without_a_complaint() {
    let world = World::new().await;
    let one = |config: &mut ostankino::Config| config.delivery.partitions = 1;
    let routes = || Router::new().text(async || "да");
    world.app(routes()).config(one).start().await.stop().await;
    // More messages than are asked for at once, and more bytes.
    let jetstream = world.jetstream().await;
    let subject = format!("{}.upd.{}.0", world.prefix, world.tg.bot_id());
    let text = "ы".repeat(2_000);
    let guests: Vec<_> = (0..400)
        .map(|n| world.tg.person(&format!("P{n}")).who_has_started())
        .collect();
    for (number, guest) in (1..).zip(&guests) {
        let update = json!({"update_id": number, "message": {
            "message_id": 1, "date": 1, "text": text,
            "chat": {"id": guest.id(), "type": "private"},
            "from": {"id": guest.id(), "is_bot": false, "first_name": "A"},
        }});
        let message = PublishMessage::build().payload(update.to_string().into());
        let sent = jetstream.send_publish(subject.clone(), message).await;
        sent.expect("sent").await.expect("stored");
    }
    let app = world.app(routes()).config(one).start().await;
    for guest in &guests {
        assert_eq!(guest.next_message().await.text, "да");
    }
    world.queue_is_empty().await;
    let complaints = app
        .logs
        .records()
        .into_iter()
        .filter(|record| record["level"] != "INFO");
    assert_eq!(
        complaints.collect::<Vec<_>>(),
        Vec::<serde_json::Value>::new()
    );
    app.stop().await;
}
