//! The table `inbox`: which updates were applied, and what of their effects is still to be brought
//! about. Its primary key is what makes a database effect happen once.

use std::{
    fmt,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Integer},
};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use tokio::{
    sync::{Mutex as AsyncMutex, MutexGuard, oneshot},
    time::timeout,
};

use super::{Cached, Database, schema::inbox};
use crate::{Error, FromRequest, Request, Result};

/// Which update: that of a bot, by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InboxKey {
    /// Whose update.
    pub bot_id: i64,
    /// Telegram's id.
    pub update_id: i64,
}

impl InboxKey {
    /// Of the update of a request.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        Self {
            bot_id: request.bot.id(),
            update_id: request.update.id,
        }
    }
}

impl FromRequest for InboxKey {
    async fn from_request(request: &Request) -> Result<Self> {
        Ok(Self::of(request))
    }
}

/// What is known of an update that needs no handler any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxEntry {
    /// What is still to be brought about, as it was stored; `None` if nothing.
    pub effects: Option<Vec<u8>>,
    /// Whether it was set aside as a dead letter, and not applied.
    pub is_dead: bool,
}

/// How long a statement that marks updates keeps others from running theirs.
const TURN: Duration = Duration::from_millis(500);

/// The inbox. A clone shares it.
#[derive(Clone)]
pub struct Inbox {
    database: Database,
    finished: Arc<Finished>,
}

/// Updates to be marked as finished: whoever comes first marks those of all.
#[derive(Default)]
struct Finished {
    waiting: Mutex<Vec<(InboxKey, oneshot::Sender<()>)>>,
    marking: AsyncMutex<()>,
}

impl Inbox {
    /// The inbox in that database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self {
            database,
            finished: Arc::default(),
        }
    }

    /// What is known of an update; `None` if it was not applied.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] without a database.
    pub async fn find(&self, key: InboxKey) -> Result<Option<InboxEntry>> {
        let query = inbox::table
            .find((key.bot_id, key.update_id))
            .select((inbox::effects, inbox::is_dead));
        let found = self
            .database
            .run(|connection| async move { query.first(connection).await.optional() }.boxed());
        Ok(found
            .await?
            .map(|(effects, is_dead)| InboxEntry { effects, is_dead }))
    }

    /// Notes that an update needs no handler any more though nothing was applied: it failed for
    /// good, or is set aside; and what is still to be said about it. False if it is known already:
    /// then that stays.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] without a database; an internal error if a worker is applying the
    /// update and does not come to an end.
    pub async fn close(&self, key: InboxKey, entry: InboxEntry) -> Result<bool> {
        let row = (
            inbox::bot_id.eq(key.bot_id),
            inbox::update_id.eq(key.update_id),
            inbox::effects.eq(entry.effects),
            inbox::is_dead.eq(entry.is_dead),
        );
        let insert = diesel::insert_into(inbox::table)
            .values(row)
            .on_conflict_do_nothing();
        let inserted = self
            .database
            .run(|connection| insert.execute(connection).boxed());
        Ok(inserted.await? > 0)
    }

    /// Forgets that an update was set aside, so that it can be handled; says whether it was.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] without a database.
    pub async fn reopen(&self, key: InboxKey) -> Result<bool> {
        let row = inbox::table
            .find((key.bot_id, key.update_id))
            .filter(inbox::is_dead);
        let deleted = self
            .database
            .run(|connection| diesel::delete(row).execute(connection).boxed());
        Ok(deleted.await? > 0)
    }

    /// Notes that all effects of an update are brought about. Those that come while one statement
    /// is under way share the next.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] without a database: the update's replies may be sent again.
    pub async fn finish(&self, key: InboxKey) -> Result<()> {
        let (done, mut is_done) = oneshot::channel();
        lock(&self.finished.waiting).push((key, done));
        let turn = tokio::select! {
            biased;
            marked = &mut is_done => return marked.map_err(|_| unmarked()),
            turn = self.finished.marking.lock() => turn,
        };
        let marked = self.mark_all(turn).await;
        // Another one may have taken this key along, and not be ready yet.
        is_done
            .await
            .map_err(|_| marked.err().unwrap_or_else(unmarked))
    }

    /// Marks all that wait, in one statement.
    async fn mark_all(&self, turn: MutexGuard<'_, ()>) -> Result<()> {
        let waiting = std::mem::take(&mut *lock(&self.finished.waiting));
        if waiting.is_empty() {
            return Ok(());
        }
        let keys = waiting.iter().map(|(key, _)| *key);
        let mark = Mark {
            bot_ids: keys.clone().map(|key| key.bot_id).collect(),
            update_ids: keys.map(|key| key.update_id).collect(),
        };
        let marking = self
            .database
            .run(|connection| mark.execute(connection).boxed());
        let mut marking = pin!(marking);
        // A server that is silent on this connection may answer on others.
        match timeout(TURN, &mut marking).await {
            Ok(marked) => marked,
            Err(_) => {
                drop(turn);
                marking.await
            }
        }?;
        for (_, done) in waiting {
            // Who was cut short does not wait any more.
            let _ = done.send(());
        }
        Ok(())
    }

    /// Forgets up to `limit` updates that were applied more than `days` days ago; says how many.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] without a database.
    pub async fn purge(&self, days: u32, limit: u32) -> Result<usize> {
        // Several processes may purge at once: none waits for another.
        let delete = diesel::sql_query(
            "DELETE FROM inbox WHERE ctid = ANY (ARRAY(SELECT ctid FROM inbox \
             WHERE applied_at < now() - make_interval(days => $1) LIMIT $2 \
             FOR UPDATE SKIP LOCKED))",
        )
        .bind::<Integer, _>(i32::try_from(days).unwrap_or(i32::MAX))
        .bind::<BigInt, _>(i64::from(limit));
        let deleted = self
            .database
            .run(|connection| Cached(delete).execute(connection).boxed());
        deleted.await
    }

    /// How many updates are remembered.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] without a database.
    pub async fn count(&self) -> Result<i64> {
        let counted = self
            .database
            .run(|connection| inbox::table.count().get_result(connection).boxed());
        counted.await
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inbox")
    }
}

/// Marks many updates in one statement that is parsed once per connection.
#[derive(Debug)]
struct Mark {
    bot_ids: Vec<i64>,
    update_ids: Vec<i64>,
}

impl QueryFragment<Pg> for Mark {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "UPDATE inbox SET effects = NULL WHERE (bot_id, update_id) IN (SELECT * FROM unnest(",
        );
        out.push_bind_param::<Array<BigInt>, _>(&self.bot_ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.update_ids)?;
        out.push_sql("))");
        Ok(())
    }
}

impl QueryId for Mark {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

fn unmarked() -> Error {
    Error::unavailable("PostgreSQL", "the mark was not written")
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
