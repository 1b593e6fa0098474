//! By what the tracker reaches the database: a connection of its own, or those of a pool.

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use futures_util::future::BoxFuture;

use crate::{
    Result,
    db::{Database, Dedicated},
};

/// By what it reaches the database.
pub(super) enum Connection {
    Own(Dedicated),
    Pool(Database),
}

impl Connection {
    /// Runs a statement, with a deadline.
    pub(super) async fn run<T, Q>(&mut self, statement: Q) -> Result<T>
    where
        Q: for<'c> FnOnce(&'c mut AsyncPgConnection) -> BoxFuture<'c, QueryResult<T>>,
    {
        match self {
            Self::Own(connection) => connection.run(statement).await,
            Self::Pool(database) => database.run(statement).await,
        }
    }
}
