//! The table `mailings`: which run, how each goes, and what they are told to do.

use diesel::{
    OptionalExtension, QueryDsl, QueryableByName, sql_query,
    sql_types::{BigInt, Bool, Double, Integer, Nullable, SmallInt, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use jiff::Timestamp;

use super::{
    Audience, Mailings,
    audience::Page,
    content::Content,
    state::{Doing, Stage},
};
use crate::{
    Result,
    db::{Cached, Database, Old, storable, to_pg},
};

/// The mailings of a bot.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(super) database: Database,
    pub(super) bot_id: i64,
}

/// A mailing that runs, as far as it does not change meanwhile.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) id: i64,
    pub(super) doing: Doing,
    pub(super) edition: i16,
    pub(super) stage: Stage,
    pub(super) audience: Audience,
    pub(super) content: Content,
    pub(super) category: Option<String>,
    pub(super) keeps_quiet: bool,
    /// Whether what may have been sent is sent again.
    pub(super) resends: bool,
    pub(super) per_second: Option<f64>,
    pub(super) paid_stars: Option<i32>,
}

/// That a mailing runs.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub(super) struct Runs {
    #[diesel(sql_type = BigInt)]
    pub(super) id: i64,
    #[diesel(sql_type = Text)]
    doing: String,
    #[diesel(sql_type = SmallInt)]
    pub(super) edition: i16,
    #[diesel(sql_type = SmallInt)]
    stage: i16,
    #[diesel(sql_type = Bool)]
    pub(super) is_urgent: bool,
}

#[derive(QueryableByName)]
struct Stored {
    #[diesel(sql_type = Text)]
    doing: String,
    #[diesel(sql_type = SmallInt)]
    edition: i16,
    #[diesel(sql_type = SmallInt)]
    stage: i16,
    #[diesel(sql_type = Nullable<SmallInt>)]
    winner: Option<i16>,
    #[diesel(sql_type = Text)]
    audience: String,
    #[diesel(sql_type = Text)]
    content: String,
    #[diesel(sql_type = Nullable<Text>)]
    category: Option<String>,
    #[diesel(sql_type = Bool)]
    keeps_quiet: bool,
    #[diesel(sql_type = Bool)]
    resends: bool,
    #[diesel(sql_type = Nullable<Double>)]
    per_second: Option<f64>,
    #[diesel(sql_type = Nullable<Integer>)]
    paid_stars: Option<i32>,
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Whom to tell how a mailing goes.
#[derive(Debug, QueryableByName)]
pub(super) struct Told {
    #[diesel(sql_type = BigInt)]
    pub(super) id: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) author_id: i64,
}

impl Runs {
    pub(super) fn is(&self, job: &Job) -> bool {
        let own = (self.id, self.edition, self.stage);
        own == (job.id, job.edition, job.stage.number()) && self.doing == job.doing.as_str()
    }
}

impl Job {
    /// Whether its variants are tried, and the rest waits.
    pub(super) fn is_trial(&self) -> bool {
        self.doing == Doing::Send && self.stage == Stage::Shares
    }
}

impl Table {
    pub(crate) fn new(database: Database, bot_id: i64) -> Self {
        Self { database, bot_id }
    }

    /// Begins those whose time has come; gives their ids.
    pub(super) async fn begin(&self, now: Timestamp) -> Result<Vec<i64>> {
        let begin = sql_query(
            "UPDATE mailings SET state = 'running', started_at = $2, upper_at = now(), has_news = TRUE \
             WHERE bot_id = $1 AND state = 'scheduled' AND run_at <= $2 RETURNING id",
        )
        .bind::<BigInt, _>(self.bot_id)
        .bind::<Timestamptz, _>(to_pg(now));
        let begun = self
            .database
            .run(|connection| Cached(begin).get_results::<Id>(connection).boxed());
        Ok(begun.await?.into_iter().map(|it| it.id).collect())
    }

    /// Those that run; the urgent ones first.
    pub(super) async fn running(&self) -> Result<Vec<Runs>> {
        let running = sql_query(
            "SELECT id, doing, edition, stage, is_urgent FROM mailings \
             WHERE bot_id = $1 AND state = 'running' ORDER BY is_urgent DESC, id",
        )
        .bind::<BigInt, _>(self.bot_id);
        let running = self
            .database
            .run(|connection| Cached(running).get_results(connection).boxed());
        running.await
    }

    /// What one of them is about; `None` if a version that is to come wrote it.
    pub(super) async fn job(&self, id: i64) -> Result<Option<Job>> {
        let find = sql_query(
            "SELECT doing, edition, stage, winner, audience, content, category, keeps_quiet, resends, per_second, paid_stars \
             FROM mailings WHERE id = $1",
        )
        .bind::<BigInt, _>(id);
        let found = self.database.run(|connection| {
            async move {
                let found = Cached(find).get_result::<Stored>(connection).await;
                found.optional()
            }
            .boxed()
        });
        Ok(found.await?.and_then(|stored| stored.read(id)))
    }

    /// How many are to get it, as far as that can be told before.
    pub(super) async fn count_total(&self, job: &Job, declared: &Mailings) -> Result<()> {
        if job.audience.is_listed || job.doing == Doing::Freeze {
            return Ok(());
        }
        let session = self.database.session();
        {
            let connection = &mut *session.conn().await?;
            let now = Timestamp::now();
            let total = job.audience.of(
                declared,
                job.category.as_deref(),
                None,
                Page::default(),
                now,
            )?;
            let total: i64 = total.count().get_result(connection).await?;
            let set = sql_query("UPDATE mailings SET total = $2 WHERE id = $1")
                .bind::<BigInt, _>(job.id)
                .bind::<BigInt, _>(total);
            Cached(set).execute(connection).await?;
        }
        session.commit().await
    }

    /// It is over, if nobody is left; says whether it is.
    pub(super) async fn finish(&self, job: &Job, now: Timestamp) -> Result<bool> {
        let finish = sql_query(
            "UPDATE mailings SET state = 'done', ended_at = $4, has_news = TRUE, told_at = NULL WHERE id = $1 AND state = 'running' \
             AND doing = $2 AND edition = $3 AND is_through AND NOT EXISTS (SELECT FROM mailing_sends \
             WHERE mailing_id = $1 AND next_at IS NOT NULL) AND NOT EXISTS (SELECT FROM mailing_sends \
             WHERE mailing_id = $1 AND taken_until IS NOT NULL)",
        )
        .bind::<BigInt, _>(job.id)
        .bind::<Text, _>(job.doing.as_str())
        .bind::<SmallInt, _>(job.edition)
        .bind::<Timestamptz, _>(to_pg(now));
        let finished = self
            .database
            .run(|connection| Cached(finish).execute(connection).boxed());
        Ok(finished.await? > 0)
    }

    /// It cannot go on as it is.
    pub(super) async fn halt(&self, id: i64, reason: &str) -> Result<()> {
        let halt = sql_query(
            "UPDATE mailings SET state = 'halted', reason = $2, has_news = TRUE, told_at = NULL WHERE id = $1 AND state = 'running'",
        )
        .bind::<BigInt, _>(id)
        .bind::<Text, _>(storable(reason));
        let halted = self
            .database
            .run(|connection| Cached(halt).execute(connection).boxed());
        halted.await.map(drop)
    }

    /// Those of which there is something new, and of which their author was not told just now. They count as told.
    pub(super) async fn to_tell(&self, now: Timestamp) -> Result<Vec<Told>> {
        let tell = sql_query(
            "UPDATE mailings SET has_news = FALSE, told_at = $2 WHERE id IN (SELECT id FROM mailings \
             WHERE bot_id = $1 AND has_news AND author_id IS NOT NULL \
             AND (told_at BETWEEN $2 - interval '3 s' AND $2) IS NOT TRUE FOR UPDATE SKIP LOCKED) \
             RETURNING id, author_id",
        )
        .bind::<BigInt, _>(self.bot_id)
        .bind::<Timestamptz, _>(to_pg(now));
        let told = self
            .database
            .run(|connection| Cached(tell).get_results(connection).boxed());
        told.await
    }

    /// Forgets up to `limit` rows of mailings that were over more than `days` days before `now`, and these once they have none; says
    /// how many.
    pub(crate) async fn purge(&self, now: Timestamp, days: u32, limit: u32) -> Result<usize> {
        let mut all = 0;
        for rows in ["mailing_sends", "mailing_clicks"] {
            let delete = sql_query(format!(
                "DELETE FROM {rows} WHERE ctid = ANY (ARRAY(SELECT r.ctid FROM {rows} AS r JOIN mailings AS m \
                 ON m.id = r.mailing_id WHERE m.ended_at < $1 - make_interval(days => $2) LIMIT $3 \
                 FOR UPDATE OF r SKIP LOCKED))"
            ))
            .bind::<Timestamptz, _>(to_pg(now))
            .bind::<Integer, _>(i32::try_from(days).unwrap_or(i32::MAX))
            .bind::<BigInt, _>(i64::from(limit));
            let deleted = self
                .database
                .run(|connection| Cached(delete).execute(connection).boxed());
            all += deleted.await?;
            // There may be more of them.
            if all >= usize::try_from(limit).unwrap_or(usize::MAX) {
                return Ok(all);
            }
        }
        let old = Old {
            table: "mailings",
            dated: "ended_at",
            days,
            now: Some(now),
        };
        Ok(all + self.database.forget(old, limit).await?)
    }
}

impl Stored {
    fn read(self, id: i64) -> Option<Job> {
        Some(Job {
            id,
            doing: Doing::of(&self.doing)?,
            edition: self.edition,
            stage: Stage::of(self.stage, self.winner)?,
            audience: serde_json::from_str(&self.audience).ok()?,
            content: serde_json::from_str(&self.content).ok()?,
            category: self.category,
            keeps_quiet: self.keeps_quiet,
            resends: self.resends,
            per_second: self.per_second,
            paid_stars: self.paid_stars,
        })
    }
}
