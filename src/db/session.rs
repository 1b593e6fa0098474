//! The database session of one update: a transaction that begins when a handler first asks for it,
//! and that the session layer commits or rolls back.

use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use diesel::{
    connection::TransactionDepthChange,
    result::{DatabaseErrorKind, Error as DbError},
};
use diesel_async::{
    AnsiTransactionManager as Manager, AsyncPgConnection, SimpleAsyncConnection,
    TransactionManager, pooled_connection::PoolableConnection,
};
use tokio::{
    sync::{MappedMutexGuard, Mutex, MutexGuard},
    time::timeout,
};

use super::{ConnectError, Database, InboxKey, connect::has_dropped_query, pool::Pooled};
use crate::{BoxError, Error, FromRequest, Request, Result, error::is_lost};

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
    key: InboxKey,
    state: Mutex<State>,
    /// Set before the state is closed: who holds it meanwhile closes it when done.
    ended: AtomicBool,
}

enum State {
    Idle,
    Open(Box<Transaction>),
    /// The update was applied before: there is nothing to do for a session.
    Repeated,
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
    /// A session for that update, not begun yet.
    #[must_use]
    pub fn new(database: Database, key: InboxKey) -> Self {
        Self(Arc::new(Inner {
            database,
            key,
            state: Mutex::new(State::Idle),
            ended: AtomicBool::new(false),
        }))
    }

    /// The connection; begins the transaction at the first call, and notes the update in the inbox
    /// with it.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] without a connection; [`Error::Repeated`] if the update was applied
    /// before, [`Error::Unsettled`] if another worker may be applying it; an internal error after
    /// the session ended. Pass them on.
    pub async fn conn(&self) -> Result<Conn<'_>> {
        let mut state = self.0.state.lock().await;
        if matches!(*state, State::Idle) && !self.0.has_ended() {
            *state = match Transaction::begin(&self.0.database, self.0.key).await {
                Ok(transaction) => State::Open(Box::new(transaction)),
                Err(Error::Repeated) => State::Repeated,
                Err(error) => return Err(error),
            };
        }
        if matches!(*state, State::Repeated) {
            return Err(Error::Repeated);
        }
        if self.0.has_ended() {
            *state = State::Closed;
        }
        let open = MutexGuard::try_map(state, |state| match state {
            State::Open(transaction) => Some(&mut **transaction),
            State::Idle | State::Repeated | State::Closed => None,
        });
        let transaction = open.map_err(|_| Error::message("the database session has ended"))?;
        Ok(Conn {
            transaction: Some(transaction),
            session: &self.0,
        })
    }

    /// Makes what was done permanent, and ends the session. It is the session layer that calls it.
    /// Says whether there was anything to commit.
    ///
    /// # Errors
    ///
    /// [`Error::Repeated`] if the update was applied before, whatever the handler made of that.
    /// [`Error::Unsettled`] if the connection was lost during the commit. Otherwise nothing was
    /// committed: a statement failed and its error was swallowed, a query was dropped half-way,
    /// somebody still holds the connection, a deferred constraint is violated.
    pub async fn commit(&self) -> Result<bool> {
        self.commit_with(|| Ok(None)).await
    }

    /// As [`commit`](Self::commit), together with what is left to do for the update.
    pub(crate) async fn commit_with(
        &self,
        left: impl FnOnce() -> Result<Option<Vec<u8>>>,
    ) -> Result<bool> {
        match self.0.close()? {
            State::Open(transaction) => {
                let limit = self.0.database.statement_limit();
                transaction.commit(left()?, self.0.key, limit).await?;
                Ok(true)
            }
            State::Repeated => Err(Error::Repeated),
            State::Idle | State::Closed => Ok(false),
        }
    }

    /// Undoes what was done, and ends the session. It is the session layer that calls it. Says
    /// whether the update was applied before.
    ///
    /// # Errors
    ///
    /// Only for the log: a transaction that cannot be rolled back is ended by closing its
    /// connection.
    pub async fn rollback(&self) -> Result<bool> {
        match self.0.close()? {
            State::Open(transaction) => {
                let limit = self.0.database.statement_limit();
                transaction.rollback(limit).await.map(|()| false)
            }
            State::Repeated => Ok(true),
            State::Idle | State::Closed => Ok(false),
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
            Ok(State::Repeated) => "Repeated",
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
    /// One round trip begins the transaction and notes the update in the inbox. The savepoint
    /// tells a commit that worked from one that did not: see [`commit`](Self::commit).
    async fn begin(database: &Database, key: InboxKey) -> Result<Self> {
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
    async fn commit(mut self, left: Option<Vec<u8>>, key: InboxKey, limit: Duration) -> Result<()> {
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

    async fn rollback(mut self, limit: Duration) -> Result<()> {
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
