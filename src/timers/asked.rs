//! What handlers ask of the table `timers`, in their own transactions.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Bool, Integer, Nullable, SmallInt, Text, Timestamptz},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use jiff::Timestamp;
use ostankino_core::{event::CatchUp, internal::Whose};
use serde_json::Value;

use super::{
    Cron,
    row::{COLUMNS, Row, number},
};
use crate::{
    Result,
    db::{Cached, failed, to_pg},
};

/// The most timers that are listed.
const LISTED: i32 = 100;

/// A row that is to be stored.
pub(super) struct New<'a> {
    pub(super) bot_id: i64,
    pub(super) owner: i64,
    pub(super) whose: &'a Whose,
    pub(super) key: Option<&'a str>,
    pub(super) event: &'a str,
    pub(super) data: &'a Value,
    pub(super) run_at: Timestamp,
    pub(super) cron: Option<&'a Cron>,
    pub(super) catch_up: CatchUp,
    pub(super) now: Timestamp,
}

pub(super) async fn insert(connection: &mut AsyncPgConnection, new: &New<'_>) -> Result<i64> {
    #[derive(QueryableByName)]
    struct Id {
        #[diesel(sql_type = BigInt)]
        id: i64,
    }
    let insert = sql_query(
        "INSERT INTO timers (bot_id, owner, user_id, sender_chat, chat_id, chat_kind, thread_id, business, key, event, \
         data, run_at, cron, zone, catch_up, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) RETURNING id",
    )
    .bind::<BigInt, _>(new.bot_id)
    .bind::<BigInt, _>(new.owner)
    .bind::<Nullable<BigInt>, _>(new.whose.user)
    .bind::<Nullable<BigInt>, _>(new.whose.sender_chat)
    .bind::<Nullable<BigInt>, _>(new.whose.chat)
    .bind::<Nullable<Text>, _>(new.whose.chat_kind.as_deref())
    .bind::<Nullable<BigInt>, _>(new.whose.topic)
    .bind::<Nullable<Text>, _>(new.whose.business.as_deref())
    .bind::<Nullable<Text>, _>(new.key)
    .bind::<Text, _>(new.event)
    .bind::<Text, _>(new.data.to_string())
    .bind::<Timestamptz, _>(to_pg(new.run_at))
    .bind::<Nullable<Text>, _>(new.cron.map(Cron::line))
    .bind::<Nullable<Text>, _>(new.cron.map(Cron::zone))
    .bind::<SmallInt, _>(number(new.catch_up))
    .bind::<Timestamptz, _>(to_pg(new.now));
    let id: Id = Cached(insert)
        .get_result(connection)
        .await
        .map_err(failed)?;
    Ok(id.id)
}

/// Has others wait who ask for the same key at the same moment, until this transaction ends: else each would see what was
/// there before, and both timers would come.
pub(super) async fn lock_key(
    connection: &mut AsyncPgConnection,
    bot_id: i64,
    owner: i64,
    key: &str,
) -> Result<()> {
    let lock = sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind::<Text, _>(format!("ostankino:timer:{bot_id}:{owner}:{key}"));
    let locked = Cached(lock).execute(connection).await;
    locked.map(drop).map_err(failed)
}

/// Cancels what of that key is still to come, or on its way; says whether it was still to come.
pub(super) async fn cancel_key(
    connection: &mut AsyncPgConnection,
    bot_id: i64,
    owner: i64,
    key: &str,
    now: Timestamp,
) -> Result<bool> {
    let cancel = sql_query(cancel_where("key = $3"))
        .bind::<BigInt, _>(bot_id)
        .bind::<BigInt, _>(owner)
        .bind::<Text, _>(key)
        .bind::<Timestamptz, _>(to_pg(now));
    let rows = Cached(cancel).get_results(connection).await;
    Ok(was_to_come(&rows.map_err(failed)?))
}

/// The same of that id.
pub(super) async fn cancel_id(
    connection: &mut AsyncPgConnection,
    bot_id: i64,
    owner: i64,
    id: i64,
    now: Timestamp,
) -> Result<bool> {
    let cancel = sql_query(cancel_where("id = $3"))
        .bind::<BigInt, _>(bot_id)
        .bind::<BigInt, _>(owner)
        .bind::<BigInt, _>(id)
        .bind::<Timestamptz, _>(to_pg(now));
    let rows = Cached(cancel).get_results(connection).await;
    Ok(was_to_come(&rows.map_err(failed)?))
}

#[derive(QueryableByName)]
struct Cancelled {
    #[diesel(sql_type = Bool)]
    was_to_come: bool,
}

fn was_to_come(rows: &[Cancelled]) -> bool {
    rows.iter().any(|row| row.was_to_come)
}

fn cancel_where(which: &str) -> String {
    format!(
        "WITH old AS (SELECT id, fired_at FROM timers WHERE bot_id = $1 AND owner = $2 AND {which} \
         AND cancelled_at IS NULL FOR UPDATE) \
         UPDATE timers SET cancelled_at = $4, fired_at = coalesce(timers.fired_at, $4) FROM old \
         WHERE timers.id = old.id RETURNING old.fired_at IS NULL AS was_to_come"
    )
}

/// What of that key is still to come comes then; says whether there is any.
pub(super) async fn put_off(
    connection: &mut AsyncPgConnection,
    bot_id: i64,
    owner: i64,
    key: &str,
    run_at: Timestamp,
) -> Result<bool> {
    let put_off = sql_query(
        "UPDATE timers SET run_at = $4 WHERE bot_id = $1 AND owner = $2 AND key = $3 AND fired_at IS NULL",
    )
    .bind::<BigInt, _>(bot_id)
    .bind::<BigInt, _>(owner)
    .bind::<Text, _>(key)
    .bind::<Timestamptz, _>(to_pg(run_at));
    let found = Cached(put_off).execute(connection).await;
    found.map(|found| found > 0).map_err(failed)
}

/// It happens.
pub(super) async fn mark_fired(
    connection: &mut AsyncPgConnection,
    id: i64,
    now: Timestamp,
) -> Result<()> {
    let fired = sql_query("UPDATE timers SET fired_at = $2 WHERE id = $1 AND fired_at IS NULL")
        .bind::<BigInt, _>(id)
        .bind::<Timestamptz, _>(to_pg(now));
    let marked = Cached(fired).execute(connection).await;
    marked.map(drop).map_err(failed)
}

/// Makes room for another one of that key.
pub(super) async fn free_key(
    connection: &mut AsyncPgConnection,
    bot_id: i64,
    owner: i64,
    key: &str,
) -> Result<()> {
    let free =
        sql_query("UPDATE timers SET key = NULL WHERE bot_id = $1 AND owner = $2 AND key = $3")
            .bind::<BigInt, _>(bot_id)
            .bind::<BigInt, _>(owner)
            .bind::<Text, _>(key);
    let freed = Cached(free).execute(connection).await;
    freed.map(drop).map_err(failed)
}

/// What is still to come of an event of a user in a chat.
pub(super) async fn list(
    connection: &mut AsyncPgConnection,
    bot_id: i64,
    owner: i64,
    chat: Option<i64>,
    event: &str,
) -> Result<Vec<Row>> {
    let list = sql_query(format!(
        "SELECT {COLUMNS} FROM timers WHERE bot_id = $1 AND owner = $2 AND event = $3 \
         AND chat_id IS NOT DISTINCT FROM $5 AND fired_at IS NULL ORDER BY run_at, id LIMIT $4"
    ))
    .bind::<BigInt, _>(bot_id)
    .bind::<BigInt, _>(owner)
    .bind::<Text, _>(event)
    .bind::<Integer, _>(LISTED)
    .bind::<Nullable<BigInt>, _>(chat);
    Cached(list).get_results(connection).await.map_err(failed)
}
