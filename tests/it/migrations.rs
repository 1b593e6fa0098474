//! The schema: every migration can be undone and done again, and several containers may start at
//! once.

use std::fs;

use diesel_async::AsyncMigrationHarness;
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use futures_util::future::try_join_all;
use ostankino::{
    config::DatabaseConfig,
    db::{connect, migrate, migrate_with},
};

use crate::{
    startup::refusal,
    support::{World, migrations::Folder},
};

/// `migrate` tries once: it may have to wait for all the other tests.
fn patient(world: &World) -> DatabaseConfig {
    DatabaseConfig {
        connect_timeout_ms: 30_000,
        ..world.config().database
    }
}

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
    let config = patient(&world);
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
    let config = patient(&world);
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
    let config = patient(&world);
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

/// A table with one column, as a migration of a bot.
fn table(folder: &Folder, version: &str, name: &str) {
    folder.add(
        &format!("{version}_{name}"),
        &format!("CREATE TABLE {name} (id BIGINT)"),
        &format!("DROP TABLE {name}"),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_of_a_bot_may_have_the_versions_of_ours() {
    let world = World::new().await;
    let config = patient(&world);
    let ours = migrate(&config).await.expect("ours run");
    let folder = Folder::new();
    table(&folder, "00000000000001", "reviews");
    let run = || migrate_with(&config, folder.migrations());
    assert_eq!(run().await.expect("the bot's run"), 1);
    assert_eq!(run().await.expect("once"), 0);
    table(&folder, "00000000000002", "orders");
    assert_eq!(run().await.expect("the new one runs"), 1);
    let noted = "FROM __bot_schema_migrations WHERE name IS NOT NULL";
    assert_eq!(world.count(noted).await, 2);
    let ours = i64::try_from(ours).expect("few");
    assert_eq!(world.count("FROM __diesel_schema_migrations").await, ours);
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_of_a_bot_that_were_run_among_ours_are_not_run_again() {
    let world = World::new().await;
    let config = patient(&world);
    migrate(&config).await.expect("ours run");
    let before = "CREATE TABLE reviews (id BIGINT); INSERT INTO __diesel_schema_migrations
                  (version, name) VALUES ('20260131120000', '2026-01-31-120000_reviews')";
    let done = world.database().await.batch_execute(before).await;
    done.expect("as it was done before bots had a table of migrations");
    let folder = Folder::new();
    table(&folder, "2026-01-31-120000", "reviews");
    let ran = migrate_with(&config, folder.migrations()).await;
    assert_eq!(ran.expect("nothing is to be done"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_migrations_of_one_version_are_refused_by_name() {
    let world = World::new().await;
    let config = patient(&world);
    let folder = Folder::new();
    table(&folder, "00000000000003", "orders");
    table(&folder, "00000000000003", "reviews");
    let error = migrate_with(&config, folder.migrations()).await;
    let error = error.expect_err("two of one version").chain();
    let says =
        "the migrations 00000000000003_orders and 00000000000003_reviews have the same version";
    assert!(error.contains(says), "{error}");
    assert_eq!(
        schema(&world).await,
        Vec::<String>::new(),
        "nothing was begun"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_with_the_version_of_one_that_was_run_before_is_refused_by_name() {
    let world = World::new().await;
    let config = patient(&world);
    let folder = Folder::new();
    table(&folder, "00000000000003", "orders");
    let ran = migrate_with(&config, folder.migrations()).await;
    ran.expect("they run");
    fs::rename(
        folder.path("00000000000003_orders"),
        folder.path("00000000000003_reviews"),
    )
    .expect("renamed");
    let error = migrate_with(&config, folder.migrations()).await;
    let error = error.expect_err("another one").chain();
    let says = "00000000000003_reviews has the version of 00000000000003_orders, which was run here before";
    assert!(error.contains(says), "{error}");

    // A database of an older program knows no names; it gets them.
    let forgotten = world.database().await;
    let forgotten =
        forgotten.batch_execute("ALTER TABLE __diesel_schema_migrations DROP COLUMN name");
    forgotten.await.expect("done");
    assert_eq!(migrate(&config).await.expect("nothing is to be done"), 0);
    let named = "FROM __diesel_schema_migrations WHERE name IS NULL";
    assert_eq!(world.count(named).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_ours_that_is_gone_is_no_outage_to_be_waited_out() {
    let world = World::new().await;
    migrate(&patient(&world)).await.expect("they run");
    let dropped = world
        .database()
        .await
        .batch_execute("DROP TABLE inbox, profiles")
        .await;
    dropped.expect("they are gone");
    let service = world.service().spawn();
    let error = refusal(&service).await;
    assert!(
        error.contains("tables are missing although their migrations were run: "),
        "{error}"
    );
    assert!(
        error.contains("inbox") && error.contains("profiles"),
        "{error}"
    );
    assert!(error.contains("restore them from a backup"), "{error}");
    assert!(service.logs.of("waiting").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_table_of_ours_is_forgotten_by_the_look_for_them() {
    let world = World::new().await;
    let config = patient(&world);
    migrate(&config).await.expect("they run");
    let tables = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
                  AND relkind = 'r' AND relname NOT LIKE '\\_\\_diesel%'";
    let tables = world
        .database()
        .await
        .query(tables, &[])
        .await
        .expect("the query runs");
    assert!(tables.len() >= 3);
    for table in tables {
        let name: String = table.get(0);
        let rename = |from: &str, to: &str| format!("ALTER TABLE {from} RENAME TO {to}");
        let database = world.database().await;
        database
            .batch_execute(&rename(&name, "elsewhere"))
            .await
            .expect("renamed");
        let error = migrate(&config).await.expect_err(&name).chain();
        assert!(error.ends_with(&format!("were run: {name}")), "{error}");
        database
            .batch_execute(&rename("elsewhere", &name))
            .await
            .expect("renamed");
    }
    assert_eq!(migrate(&config).await.expect("all are there"), 0);
}
