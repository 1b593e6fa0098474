//! The table `noted_messages`: by which names a bot finds messages that it sent.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;

use crate::{
    Result,
    db::{Cached, Database, Old, storable},
};

/// The names of messages of a bot. A clone shares them.
#[derive(Clone, Debug)]
pub(crate) struct Notes {
    database: Database,
    bot_id: i64,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    message_id: i64,
}

impl Notes {
    pub(crate) fn new(database: Database, bot_id: i64) -> Self {
        Self { database, bot_id }
    }

    /// The id of the message of that name.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database.
    pub(super) async fn find(&self, chat: i64, name: &str) -> Result<Option<i64>> {
        let find = sql_query(
            "SELECT message_id FROM noted_messages WHERE bot_id = $1 AND chat_id = $2 AND name = $3",
        )
        .bind::<BigInt, _>(self.bot_id)
        .bind::<BigInt, _>(chat)
        .bind::<Text, _>(storable(name).into_owned());
        let found = self
            .database
            .run(|connection| Cached(find).get_results::<Found>(connection).boxed());
        Ok(found.await?.pop().map(|found| found.message_id))
    }

    /// A message has that name from now on.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database.
    pub(super) async fn write(&self, chat: i64, name: &str, message: i64) -> Result<()> {
        let write = sql_query(
            "INSERT INTO noted_messages (bot_id, chat_id, name, message_id) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (bot_id, chat_id, name) DO UPDATE \
             SET message_id = excluded.message_id, noted_at = excluded.noted_at",
        )
        .bind::<BigInt, _>(self.bot_id)
        .bind::<BigInt, _>(chat)
        .bind::<Text, _>(storable(name).into_owned())
        .bind::<BigInt, _>(message);
        let written = self
            .database
            .run(|connection| Cached(write).execute(connection).boxed());
        written.await.map(drop)
    }

    /// Forgets up to `limit` names that were given more than `days` days ago; says how many.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database.
    pub(crate) async fn purge(&self, days: u32, limit: u32) -> Result<usize> {
        let old = Old {
            table: "noted_messages",
            dated: "noted_at",
            days,
            now: None,
        };
        self.database.forget(old, limit).await
    }
}
