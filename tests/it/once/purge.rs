//! The inbox forgets what is old.

use super::{start, world};
use crate::support::servers::until;

#[tokio::test]
async fn updates_applied_long_ago_are_forgotten_in_batches() {
    let world = world().await;
    // The table is there once a bot ran.
    start(&world).await.stop().await;
    let rows = "INSERT INTO inbox (bot_id, update_id, applied_at)
         SELECT 1, n, now() - make_interval(days => 3) FROM generate_series(1, 2500) n;
         INSERT INTO inbox (bot_id, update_id, applied_at)
         SELECT 1, -n, now() - make_interval(days => 1) FROM generate_series(1, 10) n";
    world
        .database()
        .await
        .batch_execute(rows)
        .await
        .expect("they are there");

    let app = start(&world).await;
    until("the old ones are gone", async || {
        world.count("FROM inbox").await == 10
    })
    .await;
    let record = app.logs.wait_for("purged").await;
    assert_eq!(record["rows"], 2500);
}
