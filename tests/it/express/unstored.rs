//! A queue of theirs that takes nothing holds up nobody else.

use async_nats::jetstream::stream::Config;
use ostankino::{Router, extract::InlineQuery, reply::Article};

use crate::support::World;

/// Has the queue of inline queries take messages of so many bytes at the most; -1: of any size.
async fn take(world: &World, bytes: i32) {
    let jetstream = world.jetstream().await;
    let name = format!("{}_INLINE", world.prefix);
    let mut queue = jetstream.get_stream(name).await.expect("it is there");
    let config = queue.info().await.expect("an answer").config.clone();
    let config = Config {
        max_message_size: bytes,
        ..config
    };
    let changed = jetstream.update_stream(config).await;
    changed.expect("it is changed");
}

#[tokio::test]
async fn queries_that_cannot_be_stored_are_dropped_and_messages_are_answered_meanwhile() {
    let world = World::new().await;
    let find = |query: InlineQuery| async move {
        let article = Article::new("1", query.query.clone(), query.query);
        ostankino::Reply::inline([article]).param("cache_time", 0)
    };
    let routes = Router::new().inline(find).text(async || "Слышу");
    let app = world.run(routes).await;
    let alice = world.tg.person("Алиса").who_has_started();
    take(&world, 1).await;
    for _ in 0..2 {
        let _ = alice.queries("чай");
        // It is fetched after the query was given up, half a minute before Telegram gives that up.
        world.tg.wait_until(|tg| tg.pending_updates() == 0).await;
        alice.says("Вы тут?");
        assert_eq!(alice.next_message().await.text, "Слышу");
    }
    let failed = app.logs.of("express_store_failed");
    assert_eq!(failed.len(), 1, "it is told once: {failed:?}");
    assert_eq!(failed[0]["lane"], "inline");
    assert_eq!(app.logs.of("express_expired").len(), 2);
    assert_eq!(app.logs.of("store_failed").len(), 0);
    take(&world, -1).await;
    let query = alice.queries("чай");
    assert_eq!(world.tg.offered(&query).await[0]["title"], "чай");
    app.logs.wait_for("express_store_recovered").await;
    app.stop().await;
}
