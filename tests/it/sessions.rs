//! The database session without Telegram around it: what is committed, what is not, and what becomes
//! of the connection.

mod connections;
mod dropped;
mod endings;

use std::time::Duration;

use diesel::{QueryResult, sql_query, sql_types::Integer};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use ostankino::{Config, DbSession, Result, db::Database, request::UpdateKey};

use crate::support::{World, servers::until};

/// A world with a table `notes`, and a pool.
struct Notes {
    world: World,
    database: Database,
}

impl Notes {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let world = World::new().await;
        let mut config = world.config();
        change(&mut config);
        let table = "CREATE TABLE notes (id INT PRIMARY KEY);
             CREATE TABLE later (id INT REFERENCES notes DEFERRABLE INITIALLY DEFERRED)";
        let made = world.database().await.batch_execute(table).await;
        made.expect("the tables are made");
        make_inbox(&world).await;
        Self {
            database: Database::new(&config.database),
            world,
        }
    }

    fn session(&self) -> DbSession {
        session_on(&self.database)
    }

    async fn count(&self) -> i64 {
        self.world.count("FROM notes").await
    }

    /// How many connections the pool has made and not closed, as the server sees it.
    async fn connections(&self) -> i64 {
        let ours = "FROM pg_stat_activity \
             WHERE datname = current_database() AND application_name = 'ostankino'";
        self.world.count(ours).await
    }

    /// Waits until a connection with that process is gone from the server.
    async fn is_closed(&self, process: i32) {
        let there = format!("FROM pg_stat_activity WHERE pid = {process}");
        until("the connection is closed", async || {
            self.world.count(&there).await == 0
        })
        .await;
    }

    /// Waits until the server runs a statement that begins so.
    async fn runs(&self, statement: &str) {
        let running = format!(
            "FROM pg_stat_activity \
             WHERE datname = current_database() AND state = 'active' AND query LIKE '{statement}%'"
        );
        until("the statement runs", async || {
            self.world.count(&running).await == 1
        })
        .await;
    }
}

/// Makes the table that every session writes to.
async fn make_inbox(world: &World) {
    let inbox = include_str!("../../migrations/00000000000003_inbox/up.sql");
    let made = world.database().await.batch_execute(inbox).await;
    made.expect("the table is made");
}

/// The session of an update like no other.
fn session_on(database: &Database) -> DbSession {
    let key = UpdateKey {
        bot_id: 1,
        update_id: fastrand::i64(..),
    };
    DbSession::new(database.clone(), key)
}

async fn note(connection: &mut AsyncPgConnection, id: i32) -> QueryResult<usize> {
    let insert = sql_query("INSERT INTO notes VALUES ($1)").bind::<Integer, _>(id);
    insert.execute(connection).await
}

/// Commits it; says only what went wrong.
async fn commit(session: &DbSession) -> Result<bool> {
    Ok(session.commit().await?)
}

/// Notes it through the session.
async fn add(session: &DbSession, id: i32) {
    let mut connection = session.conn().await.expect("a connection");
    note(&mut connection, id).await.expect("it is noted");
}

/// The server's process behind a connection: the same process is the same connection.
async fn process(connection: &mut AsyncPgConnection) -> i32 {
    let id = diesel::dsl::sql::<Integer>("pg_backend_pid()");
    let id = diesel::select(id).get_result(connection).await;
    id.expect("the query runs")
}

/// Long enough to be a fault, if it comes to an end at all.
const LONG: Duration = Duration::from_secs(30);
