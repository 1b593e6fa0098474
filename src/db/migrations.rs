//! The schema, brought up to date at start; several containers may start at once.

use diesel::{migration::MigrationSource, pg::Pg};
use diesel_async::{
    AsyncMigrationHarness, AsyncPgConnection, pooled_connection::PoolableConnection,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tokio::task::JoinSet;

use super::{
    ConnectError,
    connect::connect_unlimited,
    migration_check::{compare, look_for_tables, names, record},
    migration_lock,
    pooler::refuse_transaction_mode,
};
use crate::{Error, Result, config::DatabaseConfig};

/// The migrations of the folder `migrations/`, in the binary.
pub(crate) const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// Runs the migrations that are missing, under an advisory lock. Needs a multi-threaded runtime. Who
/// keeps it waiting is told after a while.
///
/// Returns how many ran.
///
/// # Errors
///
/// No connection, or a migration failed; that one is rolled back then. A
/// [`MigrationError`](super::MigrationError) among the sources, if the migrations or the database
/// contradict themselves.
pub async fn migrate(config: &DatabaseConfig) -> Result<usize> {
    migrate_from(config, MIGRATIONS).await
}

/// The same with migrations from elsewhere, such as a folder with ours and more.
///
/// # Errors
///
/// Those of [`migrate`].
pub async fn migrate_from(
    config: &DatabaseConfig,
    source: impl MigrationSource<Pg>,
) -> Result<usize> {
    let names = names(&source)?;
    let unavailable = |error: ConnectError| Error::unavailable("PostgreSQL", error);
    // The lock below is worth nothing where transactions share connections.
    refuse_transaction_mode(config).await.map_err(unavailable)?;
    let (mut connection, is_encrypted) = connect_unlimited(config).await.map_err(unavailable)?;
    if !is_encrypted && config.target().is_ok_and(|target| !target.is_local()) {
        tracing::warn!(
            event = "database_unencrypted",
            advice = "switch TLS on in the server, or have database.url ask for it by sslmode",
            "the connection to PostgreSQL is not encrypted"
        );
    }
    let pid = migration_lock::take(&mut connection).await?;
    let mut watching = JoinSet::new();
    watching.spawn(migration_lock::watch(config.clone(), pid));
    compare(&mut connection, &names).await?;
    let (mut connection, ran) = run(connection, source)?;
    record(&mut connection, &names).await?;
    look_for_tables(&mut connection).await?;
    Ok(ran)
}

fn run(
    connection: AsyncPgConnection,
    source: impl MigrationSource<Pg>,
) -> Result<(AsyncPgConnection, usize)> {
    let mut harness = AsyncMigrationHarness::new(connection);
    let ran = harness
        .run_pending_migrations(source)
        .map(|versions| versions.len());
    let mut connection = harness.into_inner();
    match ran {
        Ok(ran) => Ok((connection, ran)),
        // A server that went away in the middle rolled the migration back: it runs again later.
        Err(error) if connection.is_broken() => Err(Error::unavailable("PostgreSQL", error)),
        Err(error) => Err(Error::context("a migration failed", error)),
    }
}
