//! The schema, brought up to date at start; several containers may start at once.

use diesel::{
    migration::{Migration, MigrationSource},
    pg::Pg,
};
use diesel_async::{AsyncPgConnection, pooled_connection::PoolableConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tokio::task::JoinSet;

use super::{
    ConnectError,
    connect::connect_unlimited,
    migration_check::{adopt, compare, create, look_for_tables, names, record},
    migration_harness::{Harness, OF_BOT, OURS, Table},
    migration_lock, owner,
    pooler::refuse_transaction_mode,
};
use crate::{Error, Result, config::DatabaseConfig};

/// The migrations of the folder `migrations/`, in the binary.
const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// Runs the library's migrations that are missing, under an advisory lock. Needs a multi-threaded
/// runtime. Who keeps it waiting is told after a while.
///
/// Returns how many ran.
///
/// # Errors
///
/// No connection, or a migration failed; that one is rolled back then. A
/// [`MigrationError`](super::MigrationError) among the sources, if the migrations or the database
/// contradict themselves.
pub async fn migrate(config: &DatabaseConfig) -> Result<usize> {
    migrate_all(config, &BotMigrations::default(), None).await
}

/// The same, and then those of a bot, which are noted in the table `__bot_schema_migrations`: what
/// [`AppBuilder::migrations`](crate::AppBuilder::migrations) does when the bot starts.
///
/// # Errors
///
/// Those of [`migrate`].
pub async fn migrate_with(
    config: &DatabaseConfig,
    of_bot: impl MigrationSource<Pg> + Send + Sync + 'static,
) -> Result<usize> {
    migrate_all(config, &BotMigrations(vec![Box::new(of_bot)]), None).await
}

/// The migrations of a bot, from all of its parts: their versions are counted together.
#[derive(Default)]
pub(crate) struct BotMigrations(pub(crate) Vec<Box<dyn MigrationSource<Pg> + Send + Sync>>);

impl MigrationSource<Pg> for BotMigrations {
    fn migrations(&self) -> diesel::migration::Result<Vec<Box<dyn Migration<Pg>>>> {
        let mut all = Vec::new();
        for part in &self.0 {
            all.extend(part.migrations()?);
        }
        Ok(all)
    }
}

/// Ours, then the bot's, under one lock; the tables are those of the bot `bot_id` from then on, if they are in a schema of their own.
pub(crate) async fn migrate_all(
    config: &DatabaseConfig,
    of_bot: &BotMigrations,
    bot_id: Option<i64>,
) -> Result<usize> {
    let (ours, own) = (names(&MIGRATIONS)?, names(of_bot)?);
    let (mut connection, _watching) = begin(config).await?;
    let schema = &config.schema;
    if let Some(bot_id) = bot_id {
        owner::claim(&mut connection, schema, bot_id).await?;
    }
    create(&mut connection, OURS).await?;
    compare(&mut connection, OURS, &ours).await?;
    let (mut connection, mut ran) = run(connection, OURS, &MIGRATIONS)?;
    record(&mut connection, OURS, &ours).await?;
    look_for_tables(&mut connection).await?;
    if !own.is_empty() {
        create(&mut connection, OF_BOT).await?;
        adopt(&mut connection, &own).await?;
        compare(&mut connection, OF_BOT, &own).await?;
        let (same, more) = run(connection, OF_BOT, of_bot)?;
        connection = same;
        record(&mut connection, OF_BOT, &own).await?;
        ran += more;
    }
    Ok(ran)
}

/// Brings a schema up to date that is no bot's, but has tables of its own.
pub(crate) async fn migrate_apart(
    config: &DatabaseConfig,
    source: &impl MigrationSource<Pg>,
) -> Result<usize> {
    let known = names(source)?;
    let (mut connection, _watching) = begin(config).await?;
    create(&mut connection, OURS).await?;
    compare(&mut connection, OURS, &known).await?;
    let (mut connection, ran) = run(connection, OURS, source)?;
    record(&mut connection, OURS, &known).await?;
    Ok(ran)
}

/// A connection that has the lock of the schema, which is there. Who keeps it waiting is told until what comes with it is dropped.
async fn begin(config: &DatabaseConfig) -> Result<(AsyncPgConnection, JoinSet<()>)> {
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
    let schema = &config.schema;
    let pid = migration_lock::take(&mut connection, schema).await?;
    let mut watching = JoinSet::new();
    watching.spawn(migration_lock::watch(config.clone(), pid));
    if !schema.is_empty() {
        owner::create(&mut connection, schema).await?;
    }
    Ok((connection, watching))
}

fn run(
    connection: AsyncPgConnection,
    table: Table,
    source: &impl MigrationSource<Pg>,
) -> Result<(AsyncPgConnection, usize)> {
    let mut harness = Harness::new(connection, table);
    let pending = harness.pending_migrations(Borrowed(source));
    let ran = pending.and_then(|pending| {
        let count = pending.len();
        harness.run_migrations(&pending).map(|_| count)
    });
    let mut connection = harness.into_inner();
    match ran {
        Ok(ran) => Ok((connection, ran)),
        // A server that went away in the middle rolled the migration back: it runs again later.
        Err(error) if connection.is_broken() => Err(Error::unavailable("PostgreSQL", error)),
        Err(error) => Err(Error::context("a migration failed", error)),
    }
}

/// A source that is kept by somebody else.
struct Borrowed<'a, S>(&'a S);

impl<S: MigrationSource<Pg>> MigrationSource<Pg> for Borrowed<'_, S> {
    fn migrations(&self) -> diesel::migration::Result<Vec<Box<dyn Migration<Pg>>>> {
        self.0.migrations()
    }
}
