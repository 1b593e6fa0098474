//! The table `maintenance`: a row for each bot that is in it.

use diesel::{
    OptionalExtension, QueryableByName,
    pg::data_types::PgTimestamp,
    sql_query,
    sql_types::{BigInt, Timestamptz},
};
#[cfg(feature = "admin")]
use diesel_async::AsyncPgConnection;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use jiff::Timestamp;

#[cfg(feature = "admin")]
use crate::db::{failed, to_pg};
use crate::{
    Result,
    db::{Cached, Database, from_pg},
};

/// Since when it is on, if it is.
pub(super) async fn find(database: &Database, bot_id: i64) -> Result<Option<Timestamp>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Timestamptz)]
        since: PgTimestamp,
    }
    let find =
        sql_query("SELECT since FROM maintenance WHERE bot_id = $1").bind::<BigInt, _>(bot_id);
    let found = database.run(|connection| {
        async move { Cached(find).get_result::<Row>(connection).await.optional() }.boxed()
    });
    Ok(found.await?.map(|row| from_pg(row.since)))
}

/// Turns it on or off, once that transaction is committed.
#[cfg(feature = "admin")]
pub(crate) async fn switch(
    connection: &mut AsyncPgConnection,
    bot_id: i64,
    is_on: bool,
    now: Timestamp,
) -> Result<()> {
    let switched = match is_on {
        true => {
            let insert = sql_query(
                "INSERT INTO maintenance (bot_id, since) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            )
            .bind::<BigInt, _>(bot_id)
            .bind::<Timestamptz, _>(to_pg(now));
            Cached(insert).execute(connection).await
        }
        false => {
            let delete =
                sql_query("DELETE FROM maintenance WHERE bot_id = $1").bind::<BigInt, _>(bot_id);
            Cached(delete).execute(connection).await
        }
    };
    switched.map(drop).map_err(failed)
}
