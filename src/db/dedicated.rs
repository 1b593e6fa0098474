//! A connection that one task has to itself, made when it is first needed and again after it is lost.

use std::fmt;

use diesel::{QueryResult, sql_types::Bool};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::{FutureExt, future::BoxFuture};

use super::{
    connect::{connect, statement_limit},
    deadline::{is_usable, within},
    error::failed,
    lost::DatabaseLost,
    migration_check::missing_tables,
};
use crate::{Error, Result, config::DatabaseConfig};

/// A connection outside of the pool. It costs nothing before its first statement.
pub(crate) struct Dedicated {
    config: DatabaseConfig,
    connection: Option<Box<AsyncPgConnection>>,
}

impl Dedicated {
    pub(crate) fn new(config: &DatabaseConfig) -> Self {
        Self {
            config: config.clone(),
            connection: None,
        }
    }

    /// Whether there was a connection that is of no use any more; the next statement makes another.
    pub(crate) fn is_lost(&mut self) -> bool {
        let lost = self.connection.take_if(|connection| !is_usable(connection));
        lost.is_some()
    }

    /// Runs a statement on the connection, which is kept only if the statement came to an end on it.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] without a database, and after the deadline.
    pub(crate) async fn run<T, Q>(&mut self, statement: Q) -> Result<T>
    where
        Q: for<'c> FnOnce(&'c mut AsyncPgConnection) -> BoxFuture<'c, QueryResult<T>>,
    {
        let unavailable = |error| Error::unavailable("PostgreSQL", error);
        let mut kept = self.connection.take();
        let mut connection = match kept.take_if(|connection| is_usable(connection)) {
            Some(connection) => connection,
            None => Box::new(connect(&self.config).await.map_err(unavailable)?),
        };
        let answered = within(statement_limit(&self.config), &mut connection, statement).await;
        let answered = answered.map_err(unavailable)?;
        self.connection = Some(connection);
        answered.map_err(failed)
    }

    /// Whether the database answers, has our tables, and takes writes: a server that was made a
    /// standby answers, but is of no use.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`]: it does not answer, or is read-only. An internal error: the tables are
    /// gone.
    pub(crate) async fn ping(&mut self) -> Result<()> {
        let looked = self.run(|connection| missing_tables(connection).boxed());
        match looked.await {
            Ok(missing) if missing.is_empty() => {}
            Ok(missing) => return Err(Error::other(DatabaseLost::tables(&missing))),
            Err(error) => {
                return Err(DatabaseLost::database(&error).map_or(error, Error::other));
            }
        }
        self.ping_server().await
    }

    /// The same, whatever tables it has.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`].
    pub(crate) async fn ping_server(&mut self) -> Result<()> {
        let is_read_only =
            diesel::dsl::sql::<Bool>("current_setting('transaction_read_only')::bool");
        let asked = self.run(|connection| {
            let ask = diesel::select(is_read_only);
            async move { ask.get_result(connection).await }.boxed()
        });
        if asked.await? {
            // The next one may lead to another server.
            self.connection = None;
            return Err(Error::unavailable("PostgreSQL", "it is read-only"));
        }
        Ok(())
    }
}

impl fmt::Debug for Dedicated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dedicated").finish_non_exhaustive()
    }
}
