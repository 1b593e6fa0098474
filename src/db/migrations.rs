//! The schema, brought up to date at start; several containers may start at once.

use diesel_async::{AsyncMigrationHarness, RunQueryDsl, pooled_connection::PoolableConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connect::connect_unlimited;
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
/// No connection, or a migration failed; that one is rolled back then.
pub async fn migrate(config: &DatabaseConfig) -> Result<usize> {
    let unavailable = |error| Error::unavailable("PostgreSQL", error);
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
    let mut harness = AsyncMigrationHarness::new(connection);
    let ran = harness
        .run_pending_migrations(MIGRATIONS)
        .map(|versions| versions.len());
    ran.map_err(|error| {
        // A server that went away in the middle rolled the migration back: it runs again later.
        if harness.into_inner().is_broken() {
            return Error::unavailable("PostgreSQL", error);
        }
        Error::context("a migration failed", error)
    })
}
