//! The table as processes read it.

use diesel::sql_query;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;

use super::row::{COLUMNS, Row};
use crate::{
    Config, Result,
    db::{Cached, Database},
};

/// The table; a clone reads the same.
#[derive(Clone, Debug)]
pub(crate) struct Registry(pub(super) Database);

impl Registry {
    /// The table of that configuration, read by connections of that pool.
    pub(crate) fn new(database: &Database, config: &Config) -> Self {
        Self(database.of(&config.fleet_database()))
    }

    /// All rows, by name.
    pub(crate) async fn rows(&self) -> Result<Vec<Row>> {
        let ask = sql_query(format!("SELECT {COLUMNS} FROM bots ORDER BY name"));
        self.0
            .run(|connection| Cached(ask).load(connection).boxed())
            .await
    }
}
