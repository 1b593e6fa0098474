//! Somebody else's lock in the way of the migrations: told who it is, and no signal waits for it.

use serde_json::Value;

use crate::support::{Service, World};

const LOCK_OF_MIGRATIONS: i64 = 0x6f73_7461_6e6b;

/// A session that holds a lock, under a name.
async fn colleague(world: &World, lock: &str) -> (tokio_postgres::Client, i32) {
    let client = world.database().await;
    let name = "SET application_name = 'a colleague'; BEGIN";
    client.batch_execute(name).await.expect("named");
    client.batch_execute(lock).await.expect("locked");
    let pid = client.query_one("SELECT pg_backend_pid()", &[]).await;
    let pid = pid.expect("the query runs").get(0);
    (client, pid)
}

async fn is_told_who_holds(service: &Service, what: &str, pid: i32) {
    let record = service.logs.wait_for("migration_waits").await;
    let message = format!("waiting for another session that holds {what}");
    assert_eq!(record["message"], message);
    assert_eq!(record["level"], "WARN");
    assert_eq!(record["pid"], pid);
    assert_eq!(record["application_name"], "a colleague");
    assert!(record["client_addr"].is_string(), "{record}");
    assert!(
        record["since_s"].is_i64() && record["waited_ms"].is_u64(),
        "{record}"
    );
    let queries = |record: &Value| record.to_string().contains("SELECT");
    assert!(!service.logs.records().iter().any(queries));
}

#[tokio::test]
async fn a_held_lock_of_migrations_is_told_with_its_holder_and_waited_for() {
    let world = World::new().await;
    let lock = format!("SELECT pg_advisory_lock({LOCK_OF_MIGRATIONS})");
    let (colleague, pid) = colleague(&world, &lock).await;
    let service = world.service().spawn();
    is_told_who_holds(&service, "the lock of migrations", pid).await;
    drop(colleague);
    service.logs.wait_for("running").await;
    service.stop().await;
}

#[tokio::test]
async fn a_signal_ends_a_start_that_waits_for_the_lock_of_migrations() {
    let world = World::new().await;
    let lock = format!("SELECT pg_advisory_lock({LOCK_OF_MIGRATIONS})");
    let (colleague, pid) = colleague(&world, &lock).await;
    let service = world.service().spawn();
    is_told_who_holds(&service, "the lock of migrations", pid).await;
    service.stop().await;
    colleague.batch_execute("ROLLBACK").await.expect("ended");
}

#[tokio::test]
async fn a_signal_ends_a_start_whose_migration_waits_for_a_table() {
    let world = World::new().await;
    assert_eq!(world.service().run("migrate").await.code, 0);
    let lock = "LOCK TABLE __diesel_schema_migrations IN ACCESS EXCLUSIVE MODE";
    let (colleague, pid) = colleague(&world, lock).await;
    let service = world.service().spawn();
    is_told_who_holds(&service, "a table that is to be migrated", pid).await;
    service.stop().await;
    colleague.batch_execute("ROLLBACK").await.expect("ended");
}
