//! A turn counts for all containers as long as it is kept.

use redis::aio::MultiplexedConnection;

use super::pauses::container;
use crate::support::{World, servers::until};

/// The only call of that key that counts: until when. `None` if none does.
async fn counts(redis: &mut MultiplexedConnection, key: &str) -> Option<i64> {
    let mut command = redis::cmd("ZRANGE");
    command.arg(key).arg(0).arg(-1).arg("WITHSCORES");
    let calls: Vec<(String, i64)> = command.query_async(redis).await.expect("an answer");
    assert!(calls.len() <= 1, "{calls:?}");
    calls.first().map(|(_, until)| *until)
}

#[tokio::test]
async fn a_call_counts_until_its_answer_however_long_that_takes() {
    let (world, server) = World::with_redis().await;
    let (app, context) = container(&world).await;
    app.logs.wait_for("limits_shared").await;
    let turn = context.limits().bulk_turn(Some(7)).await;
    let redis = redis::Client::open(server.url()).expect("a URL");
    let connected = redis.get_multiplexed_async_connection().await;
    let mut redis = connected.expect("it is there");
    let key = format!("{{{}:{}}}:chat:7:1", world.prefix, world.tg.bot_id());
    assert!(counts(&mut redis, &key).await.is_some());
    // As if it were not told of the call for too long.
    let forgotten = redis::cmd("FLUSHALL").query_async::<()>(&mut redis).await;
    forgotten.expect("an answer");
    let mut held = None;
    until("it counts again", async || {
        held = counts(&mut redis, &key).await;
        held.is_some()
    })
    .await;
    drop(turn);
    until("it is answered", async || {
        counts(&mut redis, &key)
            .await
            .is_some_and(|until| Some(until) < held)
    })
    .await;

    let turn = context.limits().bulk_turn(Some(7)).await;
    let forgotten = redis::cmd("FLUSHALL").query_async::<()>(&mut redis).await;
    forgotten.expect("an answer");
    drop(turn);
    until(
        "an answer counts though its call was forgotten",
        async || counts(&mut redis, &key).await.is_some(),
    )
    .await;
    drop(context);
    app.stop().await;
}
