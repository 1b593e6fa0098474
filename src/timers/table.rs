//! The table `timers`, for whoever fires them and for operators.

use diesel::{
    QueryableByName,
    pg::data_types::PgTimestamp,
    sql_query,
    sql_types::{Array, BigInt, Nullable, Timestamptz},
};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use jiff::Timestamp;

use super::row::{COLUMNS, Row};
use crate::{
    Result,
    db::{Cached, Database, Old, from_pg, to_pg},
};

/// The timers of a bot.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    database: Database,
    bot_id: i64,
}

/// What a repeated timer does next.
pub(super) struct Next {
    pub(super) id: i64,
    pub(super) firing: i64,
    pub(super) run_at: Timestamp,
}

impl Table {
    pub(crate) fn new(database: Database, bot_id: i64) -> Self {
        Self { database, bot_id }
    }

    /// Those that are due, in their order, but for those that a handler is about to change.
    pub(super) async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Row>> {
        let due = sql_query(format!(
            "SELECT {COLUMNS} FROM timers WHERE bot_id = $1 AND fired_at IS NULL AND run_at <= $2 \
             ORDER BY run_at, id LIMIT $3 FOR UPDATE SKIP LOCKED"
        ))
        .bind::<BigInt, _>(self.bot_id)
        .bind::<Timestamptz, _>(to_pg(now))
        .bind::<BigInt, _>(i64::from(limit));
        let rows = self
            .database
            .run(|connection| Cached(due).get_results(connection).boxed());
        rows.await
    }

    /// When the next one is due.
    pub(super) async fn next(&self) -> Result<Option<Timestamp>> {
        #[derive(QueryableByName)]
        struct First {
            #[diesel(sql_type = Nullable<Timestamptz>)]
            first: Option<PgTimestamp>,
        }
        let first = sql_query(
            "SELECT min(run_at) AS first FROM timers WHERE bot_id = $1 AND fired_at IS NULL",
        )
        .bind::<BigInt, _>(self.bot_id);
        let found = self
            .database
            .run(|connection| Cached(first).get_result::<First>(connection).boxed());
        let first = found.await?.first;
        Ok(first.map(from_pg))
    }

    /// They are over.
    pub(super) async fn fired(&self, ids: &[i64], now: Timestamp) -> Result<()> {
        // What a handler holds meanwhile is marked in a later round: its event is known by its id.
        let fired = sql_query(
            "UPDATE timers SET fired_at = $1 WHERE id IN (SELECT id FROM timers \
             WHERE id = ANY ($2) AND fired_at IS NULL FOR UPDATE SKIP LOCKED)",
        )
        .bind::<Timestamptz, _>(to_pg(now))
        .bind::<Array<BigInt>, _>(ids);
        let marked = self
            .database
            .run(|connection| Cached(fired).execute(connection).boxed());
        marked.await.map(drop)
    }

    /// They are due again, as other firings.
    pub(super) async fn again(&self, next: &[Next]) -> Result<()> {
        let ids: Vec<_> = next.iter().map(|next| next.id).collect();
        let firings: Vec<_> = next.iter().map(|next| next.firing).collect();
        let due: Vec<_> = next.iter().map(|next| to_pg(next.run_at)).collect();
        let again = sql_query(
            "UPDATE timers SET run_at = next.run_at, firing = nextval('timers_firing') \
             FROM unnest($1, $2, $3) AS next (id, firing, run_at) \
             WHERE timers.id = next.id AND timers.firing = next.firing AND timers.id IN \
             (SELECT id FROM timers WHERE id = ANY ($1) AND fired_at IS NULL FOR UPDATE SKIP LOCKED)",
        )
        .bind::<Array<BigInt>, _>(ids)
        .bind::<Array<BigInt>, _>(firings)
        .bind::<Array<Timestamptz>, _>(due);
        let marked = self
            .database
            .run(|connection| Cached(again).execute(connection).boxed());
        marked.await.map(drop)
    }

    /// Whether a timer was cancelled, of which an event is on its way.
    pub(crate) async fn is_cancelled(&self, id: i64) -> Result<bool> {
        #[derive(QueryableByName)]
        struct Found {
            #[diesel(sql_type = BigInt)]
            found: i64,
        }
        let find = sql_query(
            "SELECT count(*) AS found FROM timers WHERE id = $1 AND cancelled_at IS NOT NULL",
        )
        .bind::<BigInt, _>(id);
        let found = self
            .database
            .run(|connection| Cached(find).get_result::<Found>(connection).boxed());
        Ok(found.await?.found > 0)
    }

    /// Forgets up to `limit` timers that were over more than `days` days before `now`; says how many.
    pub(crate) async fn purge(&self, now: Timestamp, days: u32, limit: u32) -> Result<usize> {
        let old = Old {
            table: "timers",
            dated: "fired_at",
            days,
            now: Some(now),
        };
        self.database.forget(old, limit).await
    }
}
