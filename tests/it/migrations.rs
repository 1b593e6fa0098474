//! The schema: every migration can be undone and done again, and several containers may start at
//! once.

use diesel_async::AsyncMigrationHarness;
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use futures_util::future::try_join_all;
use ostankino::db::{connect, migrate};

use crate::support::World;

/// All that the migrations made, in words.
async fn schema(world: &World) -> Vec<String> {
    let everything = "
        SELECT format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default)
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT format('%s %s', relname, reloptions)
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        ORDER BY 1";
    let rows = world.database().await.query(everything, &[]).await;
    let rows = rows.expect("the query runs");
    let lines = rows.iter().map(|row| row.get(0));
    let is_ours = |line: &String| !line.contains("__diesel_schema_migrations");
    lines.filter(is_ours).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_migration_can_be_undone_and_done_again() {
    let world = World::new().await;
    let config = world.config().database;
    let files = FileBasedMigrations::from_path("migrations").expect("a folder of migrations");
    let ran = migrate(&config).await.expect("they run");
    let before = schema(&world).await;
    assert!(ran >= 2 && before.len() > 10, "{before:?}");

    // One by one, each undone and done again on the way down.
    for _ in 0..ran {
        let mut harness = AsyncMigrationHarness::new(connect(&config).await.expect("a connection"));
        harness
            .revert_last_migration(files.clone())
            .expect("it is undone");
        harness
            .run_next_migration(files.clone())
            .expect("it is done again");
        harness
            .revert_last_migration(files.clone())
            .expect("it is undone");
    }
    assert_eq!(
        schema(&world).await,
        Vec::<String>::new(),
        "nothing is left"
    );
    assert_eq!(migrate(&config).await.expect("they run"), ran);
    assert_eq!(schema(&world).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_run_once() {
    let world = World::new().await;
    let config = world.config().database;
    assert!(migrate(&config).await.expect("they run") > 0);
    let row = "INSERT INTO users (id, fullname) VALUES (7, 'Алиса')";
    let kept = world.database().await.batch_execute(row).await;
    kept.expect("there is a table");
    assert_eq!(migrate(&config).await.expect("nothing is to be done"), 0);
    assert!(world.user(7).await.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn containers_that_start_at_once_run_each_migration_once() {
    let world = World::new().await;
    let mut config = world.config().database;
    // Six at once, beside all other tests.
    config.connect_timeout_ms = 20_000;
    let all = (0..6).map(|_| {
        let config = config.clone();
        async move {
            tokio::spawn(async move { migrate(&config).await })
                .await
                .expect("no panic")
        }
    });
    let ran = try_join_all(all).await.expect("none fails");
    let files = world.count("FROM __diesel_schema_migrations").await;
    assert_eq!(ran.iter().filter(|ran| **ran > 0).count(), 1, "{ran:?}");
    assert_eq!(
        ran.iter().sum::<usize>(),
        usize::try_from(files).expect("few")
    );
}
