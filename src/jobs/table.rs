//! The table `jobs`: what is stored, claimed, renewed and deleted.

use std::sync::Arc;

use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Bool, Double, Integer, Nullable, Text},
};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use ostankino_core::internal::Whose;
use serde_json::Value;
use tokio::sync::Notify;

use super::claim::{CLAIM, Claimed};
use crate::{
    Result,
    db::{Cached, Database, Old},
};

/// For how long a container has a job without renewing that: after so long another one begins it.
pub(super) const LEASE_S: f64 = 30.0;

/// The jobs of a bot. A clone shares it.
#[derive(Clone, Debug)]
pub(crate) struct JobStore {
    database: Database,
    bot_id: i64,
    stored: Arc<Notify>,
}

/// A job that is to be stored.
pub(crate) struct NewJob<'a> {
    /// Of the event that comes of it.
    pub(crate) id: i64,
    pub(crate) once_key: String,
    pub(crate) name: &'a str,
    pub(crate) whose: &'a Whose,
    pub(crate) data: &'a Value,
    pub(crate) per_user: u16,
    pub(crate) attempts: u16,
}

impl JobStore {
    pub(crate) fn new(database: Database, bot_id: i64) -> Self {
        Self {
            database,
            bot_id,
            stored: Arc::default(),
        }
    }

    /// Returns once this process stored one.
    pub(super) async fn stored(&self) {
        self.stored.notified().await;
    }

    /// Stores a job; one that was stored before, and is not done yet, stays as it is.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable): it may be stored or not.
    pub(crate) async fn store(&self, job: &NewJob<'_>) -> Result<()> {
        let insert = sql_query(
            "INSERT INTO jobs (bot_id, id, once_key, name, owner, whose, chat_id, draft_id, data, per_user, max_attempts) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (bot_id, id) DO NOTHING",
        )
        .bind::<BigInt, _>(self.bot_id)
        .bind::<BigInt, _>(job.id)
        .bind::<Text, _>(&job.once_key)
        .bind::<Text, _>(job.name)
        .bind::<BigInt, _>(job.whose.owner().unwrap_or(job.id))
        .bind::<Text, _>(serde_json::to_string(job.whose)?)
        .bind::<Nullable<BigInt>, _>(job.whose.chat)
        .bind::<BigInt, _>(draft_id(job.id))
        .bind::<Text, _>(job.data.to_string())
        .bind::<Integer, _>(i32::from(job.per_user))
        .bind::<Integer, _>(i32::from(job.attempts));
        let stored = self
            .database
            .run(|connection| Cached(insert).execute(connection).boxed());
        stored.await?;
        self.stored.notify_one();
        Ok(())
    }

    /// Claims up to `limit` jobs of that name.
    pub(super) async fn claim(&self, name: &str, limit: i64) -> Result<Vec<Claimed>> {
        let worker = format!("{:016x}", fastrand::u64(..));
        let claim = sql_query(CLAIM)
            .bind::<BigInt, _>(self.bot_id)
            .bind::<Text, _>(name)
            .bind::<BigInt, _>(limit)
            .bind::<Text, _>(worker)
            .bind::<Double, _>(LEASE_S);
        let claimed = self
            .database
            .run(|connection| Cached(claim).get_results(connection).boxed());
        claimed.await
    }

    /// Renews the lease; `None` if the job is another's, or gone; else whether it is cancelled.
    pub(super) async fn renew(&self, seq: i64, worker: &str) -> Result<Option<bool>> {
        #[derive(QueryableByName)]
        struct Renewed {
            #[diesel(sql_type = Bool)]
            is_cancelled: bool,
        }
        let renew = sql_query(
            "UPDATE jobs SET leased_until = now() + make_interval(secs => $3) \
             WHERE seq = $1 AND worker = $2 RETURNING cancelled_at IS NOT NULL AS is_cancelled",
        )
        .bind::<BigInt, _>(seq)
        .bind::<Text, _>(worker)
        .bind::<Double, _>(LEASE_S);
        let renewed = self
            .database
            .run(|connection| Cached(renew).get_results::<Renewed>(connection).boxed());
        let renewed = renewed.await?.into_iter().next();
        Ok(renewed.map(|renewed| renewed.is_cancelled))
    }

    /// Stores what came of a job; false if it is another's by now.
    pub(super) async fn ended(
        &self,
        seq: i64,
        worker: &str,
        event: &str,
        data: &str,
    ) -> Result<bool> {
        let ended = sql_query(
            "UPDATE jobs SET event = $3, event_data = $4, leased_until = now() + make_interval(secs => $5) \
             WHERE seq = $1 AND worker = $2 AND event IS NULL",
        )
        .bind::<BigInt, _>(seq)
        .bind::<Text, _>(worker)
        .bind::<Text, _>(event)
        .bind::<Text, _>(data)
        .bind::<Double, _>(LEASE_S);
        let stored = self
            .database
            .run(|connection| Cached(ended).execute(connection).boxed());
        Ok(stored.await? > 0)
    }

    /// Gives a job back: it is begun again after a while. `counts`: the attempt does.
    pub(super) async fn give_back(
        &self,
        seq: i64,
        worker: &str,
        after_s: f64,
        counts: bool,
    ) -> Result<()> {
        let give_back = sql_query(
            "UPDATE jobs SET worker = NULL, leased_until = NULL, \
             run_after = now() + make_interval(secs => $3), attempts = attempts - CASE WHEN $4 THEN 0 ELSE 1 END \
             WHERE seq = $1 AND worker = $2",
        )
        .bind::<BigInt, _>(seq)
        .bind::<Text, _>(worker)
        .bind::<Double, _>(after_s)
        .bind::<Bool, _>(counts);
        let given = self
            .database
            .run(|connection| Cached(give_back).execute(connection).boxed());
        given.await?;
        self.stored.notify_one();
        Ok(())
    }

    /// Its result is told: nothing of it is left but that.
    pub(super) async fn told(&self, seq: i64) -> Result<()> {
        let told = sql_query(
            "UPDATE jobs SET told_at = now(), data = '', whose = '{}', event_data = NULL, worker = NULL, \
             leased_until = NULL WHERE seq = $1",
        )
        .bind::<BigInt, _>(seq);
        let marked = self
            .database
            .run(|connection| Cached(told).execute(connection).boxed());
        marked.await?;
        // The next one of its user may begin.
        self.stored.notify_one();
        Ok(())
    }

    /// Forgets up to `limit` jobs that were over more than `days` days ago, and those that were cancelled then and that nobody
    /// knew; says how many.
    pub(crate) async fn purge(&self, days: u32, limit: u32) -> Result<usize> {
        let old = Old {
            table: "jobs",
            dated: "coalesce(told_at, cancelled_at)",
            days,
            now: None,
        };
        self.database.forget(old, limit).await
    }

    /// The job of that draft is to end; says which it is.
    pub(super) async fn cancel_draft(&self, chat_id: i64, draft_id: i64) -> Result<Option<i64>> {
        #[derive(QueryableByName)]
        struct Seq {
            #[diesel(sql_type = BigInt)]
            seq: i64,
        }
        let cancel = sql_query(
            "UPDATE jobs SET cancelled_at = now(), run_after = now() \
             WHERE bot_id = $1 AND chat_id = $2 AND draft_id = $3 \
             AND told_at IS NULL AND cancelled_at IS NULL RETURNING seq",
        )
        .bind::<BigInt, _>(self.bot_id)
        .bind::<BigInt, _>(chat_id)
        .bind::<BigInt, _>(draft_id);
        let cancelled = self
            .database
            .run(|connection| Cached(cancel).get_results::<Seq>(connection).boxed());
        let cancelled = cancelled.await?.into_iter().next();
        Ok(cancelled.map(|job| job.seq))
    }
}

/// The number of the message in the making: not 0, and within 31 bits, as Telegram takes it.
fn draft_id(id: i64) -> i64 {
    (id.unsigned_abs() & 0x7fff_ffff | 1).cast_signed()
}
