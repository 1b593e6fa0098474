//! The rows of recipients as a claim finds, writes and leaves them.

use std::time::Duration;

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, QueryableByName,
    dsl::sql,
    pg::data_types::PgTimestamp,
    sql_query,
    sql_types::{Array, BigInt, Bool, Double, Nullable, SmallInt, Text, Timestamptz},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use jiff::{SignedDuration, Timestamp};

use super::{
    Recipient,
    audience::{Page, SPOKEN},
    claim::LEASE,
    declared::Users,
    state::Fate,
    table::Job,
};
use crate::{
    Result,
    db::{Cached, from_pg, schema::users, to_pg},
};

/// One whose time has come, or come again.
#[derive(QueryableByName)]
pub(super) struct Due {
    #[diesel(sql_type = BigInt)]
    pub(super) user_id: i64,
    #[diesel(sql_type = SmallInt)]
    pub(super) variant: i16,
    #[diesel(sql_type = SmallInt)]
    pub(super) part: i16,
    #[diesel(sql_type = SmallInt)]
    pub(super) attempts: i16,
    #[diesel(sql_type = Bool)]
    pub(super) is_doubtful: bool,
    #[diesel(sql_type = Nullable<Array<BigInt>>)]
    pub(super) message_ids: Option<Vec<i64>>,
}

/// What is read of them.
pub(super) const DUE: &str =
    "user_id, variant, part, attempts, state = 'unknown' AS is_doubtful, message_ids";

/// The variant of who is on a list and whose turn did not come yet.
pub(super) const UNKNOWN: i16 = -1;

/// When who waits for the winner is due, in PostgreSQL's words.
const INFINITY: PgTimestamp = PgTimestamp(i64::MAX);

/// What becomes of recipients by a claim, a column each.
#[derive(Default)]
pub(super) struct Columns {
    pub(super) ids: Vec<i64>,
    pub(super) fates: Vec<&'static str>,
    pub(super) variants: Vec<i16>,
    pub(super) next: Vec<Option<PgTimestamp>>,
}

impl Columns {
    pub(super) fn push(&mut self, id: i64, fate: Fate, variant: i16, next: Option<Timestamp>) {
        self.ids.push(id);
        self.fates.push(fate.as_str());
        self.variants.push(variant);
        self.next.push(next.map(to_pg));
    }

    pub(super) fn count(&self, fate: Fate) -> usize {
        let is = |it: &&&str| **it == fate.as_str();
        self.fates.iter().filter(is).count()
    }

    /// One who waits for the winner.
    pub(super) fn push_waiting(&mut self, id: i64) {
        self.push(id, Fate::Queued, UNKNOWN, None);
        self.next.pop();
        self.next.push(Some(INFINITY));
    }
}

/// By how much a claim moved a mailing.
pub(super) struct Moved {
    pub(super) cursor: i64,
    pub(super) is_through: bool,
    pub(super) claimed: usize,
    pub(super) skipped: usize,
    pub(super) failed: usize,
    /// What may have been sent, and is sent once more.
    pub(super) unknown: usize,
    /// By this process, to be worked at now.
    pub(super) taken: usize,
}

impl Job {
    pub(super) async fn due(
        &self,
        connection: &mut AsyncPgConnection,
        fates: &[Fate],
        limit: i64,
        now: Timestamp,
    ) -> Result<Vec<Due>> {
        let due = sql_query(format!(
            "SELECT {DUE} FROM mailing_sends WHERE mailing_id = $1 AND next_at <= $2 AND state = ANY ($3) \
             ORDER BY next_at LIMIT $4 FOR UPDATE SKIP LOCKED"
        ))
        .bind::<BigInt, _>(self.id)
        .bind::<Timestamptz, _>(to_pg(now))
        .bind::<Array<Text>, Vec<_>>(fates.iter().map(|fate| fate.as_str()).collect())
        .bind::<BigInt, _>(limit);
        Ok(Cached(due).get_results(connection).await?)
    }

    /// Some of those who waited for the winner, which is known now.
    pub(super) async fn waited(
        &self,
        connection: &mut AsyncPgConnection,
        limit: i64,
    ) -> Result<Vec<Due>> {
        let waited = sql_query(format!(
            "SELECT {DUE} FROM mailing_sends WHERE mailing_id = $1 AND next_at = 'infinity' \
             LIMIT $2 FOR UPDATE SKIP LOCKED"
        ))
        .bind::<BigInt, _>(self.id)
        .bind::<BigInt, _>(limit);
        Ok(Cached(waited).get_results(connection).await?)
    }

    /// In how long somebody is due who waits, but not for the winner.
    pub(super) async fn due_in(
        &self,
        connection: &mut AsyncPgConnection,
        now: Timestamp,
    ) -> Result<Option<Duration>> {
        #[derive(QueryableByName)]
        struct First {
            #[diesel(sql_type = Nullable<Timestamptz>)]
            due: Option<PgTimestamp>,
        }
        let first = sql_query(
            "SELECT min(next_at) AS due FROM mailing_sends WHERE mailing_id = $1 AND next_at < 'infinity'",
        )
        .bind::<BigInt, _>(self.id);
        let First { due } = Cached(first).get_result(connection).await?;
        let left = |due| from_pg(due).duration_since(now).try_into();
        Ok(due.map(|due| left(due).unwrap_or_default()))
    }

    pub(super) async fn write_again(
        &self,
        connection: &mut AsyncPgConnection,
        rows: &Columns,
        claim: i64,
    ) -> Result<()> {
        let update = sql_query(
            "UPDATE mailing_sends AS s SET state = t.state, variant = t.variant, next_at = t.next_at, \
             claim = $6, claimed_at = now(), \
             error = CASE t.state WHEN 'failed' THEN 'no longer one of the audience, after a part of it' ELSE s.error END, \
             taken_until = CASE t.state WHEN 'sending' THEN now() + make_interval(secs => $7) END \
             FROM unnest($2, $3, $4, $5) AS t (user_id, state, variant, next_at) \
             WHERE s.mailing_id = $1 AND s.user_id = t.user_id",
        )
        .bind::<BigInt, _>(self.id)
        .bind::<Array<BigInt>, _>(&rows.ids)
        .bind::<Array<Text>, _>(&rows.fates)
        .bind::<Array<SmallInt>, _>(&rows.variants)
        .bind::<Array<Nullable<Timestamptz>>, _>(&rows.next)
        .bind::<BigInt, _>(claim)
        .bind::<Double, _>(LEASE.as_secs_f64());
        Cached(update).execute(connection).await?;
        Ok(())
    }

    pub(super) async fn write_new(
        &self,
        connection: &mut AsyncPgConnection,
        rows: &Columns,
        claim: i64,
    ) -> Result<()> {
        let insert = sql_query(
            "INSERT INTO mailing_sends (mailing_id, user_id, state, variant, edition, next_at, claim, claimed_at, taken_until) \
             SELECT $1, user_id, state, variant, $8, next_at, $6, now(), \
             CASE state WHEN 'sending' THEN now() + make_interval(secs => $7) END \
             FROM unnest($2, $3, $4, $5) AS t (user_id, state, variant, next_at)",
        )
        .bind::<BigInt, _>(self.id)
        .bind::<Array<BigInt>, _>(&rows.ids)
        .bind::<Array<Text>, _>(&rows.fates)
        .bind::<Array<SmallInt>, _>(&rows.variants)
        .bind::<Array<Nullable<Timestamptz>>, _>(&rows.next)
        .bind::<BigInt, _>(claim)
        .bind::<Double, _>(LEASE.as_secs_f64())
        .bind::<SmallInt, _>(self.edition);
        Cached(insert).execute(connection).await?;
        Ok(())
    }

    pub(super) async fn advance(
        &self,
        connection: &mut AsyncPgConnection,
        moved: &Moved,
        now: Timestamp,
    ) -> Result<()> {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let next = self
            .pause_after(moved.taken)
            .map(|pause| now.checked_add(pause).unwrap_or(now));
        let advance = sql_query(
            "UPDATE mailings SET cursor_id = $2, is_through = $3, claimed = claimed + $4, \
             skipped = skipped + $5, failed = failed + $6, unknown = unknown - $7, next_claim_at = $8 WHERE id = $1",
        )
        .bind::<BigInt, _>(self.id)
        .bind::<BigInt, _>(moved.cursor)
        .bind::<Bool, _>(moved.is_through)
        .bind::<BigInt, _>(count(moved.claimed))
        .bind::<BigInt, _>(count(moved.skipped))
        .bind::<BigInt, _>(count(moved.failed))
        .bind::<BigInt, _>(count(moved.unknown))
        .bind::<Nullable<Timestamptz>, _>(next.map(to_pg));
        Cached(advance).execute(connection).await?;
        Ok(())
    }

    /// How long nobody claims after so many were.
    fn pause_after(&self, taken: usize) -> Option<SignedDuration> {
        let per_second = self.per_second?;
        let taken = f64::from(u32::try_from(taken).unwrap_or(u32::MAX));
        SignedDuration::try_from_secs_f64(taken / per_second).ok()
    }
}

/// How many users a claim looks at to find those of its audience: the mailing is locked meanwhile, and the planner knows how
/// few they are, whatever it believes of the audience.
pub(super) const LOOKED_AT: i64 = 5_000;

/// The last of so many users behind the cursor; `None` if there are fewer.
pub(super) async fn page_end(
    connection: &mut AsyncPgConnection,
    cursor: i64,
    looked_at: i64,
) -> QueryResult<Option<i64>> {
    let end = users::table
        .select(users::id)
        .filter(users::id.gt(cursor))
        .order(users::id)
        .offset(looked_at - 1)
        .limit(1);
    end.first(connection).await.optional()
}

/// Those whom a query of the users finds.
pub(super) async fn recipients(
    connection: &mut AsyncPgConnection,
    found: Users,
) -> Result<Vec<Recipient>> {
    let spoken = sql::<Nullable<Text>>(SPOKEN);
    let columns = (
        users::id,
        users::username,
        users::fullname,
        spoken,
        users::tz,
    );
    Ok(found.select(columns).load(connection).await?)
}

/// Of users on that page those who were not claimed for the mailing before, when its variants were tried.
pub(super) fn only_new(found: Users, mailing: i64, page: Page) -> Users {
    // The bounds follow from the users', which the planner does not see.
    let (first, last) = (
        page.after.unwrap_or(i64::MIN),
        page.until.unwrap_or(i64::MAX),
    );
    let is_new = sql::<Bool>(
        "NOT EXISTS (SELECT FROM mailing_sends AS s WHERE s.user_id = users.id AND s.mailing_id = ",
    )
    .bind::<BigInt, _>(mailing)
    .sql(" AND s.user_id > ")
    .bind::<BigInt, _>(first)
    .sql(" AND s.user_id <= ")
    .bind::<BigInt, _>(last)
    .sql(")");
    found.filter(is_new)
}
