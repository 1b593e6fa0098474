//! The database session of one update: a transaction that begins when a handler first asks for it,
//! and that the session layer commits or rolls back.

use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use diesel::{connection::TransactionDepthChange, result::Error as DbError};
use diesel_async::{
    AnsiTransactionManager as Manager, AsyncPgConnection, SimpleAsyncConnection, TransactionManager,
};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

use super::{Database, connect::has_dropped_query, pool::Pooled};
use crate::{Error, FromRequest, Request, Result, error::is_lost};

/// One round trip begins. The savepoint tells a commit that worked from one that did not: see
/// [`Transaction::commit`].
const BEGIN: &str = "BEGIN; SAVEPOINT ostankino";
const COMMIT: &str = "RELEASE SAVEPOINT ostankino; COMMIT";
const ROLLBACK: &str = "ROLLBACK";

/// The database session of an update, shared by all who handle it. As a handler's argument it
/// costs nothing until it is used.
///
/// ```no_run
/// use ostankino::{DbSession, Result, User, db::users};
///
/// async fn count(db: DbSession) -> Result<String> {
///     let counts = users::count(&mut *db.conn().await?).await?;
///     Ok(format!("{}", counts.users))
/// }
/// # use ostankino::Handler; drop(count.into_service());
/// ```
#[derive(Clone, Debug)]
pub struct DbSession(Arc<Inner>);

struct Inner {
    database: Database,
    state: Mutex<State>,
    /// Set before the state is closed: who holds it meanwhile closes it when done.
    ended: AtomicBool,
}

enum State {
    Idle,
    Open(Box<Transaction>),
    Closed,
}

/// The connection of a session, inside its transaction: `&mut *conn` is what diesel-async takes.
///
/// It is a lock: pass it down as `&mut AsyncPgConnection` instead of asking the session again.
#[derive(Debug)]
pub struct Conn<'a> {
    transaction: Option<MappedMutexGuard<'a, Transaction>>,
    session: &'a Inner,
}

/// An open transaction. Dropped unresolved, its connection is closed instead of used again, and
/// the server rolls back.
struct Transaction(Option<Pooled>);

impl DbSession {
    /// A session that has not begun.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self(Arc::new(Inner {
            database,
            state: Mutex::new(State::Idle),
            ended: AtomicBool::new(false),
        }))
    }

    /// The connection; begins the transaction at the first call.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] without a connection; an internal error after the session ended.
    pub async fn conn(&self) -> Result<Conn<'_>> {
        let mut state = self.0.state.lock().await;
        if matches!(*state, State::Idle) && !self.0.has_ended() {
            *state = State::Open(Box::new(Transaction::begin(&self.0.database).await?));
        }
        if self.0.has_ended() {
            *state = State::Closed;
        }
        let open = MutexGuard::try_map(state, |state| match state {
            State::Open(transaction) => Some(&mut **transaction),
            State::Idle | State::Closed => None,
        });
        let transaction = open.map_err(|_| Error::message("the database session has ended"))?;
        Ok(Conn {
            transaction: Some(transaction),
            session: &self.0,
        })
    }

    /// Makes what was done permanent, and ends the session. It is the session layer that calls it.
    /// Without a transaction there is nothing to do.
    ///
    /// # Errors
    ///
    /// Nothing was committed: a statement failed and its error was swallowed, a query was dropped
    /// half-way, somebody still holds the connection, a deferred constraint is violated. Only if
    /// the connection was lost during the commit it is unknown, and the error says so.
    pub async fn commit(&self) -> Result<()> {
        match self.0.close()? {
            State::Open(transaction) => transaction.commit().await,
            State::Idle | State::Closed => Ok(()),
        }
    }

    /// Undoes what was done, and ends the session. It is the session layer that calls it.
    ///
    /// # Errors
    ///
    /// Only for the log: a transaction that cannot be rolled back is ended by closing its
    /// connection.
    pub async fn rollback(&self) -> Result<()> {
        match self.0.close()? {
            State::Open(transaction) => transaction.rollback().await,
            State::Idle | State::Closed => Ok(()),
        }
    }

    /// Ends the session without a word to the server: an open transaction's connection is closed.
    pub(crate) fn abandon(&self) {
        drop(self.0.close());
    }
}

impl FromRequest for DbSession {
    async fn from_request(request: &Request) -> Result<Self> {
        request.extension()
    }
}

impl Inner {
    fn has_ended(&self) -> bool {
        self.ended.load(Ordering::SeqCst)
    }

    fn close(&self) -> Result<State> {
        self.ended.store(true, Ordering::SeqCst);
        let state = self.state.try_lock();
        let mut state = state.map_err(|_| {
            Error::message("the database session is still in use: a task outlived its handler")
        })?;
        Ok(std::mem::replace(&mut *state, State::Closed))
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.try_lock();
        f.write_str(match state.as_deref() {
            Ok(State::Idle) => "Idle",
            Ok(State::Open(_)) => "Open",
            Ok(State::Closed) => "Closed",
            Err(_) => "InUse",
        })
    }
}

impl Deref for Conn<'_> {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        let transaction = self.transaction.as_ref().expect("taken only by drop");
        let connection = transaction.0.as_ref();
        connection.expect("taken only when the session is closed")
    }
}

impl DerefMut for Conn<'_> {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        let transaction = self.transaction.as_mut().expect("taken only by drop");
        transaction.connection()
    }
}

impl Drop for Conn<'_> {
    fn drop(&mut self) {
        // Let go first: whoever ends the session now either gets the lock or is seen here.
        self.transaction = None;
        if self.session.has_ended() {
            drop(self.session.close());
        }
    }
}

// === impl Transaction ===

impl Transaction {
    async fn begin(database: &Database) -> Result<Self> {
        let mut transaction = Self(Some(database.get().await?));
        let connection = transaction.connection();
        // diesel learns of it before the server does: dropped from here on, it is not used again.
        depth(connection, TransactionDepthChange::IncreaseDepth)?;
        connection.batch_execute(BEGIN).await?;
        Ok(transaction)
    }

    /// A lone COMMIT of an aborted transaction is answered "ROLLBACK" and looks like a success.
    /// RELEASE fails there, and a message of several statements stops at the first failure.
    async fn commit(mut self) -> Result<()> {
        self.check()?;
        let Err(error) = self.connection().batch_execute(COMMIT).await else {
            return self.end();
        };
        if is_lost(&error) {
            return Err(Error::unavailable("PostgreSQL", Unknown(error)));
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
        if let Err(second) = self.rollback().await {
            tracing::warn!(error = second.chain(), "the rollback failed");
        }
        Err(failure)
    }

    async fn rollback(mut self) -> Result<()> {
        self.check()?;
        self.connection().batch_execute(ROLLBACK).await?;
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

    /// Gives the connection back: no transaction is open on it any more.
    fn end(mut self) -> Result<()> {
        depth(self.connection(), TransactionDepthChange::DecreaseDepth)?;
        self.0 = None;
        Ok(())
    }

    fn connection(&mut self) -> &mut Pooled {
        self.0.as_mut().expect("taken only at the end")
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

#[derive(Debug, thiserror::Error)]
#[error("the connection was lost during the commit: it may or may not have happened")]
struct Unknown(#[source] DbError);
