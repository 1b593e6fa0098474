//! What lies in the database gives no token away, and can be brought up to date and back.

use diesel_async::AsyncMigrationHarness;
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use ostankino::db::connect;

use super::{KEY, add, done, empty};
use crate::bots::{told_of, two};

#[tokio::test]
async fn no_token_and_no_key_is_in_the_table_or_in_the_log() {
    let (world, shop, _) = two().await;
    let service = empty(&world).set("TELEMETRY__FILTER", "trace").spawn();
    service.logs.wait_for("bots_start").await;
    add(&world, "shop", &shop).await;
    told_of(&service, "shop", "running").await;
    done(&world, "bot start shop").await;
    let (_, secret) = shop.token().split_once(':').expect("a token");
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let rows = "SELECT b::text || encode(token_encrypted, 'escape') FROM ostankino_fleet.bots b";
    let rows = world.database().await.query(rows, &[]).await;
    let rows = rows.expect("the query runs");
    assert_eq!(rows.len(), 1);
    let told: String = rows[0].get(0);
    let shown = done(&world, "bot list --json").await;
    service.stop().await;
    let records = service.logs.records();
    let log: String = records.iter().map(ToString::to_string).collect();
    for text in [&told, &shown, &log, &service.stderr()] {
        for leaked in [secret, &hex, KEY, "0123456789abcdef0123456789abcdef"] {
            assert!(!text.contains(leaked), "{leaked}: {text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_can_be_undone_and_done_again() {
    let (world, shop, _) = two().await;
    assert_eq!(empty(&world).run("migrate").await.code, 0);
    let mut config = world.config().database;
    config.schema = "ostankino_fleet".into();
    let files = FileBasedMigrations::from_path("src/registry/migrations").expect("a folder");
    let connection = connect(&config).await.expect("a connection");
    let mut harness = AsyncMigrationHarness::new(connection);
    harness
        .revert_last_migration(files.clone())
        .expect("it is undone");
    assert_eq!(
        world.count("FROM pg_tables WHERE tablename = 'bots'").await,
        0
    );
    let listed = empty(&world).run("bot list").await;
    assert!(
        listed.stderr.contains("with the command `migrate`"),
        "{listed:?}"
    );
    harness
        .run_pending_migrations(files)
        .expect("it is done again");
    add(&world, "shop", &shop).await;
    // The tables of what was added are brought up to date, too.
    assert_eq!(empty(&world).run("migrate").await.code, 0);
    assert_eq!(world.count("FROM shop.users").await, 0);
}
