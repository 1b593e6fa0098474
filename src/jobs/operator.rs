//! What an operator asks of the table `jobs`, of all bots that use the database.

use diesel::{
    QueryableByName,
    pg::data_types::PgTimestamp,
    sql_query,
    sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use jiff::Timestamp;

use crate::{
    Result,
    db::{Cached, Database, from_pg},
};

/// The jobs of all bots.
#[derive(Clone, Debug)]
pub(crate) struct AllJobs(Database);

/// A job that is not told yet.
#[derive(Clone, Debug, QueryableByName)]
pub(crate) struct JobRow {
    #[diesel(sql_type = BigInt)]
    pub(crate) seq: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) bot_id: i64,
    #[diesel(sql_type = Text)]
    pub(crate) name: String,
    #[diesel(sql_type = BigInt)]
    pub(crate) owner: i64,
    #[diesel(sql_type = Integer)]
    pub(crate) attempts: i32,
    #[diesel(sql_type = Integer)]
    pub(crate) max_attempts: i32,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) worker: Option<String>,
    #[diesel(sql_type = Bool)]
    is_running: bool,
    #[diesel(sql_type = Bool)]
    has_ended: bool,
    #[diesel(sql_type = Bool)]
    is_cancelled: bool,
    #[diesel(sql_type = Timestamptz)]
    created_at: PgTimestamp,
}

/// How many jobs there are.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub(crate) struct Counted {
    #[diesel(sql_type = BigInt)]
    pub(crate) waiting: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) running: i64,
}

impl JobRow {
    /// What it is at, in a word.
    pub(crate) fn state(&self) -> &'static str {
        match (self.has_ended, self.is_cancelled, self.is_running) {
            (true, ..) => "to be told",
            (_, true, _) => "cancelled",
            (_, _, true) => "running",
            _ => "waiting",
        }
    }

    /// When it was asked for.
    pub(crate) fn since(&self) -> Timestamp {
        from_pg(self.created_at)
    }
}

impl AllJobs {
    pub(crate) fn new(database: Database) -> Self {
        Self(database)
    }

    /// How many there are.
    pub(crate) async fn count(&self) -> Result<Counted> {
        let count = sql_query(
            "SELECT count(*) FILTER (WHERE leased_until IS NULL OR leased_until < now()) AS waiting, \
             count(*) FILTER (WHERE leased_until >= now()) AS running FROM jobs WHERE told_at IS NULL",
        );
        let counted = self
            .0
            .run(|connection| Cached(count).get_result(connection).boxed());
        counted.await
    }

    /// Those that are not told yet, of all or of one user, the oldest first.
    pub(crate) async fn list(&self, user: Option<i64>, limit: u32) -> Result<Vec<JobRow>> {
        let list = sql_query(
            "SELECT seq, bot_id, name, owner, attempts, max_attempts, worker, created_at, \
             coalesce(leased_until >= now(), false) AS is_running, event IS NOT NULL AS has_ended, \
             cancelled_at IS NOT NULL AS is_cancelled \
             FROM jobs WHERE told_at IS NULL AND ($1 IS NULL OR owner = $1) ORDER BY seq LIMIT $2",
        )
        .bind::<Nullable<BigInt>, _>(user)
        .bind::<BigInt, _>(i64::from(limit));
        let rows = self
            .0
            .run(|connection| Cached(list).get_results(connection).boxed());
        rows.await
    }

    /// One is to end; says whether it had not.
    pub(crate) async fn cancel(&self, seq: i64) -> Result<bool> {
        let cancel = sql_query(
            "UPDATE jobs SET cancelled_at = now(), run_after = now() \
             WHERE seq = $1 AND cancelled_at IS NULL AND event IS NULL AND told_at IS NULL",
        )
        .bind::<BigInt, _>(seq);
        let cancelled = self
            .0
            .run(|connection| Cached(cancel).execute(connection).boxed());
        Ok(cancelled.await? > 0)
    }
}
