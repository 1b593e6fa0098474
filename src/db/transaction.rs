//! The transaction of a session: how it begins together with the update's row in the inbox, and how
//! its commit tells whether it happened.

use std::{fmt, time::Duration};

use diesel::{
    connection::TransactionDepthChange,
    result::{DatabaseErrorKind, Error as DbError},
};
use diesel_async::{
    AnsiTransactionManager as Manager, AsyncPgConnection, SimpleAsyncConnection,
    TransactionManager, pooled_connection::PoolableConnection,
};
use tokio::time::timeout;

use super::{ConnectError, Database, InboxKey, connect::has_dropped_query, pool::Pooled};
use crate::{BoxError, Error, Result, error::is_lost};

const ROLLBACK: &str = "ROLLBACK";

/// An open transaction. Dropped unresolved, its connection is closed instead of used again, and
/// the server rolls back.
pub(super) struct Transaction(Option<Pooled>);

impl Transaction {
    /// One round trip begins the transaction and notes the update in the inbox. The savepoint
    /// tells a commit that worked from one that did not: see [`commit`](Self::commit).
    pub(super) async fn begin(database: &Database, key: InboxKey) -> Result<Self> {
        let mut transaction = Self(Some(database.get().await?));
        let connection = transaction.connection();
        // diesel learns of it before the server does: dropped from here on, it is not used again.
        depth(connection, TransactionDepthChange::IncreaseDepth)?;
        let InboxKey { bot_id, update_id } = key;
        let begin = format!(
            "BEGIN; INSERT INTO inbox (bot_id, update_id) VALUES ({bot_id}, {update_id}); \
             SAVEPOINT ostankino"
        );
        let Err(error) = connection.batch_execute(&begin).await else {
            return Ok(transaction);
        };
        if is_lost(&error) {
            return Err(error.into());
        }
        if let Err(second) = transaction.rollback(database.statement_limit()).await {
            tracing::warn!(error = second.chain(), "the rollback failed");
        }
        match error {
            DbError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Err(Error::Repeated),
            // Most likely another worker holds the row: its transaction decides.
            error => Err(Error::unsettled(Error::context(
                "the update could not be noted in the inbox",
                error,
            ))),
        }
    }

    /// A lone COMMIT of an aborted transaction is answered "ROLLBACK" and looks like a success.
    /// RELEASE fails there, and a message of several statements stops at the first failure.
    pub(super) async fn commit(
        mut self,
        left: Option<Vec<u8>>,
        key: InboxKey,
        limit: Duration,
    ) -> Result<()> {
        self.check()?;
        if self.is_lost()? {
            let lost = "the connection was lost before the commit: nothing was committed";
            return Err(Error::unavailable("PostgreSQL", lost));
        }
        let commit = commit(left, key);
        let committed = timeout(limit, self.connection().batch_execute(&commit)).await;
        let Ok(committed) = committed else {
            return Err(unknown(ConnectError::TimedOut(limit)));
        };
        let Err(error) = committed else {
            return self.end();
        };
        if is_lost(&error) {
            return Err(unknown(error));
        }
        let failure = match &error {
            DbError::DatabaseError(_, info) if info.message().contains("is aborted") => {
                Error::context(
                    "a failed statement was ignored, so nothing is committed",
                    error,
                )
            }
            _ => Error::context("the commit failed", error),
        };
        if let Err(second) = self.rollback(limit).await {
            tracing::warn!(error = second.chain(), "the rollback failed");
        }
        Err(failure)
    }

    pub(super) async fn rollback(mut self, limit: Duration) -> Result<()> {
        self.check()?;
        let undone = timeout(limit, self.connection().batch_execute(ROLLBACK)).await;
        undone.map_err(|_| Error::unavailable("PostgreSQL", ConnectError::TimedOut(limit)))??;
        self.end()
    }

    /// A query that was dropped half-way, or a nested transaction left open, makes what the
    /// transaction holds unknown.
    fn check(&mut self) -> Result<()> {
        let connection: &mut AsyncPgConnection = self.connection();
        let manager = Manager::transaction_manager_status_mut(connection);
        let depth = manager.transaction_depth()?.map(std::num::NonZero::get);
        if has_dropped_query(self.connection()) || depth != Some(1) {
            return Err(Error::message(
                "a query or a nested transaction was dropped half-way",
            ));
        }
        Ok(())
    }

    /// Whether the connection is known to be gone.
    fn is_lost(&mut self) -> Result<bool> {
        let connection = self.connection();
        // diesel calls a connection broken that is in a transaction.
        depth(connection, TransactionDepthChange::DecreaseDepth)?;
        let is_lost = connection.is_broken();
        depth(connection, TransactionDepthChange::IncreaseDepth)?;
        Ok(is_lost)
    }

    /// Gives the connection back: no transaction is open on it any more.
    fn end(mut self) -> Result<()> {
        depth(self.connection(), TransactionDepthChange::DecreaseDepth)?;
        self.0 = None;
        Ok(())
    }

    pub(super) fn connection(&mut self) -> &mut Pooled {
        self.0.as_mut().expect("taken only at the end")
    }

    pub(super) fn connection_ref(&self) -> &Pooled {
        self.0.as_ref().expect("taken only at the end")
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if let Some(connection) = &mut self.0 {
            Manager::transaction_manager_status_mut(&mut **connection).set_in_error();
        }
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transaction")
    }
}

fn depth(connection: &mut AsyncPgConnection, change: TransactionDepthChange) -> Result<()> {
    let manager = Manager::transaction_manager_status_mut(connection);
    Ok(manager
        .transaction_state()?
        .change_transaction_depth(change)?)
}

/// The commit, with what is left to do: written as hexadecimal digits, it can hold no SQL.
fn commit(left: Option<Vec<u8>>, key: InboxKey) -> String {
    use fmt::Write;

    let Some(left) = left else {
        return "RELEASE SAVEPOINT ostankino; COMMIT".to_owned();
    };
    let InboxKey { bot_id, update_id } = key;
    let mut digits = String::with_capacity(2 * left.len());
    for byte in left {
        write!(digits, "{byte:02x}").expect("a string takes all");
    }
    format!(
        "RELEASE SAVEPOINT ostankino; UPDATE inbox SET effects = decode('{digits}', 'hex') \
         WHERE bot_id = {bot_id} AND update_id = {update_id}; COMMIT"
    )
}

fn unknown(source: impl Into<BoxError>) -> Error {
    let problem = "the connection was lost during the commit: it may or may not have happened";
    Error::unsettled(Error::unavailable(
        "PostgreSQL",
        Error::context(problem, source),
    ))
}
