//! Migrations of one source, noted in a table of their own: those of the library and those of a bot
//! know nothing of each other's versions.

use diesel::{
    Connection, RunQueryDsl,
    migration::{Migration, MigrationVersion, Result},
    pg::Pg,
    sql_query,
    sql_types::Text,
};
use diesel_async::{AsyncPgConnection, async_connection_wrapper::AsyncConnectionWrapper};
use diesel_migrations::MigrationHarness;
use tokio::task::block_in_place;

/// A table of migrations that were run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table(pub(super) &'static str);

/// The library's: diesel's own, as its command line knows it.
pub(super) const OURS: Table = Table("__diesel_schema_migrations");

/// That of the bot's author.
pub(super) const OF_BOT: Table = Table("__bot_schema_migrations");

/// Runs migrations on a connection, and notes them in that table.
pub(super) struct Harness {
    connection: AsyncConnectionWrapper<AsyncPgConnection>,
    table: Table,
}

#[derive(diesel::QueryableByName)]
struct Ran {
    #[diesel(sql_type = Text)]
    version: String,
}

impl Harness {
    pub(super) fn new(connection: AsyncPgConnection, table: Table) -> Self {
        Self {
            connection: connection.into(),
            table,
        }
    }

    pub(super) fn into_inner(self) -> AsyncPgConnection {
        self.connection.into_inner()
    }

    /// Does it, and notes it, at once where the migration allows that.
    fn in_one(
        &mut self,
        migration: &dyn Migration<Pg>,
        change: impl FnOnce(&mut AsyncConnectionWrapper<AsyncPgConnection>) -> Result<()>,
        note: &str,
    ) -> Result<MigrationVersion<'static>> {
        let version = migration.name().version().as_owned();
        let both = |connection: &mut AsyncConnectionWrapper<AsyncPgConnection>| -> Result<()> {
            change(connection)?;
            let noted = sql_query(note).bind::<Text, _>(version.to_string());
            noted.execute(connection)?;
            Ok(())
        };
        block_in_place(|| match migration.metadata().run_in_transaction() {
            true => self.connection.transaction(both),
            false => both(&mut self.connection),
        })?;
        Ok(version)
    }
}

impl MigrationHarness<Pg> for Harness {
    fn run_migration(
        &mut self,
        migration: &dyn Migration<Pg>,
    ) -> Result<MigrationVersion<'static>> {
        let note = format!("INSERT INTO {} (version) VALUES ($1)", self.table.0);
        self.in_one(migration, |connection| migration.run(connection), &note)
    }

    fn revert_migration(
        &mut self,
        migration: &dyn Migration<Pg>,
    ) -> Result<MigrationVersion<'static>> {
        let note = format!("DELETE FROM {} WHERE version = $1", self.table.0);
        self.in_one(migration, |connection| migration.revert(connection), &note)
    }

    fn applied_migrations(&mut self) -> Result<Vec<MigrationVersion<'static>>> {
        let ran = sql_query(format!(
            "SELECT version FROM {} ORDER BY version DESC",
            self.table.0
        ));
        let ran: Vec<Ran> = block_in_place(|| ran.load(&mut self.connection))?;
        Ok(ran.into_iter().map(|ran| ran.version.into()).collect())
    }
}
