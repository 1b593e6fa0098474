//! Who did what, when, and to whom. A row is there before anything is done, and outlives whom it names: see
//! [`personal`](crate::personal).

use diesel::{
    QueryableByName,
    pg::data_types::PgTimestamp,
    sql_query,
    sql_types::{BigInt, Integer, Nullable, Text, Timestamptz},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};

use crate::{
    Result,
    db::{Cached, Database, failed, to_pg},
};

/// How long it is known.
const KEPT: SignedDuration = SignedDuration::from_hours(2 * 365 * 24);

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is under way; for ever, if the process ended in the middle.
    Asked,
    Done,
    /// Whoever asked may not do that.
    Refused,
    Failed,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// What somebody does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deed<'a> {
    pub(super) admin: i64,
    pub(super) action: &'a str,
    /// The user it is about.
    pub(super) target: Option<i64>,
    /// It names no user: it stays when that one is erased.
    pub(super) detail: Option<&'a str>,
    pub(super) outcome: Outcome,
}

/// Notes it; gives its number.
pub(super) async fn note(
    connection: &mut AsyncPgConnection,
    bot_id: i64,
    deed: &Deed<'_>,
    now: Timestamp,
) -> Result<i64> {
    #[derive(QueryableByName)]
    struct Id {
        #[diesel(sql_type = BigInt)]
        id: i64,
    }
    let insert = sql_query(
        "INSERT INTO admin_audit (bot_id, at, admin_id, action, target_id, detail, outcome) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
    )
    .bind::<BigInt, _>(bot_id)
    .bind::<Timestamptz, _>(to_pg(now))
    .bind::<BigInt, _>(deed.admin)
    .bind::<Text, _>(deed.action)
    .bind::<Nullable<BigInt>, _>(deed.target)
    .bind::<Nullable<Text>, _>(deed.detail)
    .bind::<Text, _>(deed.outcome.as_str());
    let noted: Id = Cached(insert)
        .get_result(connection)
        .await
        .map_err(failed)?;
    Ok(noted.id)
}

/// Notes what came of it, and more of what it was.
pub(super) async fn settle(
    database: &Database,
    id: i64,
    outcome: Outcome,
    detail: Option<&str>,
) -> Result<()> {
    let update = sql_query(
        "UPDATE admin_audit SET outcome = $2, detail = coalesce($3, detail) WHERE id = $1",
    )
    .bind::<BigInt, _>(id)
    .bind::<Text, _>(outcome.as_str())
    .bind::<Nullable<Text>, _>(detail.map(str::to_owned));
    let settled = database.run(|connection| Cached(update).execute(connection).boxed());
    settled.await.map(drop)
}

/// A row as it is shown.
#[derive(Debug, QueryableByName)]
pub(super) struct Row {
    #[diesel(sql_type = BigInt)]
    pub(super) id: i64,
    #[diesel(sql_type = Timestamptz)]
    pub(super) at: PgTimestamp,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) admin_id: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) admin_hash: Option<String>,
    #[diesel(sql_type = Text)]
    pub(super) action: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) target_id: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) target_hash: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) detail: Option<String>,
    #[diesel(sql_type = Text)]
    pub(super) outcome: String,
}

/// The latest rows before that number, of all or about one user.
pub(super) async fn list(
    database: &Database,
    bot_id: i64,
    target: Option<i64>,
    before: i64,
    limit: i32,
) -> Result<Vec<Row>> {
    let list = sql_query(
        "SELECT id, at, admin_id, admin_hash, action, target_id, target_hash, detail, outcome FROM admin_audit \
         WHERE bot_id = $1 AND id < $2 AND ($3 IS NULL OR target_id = $3) ORDER BY id DESC LIMIT $4",
    )
    .bind::<BigInt, _>(bot_id)
    .bind::<BigInt, _>(before)
    .bind::<Nullable<BigInt>, _>(target)
    .bind::<Integer, _>(limit);
    let listed = database.run(|connection| Cached(list).get_results(connection).boxed());
    listed.await
}

/// Forgets what is old; says how many rows.
pub(super) async fn purge(database: &Database, now: Timestamp, limit: u32) -> Result<usize> {
    let purge = sql_query(
        "DELETE FROM admin_audit WHERE id IN (SELECT id FROM admin_audit WHERE at < $1 ORDER BY id LIMIT $2)",
    )
    .bind::<Timestamptz, _>(to_pg(now - KEPT))
    .bind::<Integer, _>(i32::try_from(limit).unwrap_or(i32::MAX));
    let purged = database.run(|connection| Cached(purge).execute(connection).boxed());
    purged.await
}
