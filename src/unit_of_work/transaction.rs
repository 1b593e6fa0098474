//! The transaction of a session: how its commit records the update, and tells whether it happened.

use std::{fmt, time::Instant};

use diesel::{
    ExpressionMethods, QueryResult,
    connection::TransactionDepthChange,
    result::{DatabaseErrorKind, Error as DbError},
};
use diesel_async::{
    AnsiTransactionManager as Manager, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection,
    TransactionManager, pooled_connection::PoolableConnection,
};
use futures_util::FutureExt;
use ostankino_traces::Span;

use crate::{
    BoxError, Error, Result,
    db::{
        Blame, ConnectError, Database, Ended, Meaning, Pooled, Turn, begin_with_next,
        commit_with_next, condemn, ended_with_last, failed, has_dropped_query, is_spent,
        last_begun_at, schema::inbox, sqlstate,
    },
    request::UpdateKey,
};

/// What PostgreSQL says to any statement after one that failed.
const IN_FAILED_TRANSACTION: &str = "25P02";

/// An open transaction. Dropped unresolved, its connection is closed instead of used again, and
/// the server rolls back.
pub(super) struct Transaction {
    connection: Option<Pooled>,
    database: Database,
    /// From the wish for it to its end.
    span: Span,
}

/// Why a session was not committed.
#[derive(Debug)]
pub enum NotCommitted {
    /// The update was applied before, by whomever: nothing of this session remains.
    Duplicate,
    /// The connection was lost meanwhile: it may be committed or not.
    Unknown(Error),
    /// A statement failed and its error was swallowed, a query was dropped half-way, somebody still
    /// holds the connection, a deferred constraint is violated: nothing of it remains.
    Failed(Error),
}

impl Transaction {
    pub(super) async fn begin(database: &Database, turn: Turn, span: Span) -> Result<Self> {
        let mut transaction = Self {
            connection: Some(database.connection(turn).await?),
            database: database.clone(),
            span,
        };
        let connection = transaction.connection();
        // diesel learns of it before the server does: dropped from here on, it is not used again.
        depth(connection, TransactionDepthChange::IncreaseDepth)?;
        if begin_with_next(connection) {
            return Ok(transaction);
        }
        let begun = transaction.batch("BEGIN").await;
        let Err(error) = begun.map_err(|late| Error::unavailable("PostgreSQL", late))? else {
            return Ok(transaction);
        };
        Err(failed(error))
    }

    /// The span of it, for whoever ends it.
    pub(super) fn span(&mut self) -> Span {
        std::mem::take(&mut self.span)
    }

    /// Records the update in the inbox, with what is left to do, and commits: in one message. Outside of updates
    /// there is nothing to record. After a
    /// statement that failed the INSERT fails, too, and a lone COMMIT would look like a success.
    pub(super) async fn commit(
        mut self,
        left: Option<Vec<u8>>,
        key: Option<UpdateKey>,
    ) -> Result<(), NotCommitted> {
        self.check().map_err(NotCommitted::Failed)?;
        if self.is_lost().map_err(NotCommitted::Failed)? {
            let lost = "the connection was lost before the commit: nothing was committed";
            let lost = Error::unavailable("PostgreSQL", lost);
            return Err(NotCommitted::Failed(lost));
        }
        let is_together = key.is_some() && commit_with_next(self.connection());
        let recorded = match key {
            Some(key) if is_together => self.record(left, key).await,
            key => self.record_and_commit(left, key).await,
        };
        let recorded = recorded.map_err(unknown)?;
        let ended = match (is_together, &recorded) {
            (true, _) => ended_with_last(self.connection()),
            (false, Ok(())) => Ended::Committed,
            (false, Err(_)) => Ended::Not,
        };
        let error = match recorded {
            Ok(()) if ended == Ended::Committed => {
                return self.end().map_err(NotCommitted::Failed);
            }
            Ok(()) => {
                let problem = Error::message("the server did not commit");
                return Err(NotCommitted::Failed(problem));
            }
            Err(error) => error,
        };
        if Meaning::of(&error).ends_connection {
            return Err(unknown(error));
        }
        let failure = if is_of_inbox(&error) {
            NotCommitted::Duplicate
        } else if sqlstate(&error) == Some(IN_FAILED_TRANSACTION) {
            let problem = "a failed statement was ignored, so nothing is committed";
            NotCommitted::Failed(Error::context(problem, error))
        } else if Meaning::of(&error).blame == Blame::Server {
            NotCommitted::Failed(failed(error))
        } else {
            NotCommitted::Failed(Error::context("the commit failed", error))
        };
        match ended {
            Ended::Not => self.roll_back_after_failure().await,
            Ended::Committed | Ended::RolledBack => self.end().map_err(NotCommitted::Failed)?,
        }
        Err(failure)
    }

    async fn record(
        &mut self,
        left: Option<Vec<u8>>,
        key: UpdateKey,
    ) -> Result<QueryResult<()>, ConnectError> {
        let row = (
            inbox::bot_id.eq(key.bot_id),
            inbox::update_id.eq(key.update_id),
            inbox::effects.eq(left),
        );
        let insert = diesel::insert_into(inbox::table).values(row);
        let database = self.database.clone();
        let ran = database.within(self.connection(), |connection| {
            insert.execute(connection).boxed()
        });
        Ok(ran.await?.map(drop))
    }

    /// The same in messages of their own. Where the handler ended the transaction itself, the SAVEPOINT
    /// fails.
    async fn record_and_commit(
        &mut self,
        left: Option<Vec<u8>>,
        key: Option<UpdateKey>,
    ) -> Result<QueryResult<()>, ConnectError> {
        if let Err(error) = self.batch("SAVEPOINT ostankino").await? {
            return Ok(Err(error));
        }
        if let Some(key) = key
            && let Err(error) = self.record(left, key).await?
        {
            return Ok(Err(error));
        }
        self.batch("COMMIT").await
    }

    pub(super) async fn rollback(mut self) -> Result<()> {
        self.check()?;
        let undone = self.batch("ROLLBACK").await;
        undone
            .map_err(|late| Error::unavailable("PostgreSQL", late))?
            .map_err(failed)?;
        self.end()
    }

    /// The first error is the one to report; the connection is closed all the same.
    async fn roll_back_after_failure(self) {
        if let Err(second) = self.rollback().await {
            tracing::warn!(
                event = "rollback_failed",
                error = second.chain(),
                "the rollback failed"
            );
        }
    }

    /// Runs statements that are of the transaction itself.
    async fn batch(&mut self, statement: &'static str) -> Result<QueryResult<()>, ConnectError> {
        let database = self.database.clone();
        let ran = database.within(self.connection(), |connection| {
            connection.batch_execute(statement).boxed()
        });
        ran.await
    }

    /// A query that was dropped half-way, or a nested transaction left open, makes what the
    /// transaction holds unknown.
    fn check(&mut self) -> Result<()> {
        let connection: &mut AsyncPgConnection = self.connection();
        let manager = Manager::transaction_manager_status_mut(connection);
        let depth = manager
            .transaction_depth()
            .map_err(failed)?
            .map(std::num::NonZero::get);
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
    let state = manager.transaction_state().map_err(failed)?;
    state.change_transaction_depth(change).map_err(failed)
}

/// Whether it says that the update is in the inbox already.
fn is_of_inbox(error: &DbError) -> bool {
    match error {
        DbError::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => {
            info.table_name() == Some("inbox")
        }
        _ => false,
    }
}

fn unknown(source: impl Into<BoxError>) -> NotCommitted {
    let problem = "the connection was lost during the commit: it may or may not have happened";
    let source = Error::context(problem, source);
    NotCommitted::Unknown(Error::unavailable("PostgreSQL", source))
}

impl From<NotCommitted> for Error {
    fn from(problem: NotCommitted) -> Self {
        match problem {
            NotCommitted::Duplicate => Self::Aborted,
            NotCommitted::Unknown(error) | NotCommitted::Failed(error) => error,
        }
    }
}
