//! The table `inbox`: which updates were applied, and what of their effects is still to be brought
//! about. Its primary key is what makes a database effect happen once.

use std::{collections::HashMap, fmt, sync::Arc};

use diesel::{
    ExpressionMethods, QueryDsl, QueryResult,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment},
    sql_types::{Array, BigInt, Binary, Bool, Nullable},
};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;

use crate::{
    Result,
    coalesce::Coalescer,
    db::{Cached, Database, Old, schema::inbox},
    request::UpdateKey,
};

/// What is known of an update that needs no handler any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxEntry {
    /// What is still to be brought about, as it was stored; `None` if nothing.
    pub effects: Option<Vec<u8>>,
    /// Whether it was kept as a dead letter, and not applied.
    pub is_dead: bool,
}

/// The inbox. A clone shares it, and its statements.
#[derive(Clone)]
pub struct Inbox {
    database: Database,
    shared: Arc<Shared>,
}

/// What is asked of many updates in one statement.
struct Shared {
    finding: Coalescer<UpdateKey, Option<InboxEntry>>,
    tracing: Coalescer<UpdateKey, ()>,
    finishing: Coalescer<UpdateKey, ()>,
}

impl Inbox {
    /// The inbox in that database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        let shared = Shared {
            finding: Coalescer::new("PostgreSQL"),
            tracing: Coalescer::new("PostgreSQL"),
            finishing: Coalescer::new("PostgreSQL"),
        };
        Self {
            database,
            shared: Arc::new(shared),
        }
    }

    /// What is known of an update; `None` if it was not applied.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database.
    pub async fn find(&self, key: UpdateKey) -> Result<Option<InboxEntry>> {
        let find = |keys: Vec<UpdateKey>| async move {
            let query = Cached(Find(Keys::of(&keys)));
            let found = self
                .database
                .run(|connection| query.get_results::<Row>(connection).boxed());
            let found = found.await?.into_iter();
            let found: HashMap<UpdateKey, InboxEntry> = found.map(entry).collect();
            Ok(keys.iter().map(|key| found.get(key).cloned()).collect())
        };
        self.shared.finding.run(key, find).await
    }

    /// Records that an update needs no handler any more, and nothing else of it.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database.
    pub async fn trace(&self, key: UpdateKey) -> Result<()> {
        let trace = |keys: Vec<UpdateKey>| self.mark(Mark::Applied, keys);
        self.shared.tracing.run(key, trace).await
    }

    async fn mark(&self, mark: Mark, mut keys: Vec<UpdateKey>) -> Result<Vec<()>> {
        let all = vec![(); keys.len()];
        // Two processes that mark the same rows lock them in the same order.
        keys.sort_unstable();
        let statement = Cached(MarkAll {
            mark,
            keys: Keys::of(&keys),
        });
        let marked = self
            .database
            .run(|connection| statement.execute(connection).boxed());
        marked.await.map(|_| all)
    }

    /// Records that an update needs no handler any more though nothing was applied: it failed for
    /// good, or is a dead letter; and what is still to be said about it. False if it is known already:
    /// then that stays.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database; an internal error if a worker is applying the
    /// update and does not come to an end.
    pub async fn close(&self, key: UpdateKey, entry: InboxEntry) -> Result<bool> {
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

    /// Forgets that an update was dead-lettered, so that it can be handled; says whether it was.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database.
    pub async fn reopen(&self, key: UpdateKey) -> Result<bool> {
        let row = inbox::table
            .find((key.bot_id, key.update_id))
            .filter(inbox::is_dead);
        let deleted = self
            .database
            .run(|connection| diesel::delete(row).execute(connection).boxed());
        Ok(deleted.await? > 0)
    }

    /// Records that all effects of an update are brought about.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database: the update's replies
    /// may be sent again.
    pub async fn finish(&self, key: UpdateKey) -> Result<()> {
        let finish = |keys: Vec<UpdateKey>| self.mark(Mark::Finished, keys);
        self.shared.finishing.run(key, finish).await
    }

    /// Forgets up to `limit` updates that were applied more than `days` days ago; says how many.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database.
    pub async fn purge(&self, days: u32, limit: u32) -> Result<usize> {
        let old = Old {
            table: "inbox",
            dated: "applied_at",
            days,
            now: None,
        };
        self.database.forget(old, limit).await
    }

    /// How many updates are remembered.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) without a database.
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

type Row = (i64, i64, Option<Vec<u8>>, bool);

fn entry((bot_id, update_id, effects, is_dead): Row) -> (UpdateKey, InboxEntry) {
    let key = UpdateKey { bot_id, update_id };
    (key, InboxEntry { effects, is_dead })
}

/// Updates as two arrays, so that one prepared statement takes any number of them.
struct Keys {
    bot_ids: Vec<i64>,
    update_ids: Vec<i64>,
}

impl Keys {
    fn of(keys: &[UpdateKey]) -> Self {
        Self {
            bot_ids: keys.iter().map(|key| key.bot_id).collect(),
            update_ids: keys.iter().map(|key| key.update_id).collect(),
        }
    }

    fn unnest<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("unnest(");
        out.push_bind_param::<Array<BigInt>, _>(&self.bot_ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.update_ids)?;
        out.push_sql(")");
        Ok(())
    }
}

/// Reads the rows of many updates.
struct Find(Keys);

impl Query for Find {
    type SqlType = (BigInt, BigInt, Nullable<Binary>, Bool);
}

impl QueryFragment<Pg> for Find {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "SELECT bot_id, update_id, effects, is_dead FROM inbox \
             WHERE (bot_id, update_id) IN (SELECT * FROM ",
        );
        self.0.unnest(&mut out)?;
        out.push_sql(")");
        Ok(())
    }
}

/// What is recorded of many updates at once.
#[derive(Clone, Copy)]
enum Mark {
    Applied,
    Finished,
}

struct MarkAll {
    mark: Mark,
    keys: Keys,
}

impl QueryFragment<Pg> for MarkAll {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match self.mark {
            Mark::Applied => {
                out.push_sql("INSERT INTO inbox (bot_id, update_id) SELECT * FROM ");
                self.keys.unnest(&mut out)?;
                out.push_sql(" ON CONFLICT DO NOTHING");
            }
            Mark::Finished => {
                out.push_sql(
                    "UPDATE inbox SET effects = NULL \
                     WHERE (bot_id, update_id) IN (SELECT * FROM ",
                );
                self.keys.unnest(&mut out)?;
                out.push_sql(")");
            }
        }
        Ok(())
    }
}
