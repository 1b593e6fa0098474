//! A session of the database outside of updates: for tasks, and for commands of an operator.

use super::{Conn, DbSession};
use crate::{Result, db::Database};

/// A transaction of a task's own, with the deadlines that handlers have. It begins when it is first used;
/// what is not committed is undone when it is dropped.
///
/// ```no_run
/// use ostankino::{Context, Result, db};
/// use diesel_async::RunQueryDsl;
///
/// async fn forget_old_orders(context: Context) -> Result<()> {
///     let session = context.database().session();
///     diesel::sql_query("DELETE FROM orders WHERE paid_at IS NULL")
///         .execute(&mut *session.conn().await?)
///         .await?;
///     session.commit().await
/// }
/// ```
#[derive(Debug)]
#[must_use = "a session does nothing until it is used"]
pub struct TaskSession(DbSession);

impl Database {
    /// A session of its own, not begun yet.
    pub fn session(&self) -> TaskSession {
        TaskSession(DbSession::of_task(self.clone()))
    }
}

impl TaskSession {
    pub(crate) fn session(&self) -> &DbSession {
        &self.0
    }

    /// The connection; begins the transaction at the first call.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a connection.
    pub async fn conn(&self) -> Result<Conn<'_>> {
        self.0.conn().await
    }

    /// Makes what was done permanent.
    ///
    /// # Errors
    ///
    /// It was not committed, as after a statement that failed; or it is not known whether it was, if the
    /// connection was lost that moment.
    pub async fn commit(self) -> Result<()> {
        self.0.commit().await.map(drop).map_err(Into::into)
    }

    /// Undoes what was done.
    ///
    /// # Errors
    ///
    /// Only for the log: it is undone in any case.
    pub async fn rollback(self) -> Result<()> {
        self.0.rollback().await.map(drop)
    }
}
