//! The transaction of a session: how it begins together with the update's row in the inbox, and how
//! its commit tells whether it happened.

use std::{fmt, time::Instant};

use diesel::{
    QueryResult,
    connection::TransactionDepthChange,
    result::{DatabaseErrorKind, Error as DbError},
};
use diesel_async::{
    AnsiTransactionManager as Manager, AsyncPgConnection, SimpleAsyncConnection,
    TransactionManager, pooled_connection::PoolableConnection,
};
use futures_util::FutureExt;

use super::{
    Blame, ConnectError, Database, InboxKey, Meaning,
    connect::{has_dropped_query, is_spent, last_begun_at},
    deadline::condemn,
    pool::Pooled,
    sqlstate,
};
use crate::{BoxError, Error, Result};

const ROLLBACK: &str = "ROLLBACK";

/// What PostgreSQL says to any statement after one that failed.
const IN_FAILED_TRANSACTION: &str = "25P02";

/// An open transaction. Dropped unresolved, its connection is closed instead of used again, and
/// the server rolls back.
pub(super) struct Transaction {
    connection: Option<Pooled>,
    database: Database,
}

impl Transaction {
    /// One round trip begins the transaction and notes the update in the inbox. The savepoint
    /// tells a commit that worked from one that did not: see [`commit`](Self::commit).
    pub(super) async fn begin(database: &Database, key: InboxKey) -> Result<Self> {
        let mut transaction = Self {
            connection: Some(database.get().await?),
            database: database.clone(),
        };
        let connection = transaction.connection();
        // diesel learns of it before the server does: dropped from here on, it is not used again.
        depth(connection, TransactionDepthChange::IncreaseDepth)?;
        let InboxKey { bot_id, update_id } = key;
        let begin = format!(
            "BEGIN; INSERT INTO inbox (bot_id, update_id) VALUES ({bot_id}, {update_id}); \
             SAVEPOINT ostankino"
        );
        let begun = transaction.execute(begin).await;
        let Err(error) = begun.map_err(|late| Error::unavailable("PostgreSQL", late))? else {
            return Ok(transaction);
        };
        let meaning = Meaning::of(&error);
        if meaning.ends_connection {
            return Err(error.into());
        }
        transaction.roll_back_after_failure().await;
        match error {
            DbError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Err(Error::Repeated),
            error if meaning.blame == Blame::Server => Err(error.into()),
            // Most likely another worker holds the row: its transaction decides.
            error => Err(Error::unsettled(Error::context(
                "the update could not be noted in the inbox",
                error,
            ))),
        }
    }

    /// A lone COMMIT of an aborted transaction is answered "ROLLBACK" and looks like a success.
    /// RELEASE fails there, and a message of several statements stops at the first failure.
    pub(super) async fn commit(mut self, left: Option<Vec<u8>>, key: InboxKey) -> Result<()> {
        self.check()?;
        if self.is_lost()? {
            let lost = "the connection was lost before the commit: nothing was committed";
            return Err(Error::unavailable("PostgreSQL", lost));
        }
        let committed = self.execute(commit(left, key)).await.map_err(unknown)?;
        let Err(error) = committed else {
            return self.end();
        };
        if Meaning::of(&error).ends_connection {
            return Err(unknown(error));
        }
        let failure = if sqlstate(&error) == Some(IN_FAILED_TRANSACTION) {
            let problem = "a failed statement was ignored, so nothing is committed";
            Error::context(problem, error)
        } else if Meaning::of(&error).blame == Blame::Server {
            error.into()
        } else {
            Error::context("the commit failed", error)
        };
        self.roll_back_after_failure().await;
        Err(failure)
    }

    pub(super) async fn rollback(mut self) -> Result<()> {
        self.check()?;
        let undone = self.execute(ROLLBACK.to_owned()).await;
        undone.map_err(|late| Error::unavailable("PostgreSQL", late))??;
        self.end()
    }

    /// The first error is the one to report; the connection is closed all the same.
    async fn roll_back_after_failure(self) {
        if let Err(second) = self.rollback().await {
            tracing::warn!(error = second.chain(), "the rollback failed");
        }
    }

    /// Runs statements that are of the transaction itself.
    async fn execute(&mut self, statements: String) -> Result<QueryResult<()>, ConnectError> {
        let database = self.database.clone();
        let ran = database.within(self.connection(), |connection| {
            async move { connection.batch_execute(&statements).await }.boxed()
        });
        ran.await
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
        if !is_spent(self.connection()) {
            self.connection = None;
        }
        Ok(())
    }

    pub(super) fn connection(&mut self) -> &mut Pooled {
        self.connection.as_mut().expect("taken only at the end")
    }

    pub(super) fn connection_ref(&self) -> &Pooled {
        self.connection.as_ref().expect("taken only at the end")
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        let Some(connection) = &mut self.connection else {
            return;
        };
        condemn(connection);
        if is_spent(connection) {
            self.database.distrust_since(Instant::now());
        } else if has_dropped_query(connection)
            && let Some(begun) = last_begun_at(connection)
            // The server's own time-out would have come by now.
            && begun.elapsed() > self.database.statement_limit()
        {
            self.database.distrust_since(begun);
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
