//! What came of actions of the admin page, noted in the audit: what was done in the session of whoever did it, so that the audit
//! says so exactly if that is committed.

use std::sync::Arc;

use diesel::{
    sql_query,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;
use futures_util::{FutureExt, future::BoxFuture};
use ostankino_core::internal::{Settle, Settler};

use crate::{
    DbSession, FromRequest, Request, Result,
    db::{Cached, Database, failed},
};

const SETTLE: &str = "UPDATE admin_audit SET outcome = $2 WHERE id = $1";

/// Notes it.
struct Audit(Database);

/// What notes it, for the extensions of requests.
pub(crate) fn settler(database: &Database) -> Settler {
    Settler(Arc::new(Audit(database.clone())))
}

impl Settle for Audit {
    fn done<'a>(&'a self, request: &'a Request, audit: i64) -> BoxFuture<'a, Result<()>> {
        async move {
            let session = DbSession::from_request(request).await?;
            let settle = sql_query(SETTLE)
                .bind::<BigInt, _>(audit)
                .bind::<Text, _>("done");
            let connection = &mut *session.conn().await?;
            let settled = Cached(settle).execute(connection).await;
            settled.map(drop).map_err(failed)
        }
        .boxed()
    }

    fn failed(&self, audit: i64) -> BoxFuture<'_, Result<()>> {
        async move {
            let settle = sql_query(SETTLE)
                .bind::<BigInt, _>(audit)
                .bind::<Text, _>("failed");
            let settled = self
                .0
                .run(|connection| Cached(settle).execute(connection).boxed());
            settled.await.map(drop)
        }
        .boxed()
    }
}
