//! Waiting for whoever else migrates: told after a while, with who it is, and never so that a signal
//! could not end it.

use std::time::Duration;

use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tokio::time::{Instant, sleep};

use super::{connect::connect, error::failed};
use crate::{Result, config::DatabaseConfig, queue::fnv1a64};

/// Any constant will do, as long as every version of the service takes the same.
const LOCK: i64 = 0x6f73_7461_6e6b;

/// How often it is tried.
const TRY: Duration = Duration::from_millis(200);

/// How long it is waited in silence; then a word comes each time.
const SILENCE: Duration = Duration::from_secs(3);

/// How long after one word the next one comes.
const AGAIN: Duration = Duration::from_secs(30);

/// A session that is waited for. What it runs is not asked for: that may be anybody's data.
#[derive(Debug, diesel::QueryableByName)]
struct Holder {
    #[diesel(sql_type = Nullable<Integer>)]
    pid: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    application_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    client_addr: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    since_s: Option<i64>,
}

#[derive(Debug, diesel::QueryableByName)]
struct Attempt {
    #[diesel(sql_type = Bool)]
    is_taken: bool,
    #[diesel(sql_type = Integer)]
    pid: i32,
}

/// What is told of a holder; the rest of each query says which.
const HOLDER: &str = "SELECT p.pid, a.application_name, host(a.client_addr) AS client_addr, \
     extract(epoch FROM now() - coalesce(a.xact_start, a.backend_start))::bigint AS since_s \
     FROM (%) AS p (pid) LEFT JOIN pg_stat_activity a ON a.pid = p.pid LIMIT 1";

/// The lock of that schema: bots in one database do not wait for each other.
fn lock_of(schema: &str) -> i64 {
    match schema {
        // Where most servers look for tables, be it told or not.
        "" | "public" => LOCK,
        schema => LOCK ^ (fnv1a64(schema.as_bytes()) >> 17).cast_signed(),
    }
}

/// Takes the lock of migrations of that schema for this session, of which it gives the number; the lock goes with the
/// connection.
pub(super) async fn take(connection: &mut AsyncPgConnection, schema: &str) -> Result<i32> {
    let lock = lock_of(schema);
    let begun = Instant::now();
    let mut word = begun + SILENCE;
    loop {
        let attempt = diesel::sql_query(format!(
            "SELECT pg_try_advisory_lock({lock}) AS is_taken, pg_backend_pid() AS pid"
        ));
        let Attempt { is_taken, pid } = attempt.get_result(connection).await.map_err(failed)?;
        if is_taken {
            return Ok(pid);
        }
        if Instant::now() >= word {
            word = Instant::now() + AGAIN;
            let (high, low) = (lock >> 32, lock & 0xffff_ffff);
            let holders = format!(
                "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted \
                 AND classid = {high} AND objid = {low} AND objsubid = 1 AND database = \
                 (SELECT oid FROM pg_database WHERE datname = current_database())"
            );
            let query = diesel::sql_query(HOLDER.replace('%', &holders));
            let found: Vec<Holder> = query.load(connection).await.map_err(failed)?;
            tell(found.as_slice().first(), begun, "the lock of migrations");
        }
        sleep(TRY).await;
    }
}

/// While the session `pid` migrates: tells who keeps it waiting for a table. Runs until dropped.
pub(super) async fn watch(config: DatabaseConfig, pid: i32) {
    let begun = Instant::now();
    loop {
        sleep(SILENCE).await;
        // A connection of its own, since the other one is busy.
        let Ok(mut connection) = connect(&config).await else {
            continue;
        };
        let blocking = format!("SELECT unnest(pg_blocking_pids({pid}))");
        let query = diesel::sql_query(HOLDER.replace('%', &blocking));
        let found: Vec<Holder> = query.load(&mut connection).await.unwrap_or_default();
        drop(connection);
        if let Some(holder) = found.as_slice().first() {
            tell(Some(holder), begun, "a table that is to be migrated");
            sleep(AGAIN).await;
        }
    }
}

fn tell(holder: Option<&Holder>, begun: Instant, held: &str) {
    tracing::warn!(
        event = "migration_waits",
        pid = holder.and_then(|holder| holder.pid),
        application_name = holder.and_then(|holder| holder.application_name.as_deref()),
        client_addr = holder.and_then(|holder| holder.client_addr.as_deref()),
        since_s = holder.and_then(|holder| holder.since_s),
        waited_ms = begun.elapsed().as_millis(),
        "waiting for another session that holds {held}"
    );
}
