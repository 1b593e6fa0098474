//! The table as an operator changes it.

use diesel::{
    sql_query,
    sql_types::{BigInt, Binary, Integer, Nullable, Text},
};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use secrecy::SecretString;

use super::{Registry, Row, Seal, row::COLUMNS, seal::Whose};
use crate::{Config, Result, config::Intake, db};

/// The bots that were added at run time, for whoever looks after them.
pub(crate) struct AllBots(Registry);

/// Why a bot was not added.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// There is one of that name.
    Name,
    /// The bot is there, under this name.
    Bot(String),
    /// The schema is that of the bot of this name.
    Schema(String),
    /// The schema has the tables of the bot of this id.
    Tables(i64),
}

/// A revision that was not there before.
const NEW: &str = "revision = nextval('bots_revision'), changed_at = now()";

impl AllBots {
    pub(crate) fn new(registry: Registry) -> Self {
        Self(registry)
    }

    /// All of them, by name.
    pub(crate) async fn list(&self) -> Result<Vec<Row>> {
        self.0.rows().await
    }

    /// The one of that name.
    pub(crate) async fn find(&self, name: &str) -> Result<Option<Row>> {
        let rows = self.list().await?;
        Ok(rows.into_iter().find(|row| row.name == name))
    }

    /// Adds the bot of that configuration, which is to run at once.
    pub(crate) async fn add(
        &self,
        bot: &Config,
        intake: Option<Intake>,
        seal: &Seal,
    ) -> Result<Option<Taken>> {
        let name = bot.bot_name().unwrap_or_default().to_owned();
        let (id, schema) = (bot.telegram.bot_id(), bot.database.schema.clone());
        let sealed = seal.close(&bot.telegram.token, Whose { id, name: &name })?;
        let partitions = i32::from(bot.delivery.partitions);
        let of_schema = schema.clone();
        let owner = self
            .0
            .0
            .run(|connection| async move { db::owner_of(connection, &of_schema).await }.boxed());
        if let Some(owner) = owner.await?.filter(|owner| *owner != id) {
            return Ok(Some(Taken::Tables(owner)));
        }
        let insert = sql_query(
            "INSERT INTO bots (id, name, token_encrypted, schema, partitions, intake) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT DO NOTHING",
        )
        .bind::<BigInt, _>(id)
        .bind::<Text, _>(name.clone())
        .bind::<Binary, _>(sealed)
        .bind::<Text, _>(schema.clone())
        .bind::<Integer, _>(partitions)
        .bind::<Nullable<Text>, _>(intake.map(Intake::as_str));
        let added = self
            .0
            .0
            .run(|connection| insert.execute(connection).boxed());
        if added.await? > 0 {
            return Ok(None);
        }
        let rows = self.list().await?;
        let taken = rows.into_iter().find_map(|row| match row {
            row if row.name == name => Some(Taken::Name),
            row if row.id == id => Some(Taken::Bot(row.name)),
            row if row.schema == schema => Some(Taken::Schema(row.name)),
            _ => None,
        });
        // What was in the way and is not any more was removed in this moment.
        Ok(Some(taken.unwrap_or(Taken::Name)))
    }

    /// Says that it is to run, or to try again if it could not; whether there is one.
    pub(crate) async fn start(&self, name: &str) -> Result<bool> {
        self.change(name, "state = 'started'", "").await
    }

    /// Says that it is not to run; whether it was to.
    pub(crate) async fn stop(&self, name: &str) -> Result<bool> {
        self.change(name, "state = 'stopped'", " AND state = 'started'")
            .await
    }

    async fn change(&self, name: &str, set: &str, only: &str) -> Result<bool> {
        let update = format!("UPDATE bots SET {set}, {NEW} WHERE name = $1{only}");
        let update = sql_query(update).bind::<Text, _>(name.to_owned());
        let changed = self
            .0
            .0
            .run(|connection| update.execute(connection).boxed());
        Ok(changed.await? > 0)
    }

    /// Forgets one that is stopped; gives what was known of it.
    pub(crate) async fn remove(&self, name: &str) -> Result<Option<Row>> {
        let delete =
            format!("DELETE FROM bots WHERE name = $1 AND state = 'stopped' RETURNING {COLUMNS}");
        let delete = sql_query(delete).bind::<Text, _>(name.to_owned());
        let removed = self.0.0.run(|connection| delete.load(connection).boxed());
        Ok(removed.await?.pop())
    }

    /// Gives it another token; whether it is still there.
    pub(crate) async fn rotate(
        &self,
        row: &Row,
        token: &SecretString,
        seal: &Seal,
    ) -> Result<bool> {
        let sealed = seal.close(token, whose(row))?;
        let update =
            format!("UPDATE bots SET token_encrypted = $2, {NEW} WHERE id = $1 AND name = $3");
        let update = sql_query(update)
            .bind::<BigInt, _>(row.id)
            .bind::<Binary, _>(sealed)
            .bind::<Text, _>(row.name.clone());
        let changed = self
            .0
            .0
            .run(|connection| update.execute(connection).boxed());
        Ok(changed.await? > 0)
    }

    /// Encrypts the token of a row by the key that counts, if it is not. Nothing else becomes of the bot. Whether it did so; `None` if it
    /// cannot be read.
    pub(crate) async fn rekey(&self, row: &Row, seal: &Seal) -> Result<Option<bool>> {
        let Some(opened) = row.token(seal) else {
            return Ok(None);
        };
        if !opened.is_by_previous {
            return Ok(Some(false));
        }
        let sealed = seal.close(&opened.token, whose(row))?;
        // Somebody may give it another token meanwhile.
        let update = sql_query(
            "UPDATE bots SET token_encrypted = $2 WHERE id = $1 AND token_encrypted = $3",
        )
        .bind::<BigInt, _>(row.id)
        .bind::<Binary, _>(sealed)
        .bind::<Binary, _>(row.token_encrypted.clone());
        let changed = self
            .0
            .0
            .run(|connection| update.execute(connection).boxed());
        Ok(Some(changed.await? > 0))
    }
}

fn whose(row: &Row) -> Whose<'_> {
    Whose {
        id: row.id,
        name: &row.name,
    }
}
