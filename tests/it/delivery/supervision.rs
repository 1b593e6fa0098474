//! Consumers, or the whole stream, that vanish or stand still: they are made anew.

use std::time::Duration;

use async_nats::{datetime, jetstream::stream::Stream};
use ostankino::{Config, Router};

use crate::support::World;

async fn queue_of(world: &World) -> Stream {
    let name = format!("{}_UPDATES", world.prefix);
    let found = world.jetstream().await.get_stream(name).await;
    found.expect("the queue is there")
}

/// Has every partition's consumer deliver no more.
async fn pause(world: &World, queue: &Stream) {
    let hour = Duration::from_secs(3600);
    let until = datetime::add_std_duration(datetime::now(), hour).expect("a time");
    for partition in 0..4 {
        let name = format!("p{partition}-{}", world.tg.bot_id());
        let paused = queue.pause_consumer(&name, until).await;
        assert!(paused.expect("paused").paused);
    }
}

#[tokio::test]
async fn a_deleted_consumer_is_made_anew() {
    let world = World::new().await;
    let _service = world.service().start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    alice.next_message().await;
    let queue = queue_of(&world).await;
    for partition in 0..4 {
        let name = format!("p{partition}-{}", world.tg.bot_id());
        queue.delete_consumer(&name).await.expect("deleted");
    }
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
    let settings = queue_of(&world).await.cached_info().config.clone();
    assert_eq!(settings.max_bytes, 8 * 1024 * 1024);
}

#[tokio::test]
async fn a_consumer_that_delivers_no_more_is_made_anew_and_its_updates_are_handled_once() {
    let world = World::new().await;
    let hasty = |config: &mut Config| config.delivery.ack_wait_ms = 1_000;
    let routes = || Router::new().text(async || "я здесь");
    // Two, which may well notice at the same time.
    let one = world.app(routes()).config(hasty).start().await;
    let two = world.app(routes()).config(hasty).start().await;
    let alice = world.tg.person("Алиса");
    alice.says("раз");
    alice.next_message().await;
    world.queue_is_empty().await;

    pause(&world, &queue_of(&world).await).await;
    alice.says_many(["два", "три"]);
    for _ in 0..2 {
        assert_eq!(alice.next_message().await.text, "я здесь");
    }
    assert_eq!(world.tg.messages_in(alice.id()).len(), 3, "each once");
    let warning = "consumers stood still although updates wait: they are recreated";
    let warned = one.logs.saying(warning).len() + two.logs.saying(warning).len();
    assert!(warned > 0);
    one.stop().await;
    two.stop().await;
}
