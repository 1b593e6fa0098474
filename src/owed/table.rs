//! The table `owed_calls`, for whoever stores calls and whoever makes them.

use std::time::Duration;

use diesel::{
    QueryableByName,
    pg::data_types::PgTimestamp,
    sql_query,
    sql_types::{Array, BigInt, Bool, Double, Integer, Nullable, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use jiff::Timestamp;
use ostankino_core::layers::{Owed, Why};

use super::row::{COLUMNS, Row, Stored, encode, is_must, kind, slot, target};
use crate::{
    Call, Result,
    db::{Cached, Database, from_pg, storable, to_pg},
};

/// The owed calls of a bot. A clone shares them.
#[derive(Clone, Debug)]
pub(crate) struct OwedCalls {
    pub(super) database: Database,
    pub(super) bot_id: i64,
}

/// Which rows are to be taken.
pub(super) struct Wanted<'a> {
    /// Whether those that nobody waits for, or the others.
    pub(super) bulk: bool,
    pub(super) partitions: u16,
    /// Of these.
    pub(super) owned: &'a [i32],
    pub(super) limit: usize,
    /// For how long others leave them alone.
    pub(super) lease: Duration,
}

impl OwedCalls {
    pub(crate) fn new(database: Database, bot_id: i64) -> Self {
        Self { database, bot_id }
    }

    /// Stores calls of the reply to an update, and strikes out what that had left to do. Those that are stored already, and all if
    /// it was struck out before, stay as they are. They take the place of older edits of the same messages: says of how many.
    pub(super) async fn insert(
        &self,
        update_id: i64,
        owed: &[Owed],
        now: Timestamp,
    ) -> Result<i64> {
        #[derive(QueryableByName)]
        struct Stored {
            #[diesel(sql_type = BigInt)]
            replaced: i64,
        }
        let mut rows = Columns::default();
        for owed in owed {
            rows.push(owed, now)?;
        }
        let insert = sql_query(
            "WITH new AS (SELECT t.* FROM unnest($3, $4, $5, $6, $7, $8, $9, $10, $11) \
             AS t (number, place, slot, kind, is_must, calls, target, next_at, error) \
             WHERE NOT EXISTS (SELECT FROM inbox WHERE bot_id = $1 AND update_id = $2 \
             AND effects IS NULL AND NOT is_dead)), \
             struck AS (UPDATE inbox SET effects = NULL \
             WHERE bot_id = $1 AND update_id = $2 AND effects IS NOT NULL), \
             replaced AS (DELETE FROM owed_calls AS o USING new \
             WHERE o.bot_id = $1 AND o.place = new.place AND o.target = new.target AND o.kind = new.kind \
             AND o.update_id <> $2 AND (o.taken_until IS NULL OR o.taken_until < now()) \
             AND NOT EXISTS (SELECT FROM owed_calls AS s WHERE s.bot_id = $1 AND s.update_id = $2 \
             AND s.number = new.number) RETURNING o.id), \
             inserted AS (INSERT INTO owed_calls (bot_id, update_id, number, place, slot, kind, is_must, calls, target, \
             error, created_at, next_at) \
             SELECT $1, $2, number, place, slot, kind, is_must, calls, target, error, $12, \
             greatest(next_at, (SELECT max(o.next_at) FROM owed_calls AS o WHERE o.bot_id = $1 \
             AND o.place = new.place AND o.kind = 'deferred' AND new.kind = 'deferred')) FROM new \
             ORDER BY number ON CONFLICT DO NOTHING) \
             SELECT count(*) AS replaced FROM replaced",
        )
        .bind::<BigInt, _>(self.bot_id)
        .bind::<BigInt, _>(update_id)
        .bind::<Array<Integer>, _>(rows.numbers)
        .bind::<Array<BigInt>, _>(rows.places)
        .bind::<Array<Integer>, _>(rows.slots)
        .bind::<Array<Text>, _>(rows.kinds)
        .bind::<Array<Bool>, _>(rows.musts)
        .bind::<Array<Text>, _>(rows.calls)
        .bind::<Array<Nullable<Text>>, _>(rows.targets)
        .bind::<Array<Timestamptz>, _>(rows.next_at)
        .bind::<Array<Nullable<Text>>, _>(rows.errors)
        .bind::<Timestamptz, _>(to_pg(now));
        let stored = self
            .database
            .run(|connection| Cached(insert).get_result::<Stored>(connection).boxed());
        Ok(stored.await?.replaced)
    }

    /// Takes rows that are due: of each place the first one of its kind, and every obligation.
    pub(super) async fn take(&self, wanted: &Wanted<'_>, now: Timestamp) -> Result<Vec<Row>> {
        let take = sql_query(format!(
            "UPDATE owed_calls SET taken_until = now() + make_interval(secs => $7) WHERE id = ANY (ARRAY(\
             SELECT id FROM owed_calls AS o WHERE bot_id = $1 AND next_at <= $2 AND (kind = 'bulk') = $3 \
             AND slot % $4 = ANY ($5) AND (taken_until IS NULL OR taken_until < now()) \
             AND (kind = 'must' OR NOT EXISTS (SELECT FROM owed_calls AS e WHERE e.bot_id = $1 \
             AND e.place = o.place AND e.kind = o.kind AND e.id < o.id)) \
             ORDER BY next_at, id LIMIT $6 FOR UPDATE SKIP LOCKED)) RETURNING {COLUMNS}"
        ))
        .bind::<BigInt, _>(self.bot_id)
        .bind::<Timestamptz, _>(to_pg(now))
        .bind::<Bool, _>(wanted.bulk)
        .bind::<Integer, _>(i32::from(wanted.partitions))
        .bind::<Array<Integer>, _>(wanted.owned)
        .bind::<BigInt, _>(i64::try_from(wanted.limit).unwrap_or(i64::MAX))
        .bind::<Double, _>(wanted.lease.as_secs_f64());
        let taken = self
            .database
            .run(|connection| Cached(take).get_results::<Stored>(connection).boxed());
        let mut rows: Vec<Row> = taken.await?.into_iter().filter_map(Stored::read).collect();
        rows.sort_unstable_by_key(|row| row.id);
        Ok(rows)
    }

    /// Others leave a row alone for that much longer.
    pub(super) async fn extend(&self, id: i64, lease: Duration) -> Result<()> {
        let extend = sql_query(
            "UPDATE owed_calls SET taken_until = now() + make_interval(secs => $2) WHERE id = $1",
        )
        .bind::<BigInt, _>(id)
        .bind::<Double, _>(lease.as_secs_f64());
        self.execute(extend).await
    }

    /// The first call of a row was made: what is left of it.
    pub(super) async fn advance(&self, row: &Row, left: &[Call], lease: Duration) -> Result<()> {
        if left.is_empty() {
            return self.delete(row.id).await;
        }
        let advance = sql_query(
            "UPDATE owed_calls SET calls = $2, number = $3, is_must = $4, attempts = 0, error = NULL, \
             target = NULL, taken_until = now() + make_interval(secs => $5) WHERE id = $1",
        )
        .bind::<BigInt, _>(row.id)
        .bind::<Text, _>(encode(left)?)
        .bind::<Integer, _>(row.number)
        .bind::<Bool, _>(is_must(left))
        .bind::<Double, _>(lease.as_secs_f64());
        self.execute(advance).await
    }

    /// A row is over.
    pub(super) async fn delete(&self, id: i64) -> Result<()> {
        let delete = sql_query("DELETE FROM owed_calls WHERE id = $1").bind::<BigInt, _>(id);
        self.execute(delete).await
    }

    /// A row that was taken is left to whoever comes next.
    pub(super) async fn release(&self, id: i64) -> Result<()> {
        let release = sql_query("UPDATE owed_calls SET taken_until = NULL WHERE id = $1")
            .bind::<BigInt, _>(id);
        self.execute(release).await
    }

    /// A row is tried again then; `error` is what Telegram said, if it was asked.
    pub(super) async fn postpone(
        &self,
        id: i64,
        next_at: Timestamp,
        error: Option<&str>,
    ) -> Result<()> {
        let postpone = sql_query(
            "UPDATE owed_calls SET next_at = $2, error = coalesce($3, error), taken_until = NULL, \
             attempts = attempts + CASE WHEN $3 IS NULL THEN 0 ELSE 1 END WHERE id = $1",
        )
        .bind::<BigInt, _>(id)
        .bind::<Timestamptz, _>(to_pg(next_at))
        .bind::<Nullable<Text>, _>(error.map(|error| storable(error).into_owned()));
        self.execute(postpone).await
    }

    /// Whether something waits in a place for its chat to take calls again.
    pub(super) async fn is_waiting(&self, place: i64) -> Result<bool> {
        #[derive(QueryableByName)]
        struct Found {
            #[diesel(sql_type = Bool)]
            found: bool,
        }
        let ask = sql_query(
            "SELECT EXISTS (SELECT FROM owed_calls WHERE bot_id = $1 AND place = $2 \
             AND kind = 'deferred') AS found",
        )
        .bind::<BigInt, _>(self.bot_id)
        .bind::<BigInt, _>(place);
        let found = self
            .database
            .run(|connection| Cached(ask).get_result::<Found>(connection).boxed());
        Ok(found.await?.found)
    }

    /// The places in which something waits so.
    pub(super) async fn places(&self) -> Result<Vec<i64>> {
        #[derive(QueryableByName)]
        struct Found {
            #[diesel(sql_type = BigInt)]
            place: i64,
        }
        let ask = sql_query(
            "SELECT DISTINCT place FROM owed_calls WHERE bot_id = $1 AND kind = 'deferred'",
        )
        .bind::<BigInt, _>(self.bot_id);
        let found = self
            .database
            .run(|connection| Cached(ask).get_results::<Found>(connection).boxed());
        Ok(found.await?.into_iter().map(|it| it.place).collect())
    }

    /// When the next row that is not due yet will be.
    pub(super) async fn next(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        #[derive(QueryableByName)]
        struct First {
            #[diesel(sql_type = Nullable<Timestamptz>)]
            first: Option<PgTimestamp>,
        }
        let ask = sql_query(
            "SELECT min(next_at) AS first FROM owed_calls WHERE bot_id = $1 AND next_at > $2",
        )
        .bind::<BigInt, _>(self.bot_id)
        .bind::<Timestamptz, _>(to_pg(now));
        let found = self
            .database
            .run(|connection| Cached(ask).get_result::<First>(connection).boxed());
        Ok(found.await?.first.map(from_pg))
    }

    async fn execute<Q>(&self, query: Q) -> Result<()>
    where
        Q: diesel::query_builder::QueryFragment<diesel::pg::Pg> + Send + 'static,
    {
        let executed = self
            .database
            .run(|connection| Cached(query).execute(connection).boxed());
        executed.await.map(drop)
    }
}

/// New rows, a column each.
#[derive(Default)]
struct Columns {
    numbers: Vec<i32>,
    places: Vec<i64>,
    slots: Vec<i32>,
    kinds: Vec<&'static str>,
    musts: Vec<bool>,
    calls: Vec<String>,
    targets: Vec<Option<String>>,
    next_at: Vec<PgTimestamp>,
    errors: Vec<Option<String>>,
}

impl Columns {
    fn push(&mut self, owed: &Owed, now: Timestamp) -> Result<()> {
        let text = |text: &String| storable(text).into_owned();
        // An obligation is made, whatever comes after it.
        let target = (owed.why != Why::Must).then(|| target(owed)).flatten();
        let next_at = now.checked_add(owed.pause).unwrap_or(Timestamp::MAX);
        self.numbers
            .push(i32::try_from(owed.number).unwrap_or(i32::MAX));
        self.places.push(owed.place);
        self.slots.push(slot(owed.place));
        self.kinds.push(kind(owed.why));
        self.musts.push(is_must(&owed.calls));
        self.calls.push(encode(&owed.calls)?);
        self.targets.push(target.as_ref().map(text));
        self.next_at.push(to_pg(next_at));
        self.errors.push(owed.error.as_ref().map(text));
        Ok(())
    }
}
