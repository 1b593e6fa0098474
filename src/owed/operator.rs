//! Owed calls as an operator looks after them.

use diesel::{
    QueryableByName,
    pg::data_types::PgTimestamp,
    sql_query,
    sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use jiff::Timestamp;

use crate::{
    Call, Result,
    db::{Cached, Database, from_pg, to_pg},
};

/// Looks after the owed calls of all bots of a database.
pub(crate) struct AllOwed(Database);

/// A row, without what people may have written.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) id: i64,
    pub(crate) bot_id: i64,
    pub(crate) update_id: i64,
    /// The chat, or what stands for another place.
    pub(crate) place: i64,
    pub(crate) kind: String,
    pub(crate) is_must: bool,
    pub(crate) methods: Vec<String>,
    pub(crate) attempts: i32,
    pub(crate) created_at: Timestamp,
    pub(crate) next_at: Timestamp,
    pub(crate) error: Option<String>,
}

/// How many calls are owed.
#[derive(Debug)]
pub(crate) struct Debts {
    pub(crate) rows: i64,
    /// Of them obligations.
    pub(crate) musts: i64,
    /// Since when the oldest one is owed.
    pub(crate) oldest: Option<Timestamp>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    bot_id: i64,
    #[diesel(sql_type = BigInt)]
    update_id: i64,
    #[diesel(sql_type = BigInt)]
    place: i64,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    is_must: bool,
    #[diesel(sql_type = Text)]
    calls: String,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = Timestamptz)]
    created_at: PgTimestamp,
    #[diesel(sql_type = Timestamptz)]
    next_at: PgTimestamp,
    #[diesel(sql_type = Nullable<Text>)]
    error: Option<String>,
}

impl AllOwed {
    pub(crate) fn new(database: Database) -> Self {
        Self(database)
    }

    /// Rows with a higher number than `after`, the oldest first.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database.
    pub(crate) async fn list(&self, after: i64, limit: u32) -> Result<Vec<Listed>> {
        let ask = sql_query(
            "SELECT id, bot_id, update_id, place, kind, is_must, calls, attempts, created_at, next_at, error \
             FROM owed_calls WHERE id > $1 ORDER BY id LIMIT $2",
        )
        .bind::<BigInt, _>(after)
        .bind::<BigInt, _>(i64::from(limit));
        let rows = self
            .0
            .run(|connection| Cached(ask).get_results::<Row>(connection).boxed());
        Ok(rows.await?.into_iter().map(Listed::from).collect())
    }

    /// Has rows tried now, whatever they wait for; says which there were.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database.
    pub(crate) async fn retry(&self, ids: &[i64], now: Timestamp) -> Result<Vec<i64>> {
        let retry = sql_query(
            "UPDATE owed_calls SET next_at = least(next_at, $2) WHERE id = ANY ($1) RETURNING id",
        )
        .bind::<Array<BigInt>, _>(ids)
        .bind::<Timestamptz, _>(to_pg(now));
        let rows = self
            .0
            .run(|connection| Cached(retry).get_results::<Id>(connection).boxed());
        Ok(rows.await?.into_iter().map(|row| row.id).collect())
    }

    /// Gives rows up for good; says which there were.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database.
    pub(crate) async fn drop(&self, ids: &[i64]) -> Result<Vec<i64>> {
        let delete = sql_query("DELETE FROM owed_calls WHERE id = ANY ($1) RETURNING id")
            .bind::<Array<BigInt>, _>(ids);
        let rows = self
            .0
            .run(|connection| Cached(delete).get_results::<Id>(connection).boxed());
        Ok(rows.await?.into_iter().map(|row| row.id).collect())
    }

    /// The numbers of all rows that are there now.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database.
    pub(crate) async fn all(&self) -> Result<Vec<i64>> {
        let ask = sql_query("SELECT id FROM owed_calls ORDER BY id");
        let rows = self
            .0
            .run(|connection| Cached(ask).get_results::<Id>(connection).boxed());
        Ok(rows.await?.into_iter().map(|row| row.id).collect())
    }

    /// How many there are.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database.
    pub(crate) async fn count(&self) -> Result<Debts> {
        #[derive(QueryableByName)]
        struct Counted {
            #[diesel(sql_type = BigInt)]
            rows: i64,
            #[diesel(sql_type = BigInt)]
            musts: i64,
            #[diesel(sql_type = Nullable<Timestamptz>)]
            oldest: Option<PgTimestamp>,
        }
        let ask = sql_query(
            "SELECT count(*) AS rows, count(*) FILTER (WHERE is_must) AS musts, \
             min(created_at) AS oldest FROM owed_calls",
        );
        let counted = self
            .0
            .run(|connection| Cached(ask).get_result::<Counted>(connection).boxed());
        let Counted {
            rows,
            musts,
            oldest,
        } = counted.await?;
        Ok(Debts {
            rows,
            musts,
            oldest: oldest.map(from_pg),
        })
    }
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

impl From<Row> for Listed {
    fn from(row: Row) -> Self {
        // What cannot be read has no methods to name.
        let calls: Vec<Call> = serde_json::from_str(&row.calls).unwrap_or_default();
        Self {
            id: row.id,
            bot_id: row.bot_id,
            update_id: row.update_id,
            place: row.place,
            kind: row.kind,
            is_must: row.is_must,
            methods: calls.iter().map(|call| call.method().to_owned()).collect(),
            attempts: row.attempts,
            created_at: from_pg(row.created_at),
            next_at: from_pg(row.next_at),
            error: row.error,
        }
    }
}
