//! Deletes old rows of the tables that only grow.

use diesel::{
    sql_query,
    sql_types::{BigInt, Integer, Nullable, Timestamptz},
};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use jiff::Timestamp;

use super::{Cached, Database, to_pg};
use crate::Result;

/// Which rows of a table are old. Its words become part of the query.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Old {
    pub(crate) table: &'static str,
    /// The column or expression that dates a row, or is null while it stays.
    pub(crate) dated: &'static str,
    /// Rows that are dated more than so many days ago are old.
    pub(crate) days: u32,
    /// By which time; `None` for the database's own.
    pub(crate) now: Option<Timestamp>,
}

impl Database {
    /// Deletes up to `limit` rows that are old; says how many.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database.
    pub(crate) async fn forget(&self, old: Old, limit: u32) -> Result<usize> {
        let Old { table, dated, .. } = old;
        // Several processes may do it at once: none waits for another.
        let delete = sql_query(format!(
            "DELETE FROM {table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table} \
             WHERE {dated} < coalesce($1, now()) - make_interval(days => $2) LIMIT $3 \
             FOR UPDATE SKIP LOCKED))"
        ))
        .bind::<Nullable<Timestamptz>, _>(old.now.map(to_pg))
        .bind::<Integer, _>(i32::try_from(old.days).unwrap_or(i32::MAX))
        .bind::<BigInt, _>(i64::from(limit));
        let deleted = self.run(|connection| Cached(delete).execute(connection).boxed());
        deleted.await
    }
}
