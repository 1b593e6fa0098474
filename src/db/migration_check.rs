//! What is wrong with a set of migrations, or with a database they were run on, though every
//! statement would succeed: two of one version, of which one is passed over in silence, and tables
//! that are gone.

use std::collections::HashMap;

use diesel::{
    QueryResult, QueryableByName,
    migration::MigrationSource,
    pg::Pg,
    sql_query,
    sql_types::{Nullable, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{
    error::failed,
    migration_harness::{OF_BOT, OURS, Table},
    schema::TABLES,
};
use crate::{Error, Result};

/// The schema cannot be brought up to date; the text says of what.
#[derive(Debug, thiserror::Error)]
#[error("{problem}")]
pub struct MigrationError {
    problem: String,
    advice: String,
}

impl MigrationError {
    /// What to change.
    #[must_use]
    pub fn advice(&self) -> &str {
        &self.advice
    }

    pub(super) fn refusal(problem: String, advice: impl Into<String>) -> Error {
        let advice = advice.into();
        Error::context("the schema cannot be used", Self { problem, advice })
    }
}

/// Versions and the names they belong to, as `00000000000001` and `00000000000001_users`.
pub(super) type Names = HashMap<String, String>;

/// The names of the migrations.
///
/// # Errors
///
/// [`MigrationError`], if two have the same version.
pub(super) fn names(source: &impl MigrationSource<Pg>) -> Result<Names> {
    let migrations = source.migrations().map_err(Error::other)?;
    let mut names = Names::new();
    for migration in migrations {
        let name = migration.name();
        let (version, name) = (name.version().to_string(), name.to_string());
        if let Some(other) = names.insert(version.clone(), name.clone()) {
            let (first, second) = if other < name {
                (other, name)
            } else {
                (name, other)
            };
            return Err(MigrationError::refusal(
                format!("the migrations {first} and {second} have the same version"),
                "give one of them another, such as the date and time it was written, \
                 2026-01-31-120000",
            ));
        }
    }
    Ok(names)
}

#[derive(QueryableByName)]
struct Ran {
    #[diesel(sql_type = Text)]
    version: String,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
}

/// Has the table made, as diesel makes its own, with a column for names.
pub(super) async fn create(connection: &mut AsyncPgConnection, Table(table): Table) -> Result<()> {
    let create = format!(
        "CREATE TABLE IF NOT EXISTS {table} (version VARCHAR(50) PRIMARY KEY NOT NULL,
         run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)"
    );
    sql_query(create)
        .execute(connection)
        .await
        .map_err(failed)?;
    if !has_names(connection, table).await? {
        let add = format!("ALTER TABLE {table} ADD COLUMN IF NOT EXISTS name TEXT");
        sql_query(add).execute(connection).await.map_err(failed)?;
    }
    Ok(())
}

/// Compares with what the database says was run, as far as it knows: names are kept since
/// [`record`] does.
///
/// # Errors
///
/// [`MigrationError`], if a version was run as another migration.
pub(super) async fn compare(
    connection: &mut AsyncPgConnection,
    Table(table): Table,
    names: &Names,
) -> Result<()> {
    let ran = sql_query(format!("SELECT version, name FROM {table}"));
    let ran: Vec<Ran> = ran.load(connection).await.map_err(failed)?;
    for Ran { version, name } in ran {
        let (Some(known), Some(ran)) = (names.get(&version), name) else {
            continue;
        };
        if *known != ran {
            return Err(MigrationError::refusal(
                format!(
                    "the migration {known} has the version of {ran}, which was run here before"
                ),
                format!(
                    "give {known} another version; if it is the same migration under a new name, \
                     update `name` of that version in the table {table}"
                ),
            ));
        }
    }
    Ok(())
}

/// Notes the names of what was run, in a column of ours.
pub(super) async fn record(
    connection: &mut AsyncPgConnection,
    Table(table): Table,
    names: &Names,
) -> Result<()> {
    let set = format!(
        "UPDATE {table} AS ran SET name = known.name FROM unnest($1, $2) AS known (version, name)
         WHERE ran.version = known.version AND ran.name IS NULL"
    );
    with_names(&set, names)
        .execute(connection)
        .await
        .map_err(failed)?;
    Ok(())
}

/// Migrations of the bot that were run among ours, as long as there was one table for all of them, are
/// noted as run.
pub(super) async fn adopt(connection: &mut AsyncPgConnection, names: &Names) -> Result<()> {
    let take = format!(
        "INSERT INTO {} (version, run_on, name) SELECT version, run_on, name FROM {} JOIN
         unnest($1, $2) AS known (version, name) USING (version, name) ON CONFLICT DO NOTHING",
        OF_BOT.0, OURS.0
    );
    with_names(&take, names)
        .execute(connection)
        .await
        .map_err(failed)?;
    Ok(())
}

fn with_names(
    query: &str,
    names: &Names,
) -> impl diesel_async::methods::ExecuteDsl<AsyncPgConnection, Pg> + diesel::query_builder::QueryId + use<>
{
    let (versions, names): (Vec<_>, Vec<_>) = names.clone().into_iter().unzip();
    sql_query(query)
        .bind::<diesel::sql_types::Array<Text>, _>(versions)
        .bind::<diesel::sql_types::Array<Text>, _>(names)
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    found: bool,
}

async fn has_names(connection: &mut AsyncPgConnection, table: &str) -> Result<bool> {
    let asked = sql_query(format!(
        "SELECT EXISTS (SELECT FROM pg_attribute WHERE attname = 'name' AND NOT attisdropped
         AND attrelid = to_regclass('{table}')) AS found"
    ));
    let row: Found = asked.get_result(connection).await.map_err(failed)?;
    Ok(row.found)
}

#[derive(QueryableByName)]
struct Missing {
    #[diesel(sql_type = Text)]
    name: String,
}

/// The tables of ours that are not there.
pub(super) async fn missing_tables(connection: &mut AsyncPgConnection) -> QueryResult<Vec<String>> {
    let asked = sql_query("SELECT name FROM unnest($1) AS name WHERE to_regclass(name) IS NULL");
    let missing: Vec<Missing> = asked
        .bind::<diesel::sql_types::Array<Text>, _>(TABLES.to_vec())
        .load(connection)
        .await?;
    Ok(missing.into_iter().map(|table| table.name).collect())
}

/// Whether all tables of ours are there.
///
/// # Errors
///
/// [`MigrationError`], if one is gone although its migration was run.
pub(super) async fn look_for_tables(connection: &mut AsyncPgConnection) -> Result<()> {
    let tables = missing_tables(connection).await.map_err(failed)?;
    if tables.is_empty() {
        return Ok(());
    }
    Err(MigrationError::refusal(
        format!(
            "tables are missing although their migrations were run: {}",
            tables.join(", ")
        ),
        "restore them from a backup, or, if what they held may be lost, delete the versions of \
         their migrations from the table __diesel_schema_migrations and start again",
    ))
}
