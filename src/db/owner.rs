//! Whose a schema is: one bot's, by its id. What stands in a table of users belongs to those of one bot, and the token of another
//! must not send to them.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Bool},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{error::failed, migration_check::MigrationError, wire::quoted};
use crate::Result;

/// The table of one row that says so. It is no migration: where no schema is named, there is none.
const OWNER: &str = "__bot_owner";

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    found: bool,
}

#[derive(QueryableByName)]
struct Owner {
    #[diesel(sql_type = BigInt)]
    bot_id: i64,
}

/// Creates the schema if it is not there: who may not do so can be given one.
pub(super) async fn create(connection: &mut AsyncPgConnection, schema: &str) -> Result<()> {
    let schema = quoted(schema);
    let is_there = format!("SELECT to_regnamespace('{schema}') IS NOT NULL AS found");
    if ask(connection, &is_there).await? {
        return Ok(());
    }
    let create = sql_query(format!("CREATE SCHEMA IF NOT EXISTS {schema}"));
    create.execute(connection).await.map_err(failed)?;
    Ok(())
}

/// Notes that the tables are those of that bot, if a schema is named; and compares with what was noted before.
///
/// # Errors
///
/// [`MigrationError`], if they are another's.
pub(super) async fn claim(
    connection: &mut AsyncPgConnection,
    schema: &str,
    bot_id: i64,
) -> Result<()> {
    let is_named = !schema.is_empty();
    if is_named {
        let create = format!("CREATE TABLE IF NOT EXISTS {OWNER} (bot_id bigint PRIMARY KEY)");
        let create = sql_query(create).execute(connection).await;
        create.map_err(failed)?;
    }
    let is_noted = format!("SELECT to_regclass('{OWNER}') IS NOT NULL AS found");
    if !ask(connection, &is_noted).await? {
        return Ok(());
    }
    let owners = sql_query(format!("SELECT bot_id FROM {OWNER}"));
    let owners: Vec<Owner> = owners.load(connection).await.map_err(failed)?;
    match owners.as_slice().first() {
        Some(owner) if owner.bot_id != bot_id => Err(MigrationError::refusal(
            format!(
                "the schema {} belongs to the bot {}, and this is the bot {bot_id}",
                if is_named { schema } else { "of database.url" },
                owner.bot_id
            ),
            format!(
                "give each bot a schema of its own (`schema` under [bots.NAME], or database.schema); \
                 if this bot takes the place of that one for good, update the table {OWNER} there"
            ),
        )),
        None if is_named => {
            let claim = sql_query(format!("INSERT INTO {OWNER} (bot_id) VALUES ($1)"));
            let claim = claim.bind::<BigInt, _>(bot_id).execute(connection).await;
            claim.map(drop).map_err(failed)
        }
        _ => Ok(()),
    }
}

/// Whose that schema is, if somebody's.
#[cfg(feature = "cli")]
pub(crate) async fn owner_of(
    connection: &mut AsyncPgConnection,
    schema: &str,
) -> diesel::QueryResult<Option<i64>> {
    let table = format!("{}.{OWNER}", quoted(schema));
    let is_noted = sql_query(format!(
        "SELECT to_regclass('{table}') IS NOT NULL AS found"
    ));
    let is_noted: Found = is_noted.get_result(connection).await?;
    if !is_noted.found {
        return Ok(None);
    }
    let owners: Vec<Owner> = sql_query(format!("SELECT bot_id FROM {table}"))
        .load(connection)
        .await?;
    Ok(owners.as_slice().first().map(|owner| owner.bot_id))
}

async fn ask(connection: &mut AsyncPgConnection, question: &str) -> Result<bool> {
    let asked = sql_query(question);
    let row: Found = asked.get_result(connection).await.map_err(failed)?;
    Ok(row.found)
}
