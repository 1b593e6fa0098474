//! Consumers, or the whole stream, that vanish: they are recreated.

use crate::support::World;

#[tokio::test]
async fn a_deleted_consumer_is_recreated() {
    let world = World::new().await;
    let _service = world.service().start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    alice.next_message().await;
    assert_eq!(world.delete_consumers().await, 4);
    alice.says("/help");
    alice.next_message().await;
}

#[tokio::test]
async fn a_deleted_stream_is_recreated_with_its_consumers() {
    let world = World::new().await;
    let service = world.service().start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    alice.next_message().await;
    let name = format!("{}_UPDATES", world.prefix);
    let jetstream = world.jetstream().await;
    jetstream.delete_stream(name).await.expect("deleted");
    alice.says("/help");
    alice.next_message().await;
    let gone = "the server lost a stream of ours with all that it held: it was recreated, empty";
    let told = service.logs.saying(gone);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["stream"], format!("{}_UPDATES", world.prefix));
    let settings = world.queue().await.cached_info().config.clone();
    assert_eq!(settings.max_bytes, 8 * 1024 * 1024);
}
