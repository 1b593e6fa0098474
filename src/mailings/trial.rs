//! Chooses the best of a mailing's variants once those who try them have them, and lets the rest get it.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Bool, Nullable, SmallInt, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};

use super::{
    table::{Job, Table},
    winner::{Tried, best},
};
use crate::{
    Result,
    db::{Cached, storable, to_pg},
};

/// Of how many recipients it is counted at once who pressed a button.
const PAGE: i64 = 20_000;

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = SmallInt)]
    variant: i16,
    #[diesel(sql_type = BigInt)]
    sent: i64,
    #[diesel(sql_type = BigInt)]
    clicked: i64,
    #[diesel(sql_type = BigInt)]
    last: i64,
}

impl Table {
    /// The shares are sent, as far as anybody is to get them: the time until the winner is chosen begins, and when it is over it is chosen. Gives
    /// its name then.
    pub(super) async fn choose(&self, job: &Job, now: Timestamp) -> Result<Option<String>> {
        if !self.is_time(job, now).await? {
            return Ok(None);
        }
        let tried = self.count_clicks(job).await?;
        let Some(winner) = best(&tried) else {
            return Ok(None);
        };
        // Whoever comes second changes nothing.
        let choose = sql_query(
            "UPDATE mailings SET stage = 2, winner = $3, tried = $4, winner_at = $5, cursor_id = 0, is_through = $6, \
             has_news = TRUE, told_at = NULL \
             WHERE id = $1 AND state = 'running' AND doing = 'send' AND edition = $2 AND stage = 1",
        )
        .bind::<BigInt, _>(job.id)
        .bind::<SmallInt, _>(job.edition)
        .bind::<SmallInt, _>(winner.variant)
        .bind::<Text, _>(storable(&serde_json::to_string(&tried)?).into_owned())
        .bind::<Timestamptz, _>(to_pg(now))
        .bind::<Bool, _>(job.audience.is_listed);
        let chosen = self
            .database
            .run(|connection| Cached(choose).execute(connection).boxed());
        Ok((chosen.await? > 0).then(|| winner.name.clone()))
    }

    /// Whether the shares were sent long enough ago. That they are sent is noted when it is first seen.
    async fn is_time(&self, job: &Job, now: Timestamp) -> Result<bool> {
        #[derive(QueryableByName)]
        struct Time {
            #[diesel(sql_type = Nullable<Bool>)]
            is_time: Option<bool>,
        }
        let after = SignedDuration::try_from(job.content.chosen_after()).unwrap_or_default();
        let then = now.checked_add(after).unwrap_or(Timestamp::MAX);
        let note = sql_query(
            "UPDATE mailings AS m SET winner_at = coalesce(winner_at, $4), has_news = has_news OR winner_at IS NULL \
             WHERE id = $1 AND state = 'running' AND doing = 'send' AND edition = $2 AND stage = 1 AND is_through \
             AND (winner_at <= $3 OR (winner_at IS NULL AND NOT EXISTS (SELECT FROM mailing_sends \
             WHERE mailing_id = $1 AND next_at < 'infinity') AND NOT EXISTS (SELECT FROM mailing_sends \
             WHERE mailing_id = $1 AND taken_until IS NOT NULL))) RETURNING winner_at <= $3 AS is_time",
        )
        .bind::<BigInt, _>(job.id)
        .bind::<SmallInt, _>(job.edition)
        .bind::<Timestamptz, _>(to_pg(now))
        .bind::<Timestamptz, _>(to_pg(then));
        let noted = self
            .database
            .run(|connection| Cached(note).get_results::<Time>(connection).boxed());
        let noted = noted.await?;
        Ok(noted.iter().any(|it| it.is_time == Some(true)))
    }

    /// How many of those who got each variant pressed a button of it that counts.
    async fn count_clicks(&self, job: &Job) -> Result<Vec<Tried>> {
        let mut tried = job.content.tried();
        let (variants, buttons) = job.content.counted();
        let mut after = i64::MIN;
        loop {
            let count = sql_query(
                "SELECT p.variant, count(*) FILTER (WHERE p.state = 'sent') AS sent, count(*) FILTER (WHERE p.state = 'sent' \
                 AND EXISTS (SELECT FROM mailing_clicks AS c WHERE c.mailing_id = $1 AND c.user_id = p.user_id \
                 AND (p.variant, c.button) IN (SELECT * FROM unnest($3, $4)))) AS clicked, max(p.user_id) AS last \
                 FROM (SELECT user_id, variant, state FROM mailing_sends WHERE mailing_id = $1 AND user_id > $2 \
                 ORDER BY user_id LIMIT $5) AS p GROUP BY p.variant",
            )
            .bind::<BigInt, _>(job.id)
            .bind::<BigInt, _>(after)
            .bind::<Array<SmallInt>, _>(variants.clone())
            .bind::<Array<SmallInt>, _>(buttons.clone())
            .bind::<BigInt, _>(PAGE);
            let counted = self
                .database
                .run(|connection| Cached(count).get_results::<Counted>(connection).boxed());
            let counted = counted.await?;
            let Some(last) = counted.iter().map(|it| it.last).max() else {
                return Ok(tried);
            };
            after = last;
            for Counted {
                variant,
                sent,
                clicked,
                ..
            } in counted
            {
                if let Some(tried) = tried.iter_mut().find(|it| it.variant == variant) {
                    tried.sent += sent;
                    tried.clicked += clicked;
                }
            }
        }
    }
}
