//! The table `sent_files`: by which ids Telegram knows the files that a bot sent.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, dsl::now, sql_types::Bool};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;

use crate::{
    Result,
    db::{Cached, Database, Old, schema::sent_files},
    telegram::internal::{FileIds, SentAs},
};

/// After how many days without use an id is forgotten.
const DAYS: u32 = 90;

/// The files that a bot sent.
pub(super) struct SentFiles {
    pub(super) database: Database,
    pub(super) bot_id: i64,
}

impl SentFiles {
    /// The id of a file that was sent so.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database.
    pub(super) async fn find(&self, file: SentAs) -> Result<Option<String>> {
        let row = sent_files::table.find(self.key(&file));
        // Once a day is enough to know that it is in use.
        let is_old = diesel::dsl::sql::<Bool>("used_at < now() - interval '1 day'");
        let asked = row.select((sent_files::file_id, is_old));
        let found = self.database.run(|connection| {
            let first = asked.get_result::<(String, bool)>(connection);
            async move { first.await.optional() }.boxed()
        });
        let Some((id, is_old)) = found.await? else {
            return Ok(None);
        };
        if is_old {
            let used = diesel::update(row).set(sent_files::used_at.eq(now));
            let noted = self
                .database
                .run(|connection| Cached(used).execute(connection).boxed());
            noted.await?;
        }
        Ok(Some(id))
    }

    /// A file was sent so.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database.
    pub(super) async fn remember(&self, file: SentAs, ids: FileIds) -> Result<()> {
        let (bot_id, hash, kind) = self.key(&file);
        let ids = (
            sent_files::file_id.eq(ids.file_id),
            sent_files::file_unique_id.eq(ids.file_unique_id),
            sent_files::used_at.eq(now),
        );
        let row = (
            sent_files::bot_id.eq(bot_id),
            sent_files::sha256.eq(hash),
            sent_files::kind.eq(kind),
            ids.clone(),
        );
        let upsert = diesel::insert_into(sent_files::table)
            .values(row)
            .on_conflict((sent_files::bot_id, sent_files::sha256, sent_files::kind))
            .do_update()
            .set(ids);
        let stored = self
            .database
            .run(|connection| Cached(upsert).execute(connection).boxed());
        stored.await.map(drop)
    }

    /// Telegram does not know that id any more; another one that was stored meanwhile stays.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database.
    pub(super) async fn forget(&self, file: SentAs, file_id: &str) -> Result<()> {
        let row = sent_files::table
            .find(self.key(&file))
            .filter(sent_files::file_id.eq(file_id));
        let deleted = self
            .database
            .run(|connection| diesel::delete(row).execute(connection).boxed());
        deleted.await.map(drop)
    }

    /// Forgets up to `limit` ids that were not used for long; says how many.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database.
    pub(super) async fn purge(&self, limit: u32) -> Result<usize> {
        let old = Old {
            table: "sent_files",
            dated: "used_at",
            days: DAYS,
            now: None,
        };
        self.database.forget(old, limit).await
    }

    fn key<'a>(&self, file: &'a SentAs) -> (i64, &'a [u8], &'static str) {
        (self.bot_id, file.hash.as_bytes(), file.kind)
    }
}
