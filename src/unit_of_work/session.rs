//! The database session of one update: a transaction that begins when a handler first asks for it,
//! and that the session layer commits or rolls back.

use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use diesel_async::AsyncPgConnection;
use jiff::Timestamp;
use ostankino_traces::{Kind, Span};
use tokio::{
    sync::{MappedMutexGuard, Mutex, MutexGuard},
    time::Instant,
};

use super::transaction::{NotCommitted, Transaction};
use crate::{
    Error, FromRequest, Request, Result, counted,
    db::Database,
    request::{HandlerClock, UpdateKey},
    timers::Timing,
};

/// The database session of an update, shared by all who handle it. As a handler's argument it
/// costs nothing until it is used.
///
/// ```no_run
/// use ostankino::{DbSession, Result, User, users};
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
    /// None in unit tests of handlers.
    database: Option<Database>,
    /// None outside of updates.
    key: Option<UpdateKey>,
    clock: HandlerClock,
    /// None where there are no timers.
    timing: Option<Timing>,
    /// When the first of the timers is due that were asked for.
    due: std::sync::Mutex<Option<(Timing, Timestamp)>>,
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

impl DbSession {
    /// A session for that update, not begun yet.
    #[must_use]
    pub fn new(database: Database, key: UpdateKey) -> Self {
        Self::timed(database, key, HandlerClock::new(), None)
    }

    /// A session of a handler whose clock stops while it waits for a connection.
    pub(crate) fn timed(
        database: Database,
        key: UpdateKey,
        clock: HandlerClock,
        timing: Option<Timing>,
    ) -> Self {
        Self::of(Some(database), Some(key), clock, timing)
    }

    /// A session outside of updates.
    pub(super) fn of_task(database: Database) -> Self {
        Self::of(Some(database), None, HandlerClock::new(), None)
    }

    /// A session without a database, for unit tests of handlers that do without: [`conn`](Self::conn) fails.
    #[cfg(feature = "test")]
    #[must_use]
    pub fn unconnected() -> Self {
        Self::of(None, None, HandlerClock::new(), None)
    }

    fn of(
        database: Option<Database>,
        key: Option<UpdateKey>,
        clock: HandlerClock,
        timing: Option<Timing>,
    ) -> Self {
        Self(Arc::new(Inner {
            database,
            key,
            clock,
            timing,
            due: std::sync::Mutex::default(),
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
            let Some(database) = &self.0.database else {
                let problem = "this test has no database: use `World` of `ostankino-test`";
                return Err(Error::message(problem));
            };
            let span = Span::child(Kind::Client, || "transaction");
            span.set("db.system.name", "postgresql");
            let turn = {
                let _stopped = self.0.clock.stop();
                let begun = Instant::now();
                let turn = database.turn().await?;
                counted::pool_waited(begun.elapsed());
                turn
            };
            let transaction = Transaction::begin(database, turn, span).await?;
            *state = State::Open(Box::new(transaction));
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
    /// Says whether there was anything to commit.
    ///
    /// # Errors
    ///
    /// [`NotCommitted`].
    pub async fn commit(&self) -> Result<bool, NotCommitted> {
        self.commit_with(|| Ok(None)).await
    }

    /// As [`commit`](Self::commit), together with what is left to do for the update.
    pub(super) async fn commit_with(
        &self,
        left: impl FnOnce() -> Result<Option<Vec<u8>>>,
    ) -> Result<bool, NotCommitted> {
        match self.0.close().map_err(NotCommitted::Failed)? {
            State::Open(mut transaction) => {
                let left = left().map_err(NotCommitted::Failed)?;
                let span = transaction.span();
                let committing = Span::child(Kind::Client, || "COMMIT");
                committing.set("db.system.name", "postgresql");
                committing.set("db.operation.name", "COMMIT");
                // On the heap: most updates have no session.
                let committed = Box::pin(transaction.commit(left, self.0.key)).await;
                let end = if committed.is_ok() {
                    "commit"
                } else {
                    committing.fails("failed");
                    "failed"
                };
                span.set("ostankino.session.end", end);
                counted::session_ended(end);
                committed?;
                if let Some((timing, due)) = self.0.due().take() {
                    timing.is_stored(due);
                }
                Ok(true)
            }
            State::Idle | State::Closed => Ok(false),
        }
    }

    /// Undoes what was done, and ends the session. It is the session layer that calls it. Says
    /// whether there was anything to undo.
    ///
    /// # Errors
    ///
    /// Only for the log: a transaction that cannot be rolled back is ended by closing its
    /// connection.
    pub async fn rollback(&self) -> Result<bool> {
        match self.0.close()? {
            State::Open(mut transaction) => {
                let span = transaction.span();
                span.set("ostankino.session.end", "rollback");
                counted::session_ended("rollback");
                Box::pin(transaction.rollback()).await.map(|()| true)
            }
            State::Idle | State::Closed => Ok(false),
        }
    }

    /// What timers need; `None` where there are none.
    pub(crate) fn timing(&self) -> Option<&Timing> {
        self.0.timing.as_ref()
    }

    /// A timer was asked for that is due then: once it is committed, that is told.
    pub(crate) fn wakes(&self, timing: &Timing, due: Timestamp) {
        let mut first = self.0.due();
        if first.as_ref().is_none_or(|(_, first)| due < *first) {
            *first = Some((timing.clone(), due));
        }
    }

    /// Whether there is something to commit.
    pub(super) fn has_begun(&self) -> bool {
        let state = self.0.state.try_lock();
        // Who holds it has a connection; its commit fails.
        state.map_or(true, |state| matches!(*state, State::Open(_)))
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
    fn due(&self) -> std::sync::MutexGuard<'_, Option<(Timing, Timestamp)>> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }

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
        transaction.connection_ref()
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
