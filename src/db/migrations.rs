//! The schema, brought up to date at start; several containers may start at once.

use diesel::{migration::MigrationSource, pg::Pg};
use diesel_async::{
    AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl, pooled_connection::PoolableConnection,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{
    ConnectError,
    connect::connect_unlimited,
    migration_check::{compare, look_for_tables, names, record},
    pooler::refuse_transaction_mode,
};
use crate::{Error, Result, config::DatabaseConfig};

/// The migrations of the folder `migrations/`, in the binary.
pub(crate) const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// Any constant will do, as long as every version of the service takes the same.
const LOCK: i64 = 0x6f73_7461_6e6b;

/// Runs the migrations that are missing, under an advisory lock. Needs a multi-threaded runtime.
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
            advice = "switch TLS on in the server, or have database.url ask for it by sslmode",
            "the connection to PostgreSQL is not encrypted"
        );
    }
    // The lock is the connection's: it goes with it, whatever happens below.
    diesel::sql_query(format!("SELECT pg_advisory_lock({LOCK})"))
        .execute(&mut connection)
        .await?;
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
