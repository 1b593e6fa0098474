//! What an operator asks of the table `timers`, of all bots that use the database.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Nullable, Timestamptz},
};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use jiff::Timestamp;

use super::row::{COLUMNS, Row};
use crate::{
    Result,
    db::{Cached, Database, to_pg},
};

/// The timers of all bots.
#[derive(Clone, Debug)]
pub(crate) struct AllTimers(Database);

/// How many timers there are.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub(crate) struct Counted {
    /// Still to come.
    #[diesel(sql_type = BigInt)]
    pub(crate) to_come: i64,
    /// More than a minute late.
    #[diesel(sql_type = BigInt)]
    pub(crate) late: i64,
}

impl AllTimers {
    pub(crate) fn new(database: Database) -> Self {
        Self(database)
    }

    /// How many there are.
    pub(crate) async fn count(&self, now: Timestamp) -> Result<Counted> {
        let count = sql_query(
            "SELECT count(*) AS to_come, \
             count(*) FILTER (WHERE run_at < $1 - interval '1 minute') AS late \
             FROM timers WHERE fired_at IS NULL",
        )
        .bind::<Timestamptz, _>(to_pg(now));
        let counted = self
            .0
            .run(|connection| Cached(count).get_result(connection).boxed());
        counted.await
    }

    /// Those that are still to come, of all or of one user, the first that are due first.
    pub(crate) async fn to_come(&self, user: Option<i64>, limit: u32) -> Result<Vec<Row>> {
        let list = sql_query(format!(
            "SELECT {COLUMNS} FROM timers WHERE fired_at IS NULL \
             AND ($1 IS NULL OR user_id = $1) ORDER BY run_at, id LIMIT $2"
        ))
        .bind::<Nullable<BigInt>, _>(user)
        .bind::<BigInt, _>(i64::from(limit));
        let rows = self
            .0
            .run(|connection| Cached(list).get_results(connection).boxed());
        rows.await
    }

    /// Cancels one; says whether it was still to come.
    pub(crate) async fn cancel(&self, id: i64, now: Timestamp) -> Result<bool> {
        let cancel = sql_query(
            "UPDATE timers SET cancelled_at = $2, fired_at = $2 WHERE id = $1 AND fired_at IS NULL",
        )
        .bind::<BigInt, _>(id)
        .bind::<Timestamptz, _>(to_pg(now));
        let cancelled = self
            .0
            .run(|connection| Cached(cancel).execute(connection).boxed());
        Ok(cancelled.await? > 0)
    }

    /// Has one be due at once; says whether it was still to come.
    pub(crate) async fn hurry(&self, id: i64, now: Timestamp) -> Result<bool> {
        let hurry = sql_query(
            "UPDATE timers SET run_at = least(run_at, $2) WHERE id = $1 AND fired_at IS NULL",
        )
        .bind::<BigInt, _>(id)
        .bind::<Timestamptz, _>(to_pg(now));
        let hurried = self
            .0
            .run(|connection| Cached(hurry).execute(connection).boxed());
        Ok(hurried.await? > 0)
    }
}
