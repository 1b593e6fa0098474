//! What the commands of an operator ask for.

use std::time::Duration;

use diesel::{QueryableByName, sql_query, sql_types::BigInt};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use ostankino_core::internal::Whose;
use serde_json::{Map, Value};

use super::{declared::Declared, erase::Erase, export, stores::Stores};
use crate::{
    Result, Timers,
    db::{Cached, Database},
    timers::{Timing, Wake},
    unit_of_work::TaskSession,
};

/// How often it is looked whether somebody is erased.
const LOOK: Duration = Duration::from_millis(200);

/// The name of the timer.
const KEY: &str = "ostankino.erase";

/// Somebody of whom things are kept.
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) database: Database,
    pub(crate) stores: Stores,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Person {
    /// All that is kept, by where it is.
    pub(crate) async fn export(&self, declared: &Declared) -> Result<Map<String, Value>> {
        let session = self.database.session();
        let (bot_id, user) = (self.stores.bot_id, self.id);
        let mut all = export::rows(&mut *session.conn().await?, bot_id, user).await?;
        for part in declared.parts() {
            let what = (part.export)(user, session.session().clone()).await?;
            all.insert(part.name.to_owned(), what);
        }
        session.rollback().await?;
        all.extend(self.stores.export(user).await?);
        Ok(all)
    }

    /// How many obligations to that person are not fulfilled.
    pub(crate) async fn obligations(&self) -> Result<i64> {
        let count = sql_query(
            "SELECT count(*) FROM owed_calls WHERE bot_id = $1 AND place = $2 AND is_must",
        );
        self.count(count).await
    }

    /// Has that person erased, in the order of what he does, and tells who does it.
    pub(crate) async fn erase(&self, timing: Timing, wake: &Wake) -> Result<()> {
        let session = self.database.session();
        self.ask_to_erase(&session, timing).await?;
        session.commit().await?;
        wake.tell().await;
        Ok(())
    }

    /// The same in that session: it is done once that is committed.
    pub(crate) async fn ask_to_erase(&self, session: &TaskSession, timing: Timing) -> Result<()> {
        let timers = Timers::of_task(session, timing, self.stores.bot_id, Whose::user(self.id));
        let now = timers.after(Duration::ZERO).key(KEY);
        now.event(&Erase { user: self.id }).await.map(drop)
    }

    /// Returns once that is done: the event forgets itself along with all else.
    pub(crate) async fn is_erased(&self) -> Result<()> {
        let asked = || {
            self.count(sql_query(format!(
                "SELECT count(*) FROM timers WHERE bot_id = $1 AND owner = $2 AND key = '{KEY}'"
            )))
        };
        while asked().await? > 0 {
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    async fn count(&self, count: diesel::query_builder::SqlQuery) -> Result<i64> {
        let count = count
            .bind::<BigInt, _>(self.stores.bot_id)
            .bind::<BigInt, _>(self.id);
        let counted = self
            .database
            .run(|connection| Cached(count).get_result::<Count>(connection).boxed());
        Ok(counted.await?.count)
    }
}
