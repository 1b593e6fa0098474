//! The one way to run a statement of our own: with a deadline on this side, since a server that is
//! silent keeps none of its own.

use std::time::Duration;

use diesel::QueryResult;
use diesel_async::{
    AnsiTransactionManager as Manager, AsyncPgConnection, TransactionManager,
    pooled_connection::PoolableConnection,
};
use futures_util::future::BoxFuture;
use tokio::time::timeout;

use super::{ConnectError, connect::is_spent};

/// Runs a statement. The connection is of no use afterwards, and is not used again, if no answer
/// came within `limit`, if the future was dropped half-way, or if the answer says so.
///
/// # Errors
///
/// [`ConnectError::TimedOut`]: what was under way may or may not have happened.
pub(super) async fn within<T, Q>(
    limit: Duration,
    connection: &mut AsyncPgConnection,
    statement: Q,
) -> Result<QueryResult<T>, ConnectError>
where
    Q: for<'c> FnOnce(&'c mut AsyncPgConnection) -> BoxFuture<'c, QueryResult<T>>,
{
    let mut running = Running(Some(connection));
    let connection = running.0.as_mut().expect("taken only at the end");
    let answered = timeout(limit, statement(connection)).await;
    let answered = answered.map_err(|_| ConnectError::TimedOut(limit))?;
    if !is_spent(connection) {
        running.0 = None;
    }
    Ok(answered)
}

/// Whether a connection can be used: nothing is open or lost on it, and no error said otherwise.
pub(super) fn is_usable(connection: &mut AsyncPgConnection) -> bool {
    !connection.is_broken() && !is_spent(connection)
}

/// Makes diesel call the connection broken, so that a pool closes it.
pub(crate) fn condemn(connection: &mut AsyncPgConnection) {
    Manager::transaction_manager_status_mut(connection).set_in_error();
}

/// A connection with a statement on it; condemned unless that is taken back.
struct Running<'c>(Option<&'c mut AsyncPgConnection>);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Some(connection) = &mut self.0 {
            condemn(connection);
        }
    }
}
