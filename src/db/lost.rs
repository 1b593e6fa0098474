//! A database without our tables: a server that came back empty. No running process recreates them,
//! since what they held is gone; who looks after the service must know, and decide.

use tokio_postgres::error::SqlState;

use super::ConnectError;
use crate::Error;

/// The database, or what was in it, is gone.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0}: a running service recreates nothing there; restore the database from a backup, or, if it \
     is to be empty, start the service again"
)]
pub(crate) struct DatabaseLost(String);

impl DatabaseLost {
    /// Whether that is what an error says.
    pub(crate) fn is_in(error: &Error) -> bool {
        error.sources().any(|cause| cause.is::<Self>())
    }

    /// Of tables that are not there.
    pub(super) fn tables(missing: &[String]) -> Self {
        Self(format!(
            "the database has no table {} any more",
            missing.join(", ")
        ))
    }

    /// Of a connection that was refused since there is no such database.
    pub(super) fn database(error: &Error) -> Option<Self> {
        error.sources().find_map(|cause| {
            let ConnectError::Server { source: error, .. } = cause.downcast_ref()? else {
                return None;
            };
            let is_gone = error.code() == Some(&SqlState::INVALID_CATALOG_NAME);
            let says = || {
                error
                    .as_db_error()
                    .map_or_else(String::new, |e| e.message().into())
            };
            is_gone.then(|| Self(says()))
        })
    }
}
