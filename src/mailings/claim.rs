//! Claims some of those who are to get a mailing: the cursor and their rows move in one transaction, so nobody is claimed twice and
//! nobody is passed over, whoever claims and however it ends.

use std::{collections::HashMap, time::Duration};

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryableByName,
    pg::data_types::PgTimestamp,
    sql_query,
    sql_types::{Array, BigInt, Bool, Double, Nullable, SmallInt, Text, Timestamptz},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use jiff::Timestamp;

use super::{
    Mailings, Recipient,
    audience::Page,
    rows::{Columns, DUE, Due, LOOKED_AT, Moved, only_new, page_end, recipients},
    state::{Doing, Fate, Stage},
    table::Job,
};
use crate::{
    Result,
    db::{Cached, Database, from_pg, schema::users, to_pg},
};

/// For how long a recipient is left alone by others: longer than a turn and a call take.
pub(super) const LEASE: Duration = Duration::from_secs(45);

/// Messages that a Star pays for.
const OF_A_STAR: i64 = 10;

/// Somebody whose message this process sends, or changes.
#[derive(Clone, Debug)]
pub(super) struct Claimed {
    pub(super) to: Recipient,
    pub(super) claim: i64,
    pub(super) variant: i16,
    /// How many of the calls were made.
    pub(super) part: i16,
    pub(super) attempts: i16,
    /// Whether the next of them may have been made.
    pub(super) is_doubtful: bool,
    pub(super) message_ids: Vec<i64>,
}

/// What came of trying to claim.
#[derive(Debug)]
pub(super) enum Came {
    /// These are this process's now.
    Claimed {
        rows: Vec<Claimed>,
        /// There is nobody left behind the cursor.
        is_through: bool,
        /// Without any: when the next one is due that waits.
        due_in: Option<Duration>,
    },
    /// Somebody else claims just now, or it is not time.
    Busy,
    /// What was to be spent is spent.
    Spent,
}

#[derive(QueryableByName)]
pub(super) struct Locked {
    #[diesel(sql_type = BigInt)]
    pub(super) cursor_id: i64,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(super) upper_at: Option<PgTimestamp>,
    #[diesel(sql_type = Bool)]
    is_through: bool,
    #[diesel(sql_type = BigInt)]
    claimed: i64,
}

impl Job {
    /// Claims up to `limit` of its recipients.
    pub(super) async fn claim(
        &self,
        database: &Database,
        declared: &Mailings,
        limit: usize,
        now: Timestamp,
    ) -> Result<Came> {
        let session = database.session();
        let came = {
            let connection = &mut *session.conn().await?;
            let Some(locked) = self.lock(connection, now).await? else {
                return Ok(Came::Busy);
            };
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let limit = match (self.doing, self.paid_stars) {
                (Doing::Send, Some(stars)) => {
                    limit.min(i64::from(stars) * OF_A_STAR - locked.claimed)
                }
                _ => limit,
            };
            if limit <= 0 {
                return Ok(Came::Spent);
            }
            match self.doing {
                Doing::Freeze => self.freeze(connection, declared, &locked, now).await?,
                Doing::Send => {
                    self.claim_to_send(connection, declared, &locked, limit, now)
                        .await?
                }
                Doing::Unsend | Doing::Edit => {
                    self.claim_sent(connection, &locked, limit, now).await?
                }
            }
        };
        session.commit().await?;
        Ok(came)
    }

    /// The mailing, if it is as this process knows it, and nobody else claims.
    async fn lock(
        &self,
        connection: &mut AsyncPgConnection,
        now: Timestamp,
    ) -> Result<Option<Locked>> {
        let lock = sql_query(
            "SELECT cursor_id, upper_at, is_through, claimed FROM mailings \
             WHERE id = $1 AND state = 'running' AND doing = $2 AND edition = $3 AND stage = $5 \
             AND (next_claim_at IS NULL OR next_claim_at <= $4) FOR UPDATE SKIP LOCKED",
        )
        .bind::<BigInt, _>(self.id)
        .bind::<Text, _>(self.doing.as_str())
        .bind::<SmallInt, _>(self.edition)
        .bind::<Timestamptz, _>(to_pg(now))
        .bind::<SmallInt, _>(self.stage.number());
        Ok(Cached(lock).get_result(connection).await.optional()?)
    }

    async fn claim_to_send(
        &self,
        connection: &mut AsyncPgConnection,
        declared: &Mailings,
        locked: &Locked,
        limit: i64,
        now: Timestamp,
    ) -> Result<Came> {
        let claim = fastrand::i64(1..);
        let mut rows = Vec::new();
        // Of those who are looked at while variants are tried most may have to wait.
        let looked_at = self.looked_at(limit);
        let waiting = [Fate::Queued, Fate::Unknown];
        let mut due = self.due(connection, &waiting, looked_at, now).await?;
        if self.audience.is_listed && matches!(self.stage, Stage::Rest(_)) {
            let left = limit - i64::try_from(due.len()).unwrap_or(limit);
            due.extend(self.waited(connection, left).await?);
        }
        let mut again = Columns::default();
        let mut left = limit;
        if !due.is_empty() {
            let ids: Vec<_> = due.iter().map(|due| due.user_id).collect();
            // Who came later may have been named by a list; of who is to get it once more it was found out before.
            let found = self.audience.of(
                declared,
                self.category.as_deref(),
                None,
                Page::default(),
                now,
            )?;
            let found = found.filter(users::id.eq_any(ids));
            let found = recipients(connection, found).await?.into_iter();
            let mut found: HashMap<_, _> = found.map(|to| (to.id, to)).collect();
            for due in due {
                if left == 0 {
                    break;
                }
                let Some(to) = found.remove(&due.user_id) else {
                    let fate = Fate::of_no_more(due.part, due.is_doubtful);
                    again.push(due.user_id, fate, due.variant, None);
                    left -= 1;
                    continue;
                };
                let variant = match due.variant {
                    0.. => Some(due.variant),
                    _ => self.variant_for(&to),
                };
                let Some(variant) = variant else {
                    again.push_waiting(due.user_id);
                    continue;
                };
                left -= 1;
                let one = Claimed {
                    to,
                    claim,
                    variant,
                    part: due.part,
                    attempts: due.attempts,
                    is_doubtful: due.is_doubtful,
                    message_ids: due.message_ids.unwrap_or_default(),
                };
                rows.extend(self.unless_night(declared, one, &mut again, now));
            }
            self.write_again(connection, &again, claim).await?;
        }
        let mut new = Columns::default();
        let (mut cursor, mut is_through) = (locked.cursor_id, locked.is_through);
        if !is_through && left > 0 {
            let is_again = matches!(self.stage, Stage::Rest(_));
            let is_all = self.audience.is_everybody() && self.category.is_none();
            let end = match is_all && !is_again {
                true => None,
                false => page_end(connection, cursor, LOOKED_AT).await?,
            };
            let page = Page {
                after: Some(cursor),
                until: end,
            };
            let (category, upper) = (self.category.as_deref(), locked.upper_at.map(from_pg));
            let mut next = self.audience.of(declared, category, upper, page, now)?;
            if is_again {
                next = only_new(next, self.id, page);
            }
            let looked_at = self.looked_at(left);
            let next = next.order(users::id).limit(looked_at);
            let found = recipients(connection, next).await?;
            let mut is_all = found.len() < usize::try_from(looked_at).unwrap_or(usize::MAX);
            let mut last = None;
            for to in found {
                if left == 0 {
                    is_all = false;
                    break;
                }
                last = Some(to.id);
                let Some(variant) = self.variant_for(&to) else {
                    continue;
                };
                left -= 1;
                let one = Claimed {
                    to,
                    claim,
                    variant,
                    part: 0,
                    attempts: 0,
                    is_doubtful: false,
                    message_ids: Vec::new(),
                };
                rows.extend(self.unless_night(declared, one, &mut new, now));
            }
            is_through = is_all && end.is_none();
            cursor = match (end, last) {
                (Some(end), _) if is_all => end,
                (_, Some(last)) => last,
                (_, None) => cursor,
            };
            self.write_new(connection, &new, claim).await?;
        }
        if again.ids.is_empty() && new.ids.is_empty() && cursor == locked.cursor_id {
            // Nobody is there: the row is not written for that, unless it is news that nobody is left.
            if is_through == locked.is_through {
                let due_in = self.due_in(connection, now).await?;
                return Ok(Came::Claimed {
                    rows,
                    is_through,
                    due_in,
                });
            }
        }
        let moved = Moved {
            cursor,
            is_through,
            claimed: new.ids.len(),
            skipped: again.count(Fate::Skipped),
            failed: again.count(Fate::Failed),
            unknown: rows.iter().filter(|row| row.is_doubtful).count(),
            taken: rows.len(),
        };
        self.advance(connection, &moved, now).await?;
        Ok(Came::Claimed {
            rows,
            is_through,
            // More of a list may be due.
            due_in: (!again.ids.is_empty()).then_some(Duration::ZERO),
        })
    }

    /// The number of the variant for a recipient, if it is not to be chosen yet.
    fn variant_for(&self, to: &Recipient) -> Option<i16> {
        self.content.variant_for(to, self.id, self.stage)
    }

    /// At how many it looks to find so many whose turn it is.
    fn looked_at(&self, limit: i64) -> i64 {
        match self.stage {
            Stage::Shares => {
                let tried = self.content.tried_share().max(1);
                (limit * 100 / tried).min(LOOKED_AT).max(limit)
            }
            Stage::All | Stage::Rest(_) => limit,
        }
    }

    /// Of what was sent, some that is to be changed.
    async fn claim_sent(
        &self,
        connection: &mut AsyncPgConnection,
        locked: &Locked,
        limit: i64,
        now: Timestamp,
    ) -> Result<Came> {
        let claim = fastrand::i64(1..);
        let mut found = self.due(connection, &[Fate::Sent], limit, now).await?;
        let left = limit - i64::try_from(found.len()).unwrap_or(limit);
        let (mut cursor, mut is_through) = (locked.cursor_id, locked.is_through);
        if !is_through && left > 0 {
            let next = sql_query(format!(
                "SELECT {DUE} FROM mailing_sends WHERE mailing_id = $1 AND user_id > $2 AND state = 'sent' \
                 AND edition < $3 ORDER BY user_id LIMIT $4 FOR UPDATE"
            ))
            .bind::<BigInt, _>(self.id)
            .bind::<BigInt, _>(cursor)
            .bind::<SmallInt, _>(self.edition)
            .bind::<BigInt, _>(left);
            let next: Vec<Due> = Cached(next).get_results(connection).await?;
            is_through = next.len() < usize::try_from(left).unwrap_or(usize::MAX);
            cursor = next.last().map_or(cursor, |last| last.user_id);
            found.extend(next);
        }
        let ids: Vec<_> = found.iter().map(|due| due.user_id).collect();
        let take = sql_query(
            "UPDATE mailing_sends SET claim = $3, claimed_at = now(), next_at = NULL, \
             taken_until = now() + make_interval(secs => $4) \
             WHERE mailing_id = $1 AND user_id = ANY ($2)",
        )
        .bind::<BigInt, _>(self.id)
        .bind::<Array<BigInt>, _>(&ids)
        .bind::<BigInt, _>(claim)
        .bind::<Double, _>(LEASE.as_secs_f64());
        Cached(take).execute(connection).await?;
        let known = users::table.into_boxed().filter(users::id.eq_any(ids));
        let known = recipients(connection, known).await?.into_iter();
        let mut known: HashMap<_, _> = known.map(|to| (to.id, to)).collect();
        let rows = found.into_iter().map(|due| Claimed {
            to: known
                .remove(&due.user_id)
                .unwrap_or_else(|| Recipient::gone(due.user_id)),
            claim,
            variant: due.variant.max(0),
            part: 0,
            attempts: due.attempts,
            is_doubtful: false,
            message_ids: due.message_ids.unwrap_or_default(),
        });
        let rows: Vec<_> = rows.collect();
        let moved = Moved {
            cursor,
            is_through,
            claimed: 0,
            skipped: 0,
            failed: 0,
            unknown: 0,
            taken: rows.len(),
        };
        if rows.is_empty() && is_through == locked.is_through {
            let due_in = self.due_in(connection, now).await?;
            return Ok(Came::Claimed {
                rows,
                is_through,
                due_in,
            });
        }
        self.advance(connection, &moved, now).await?;
        Ok(Came::Claimed {
            rows,
            is_through,
            due_in: None,
        })
    }

    /// One who is sent to now; none if it is night there: it is put down for later.
    fn unless_night(
        &self,
        declared: &Mailings,
        one: Claimed,
        columns: &mut Columns,
        now: Timestamp,
    ) -> Option<Claimed> {
        let night = declared.night().filter(|_| self.keeps_quiet);
        let ends = night.and_then(|night| night.ends(now, one.to.tz.as_deref()));
        let fate = match ends {
            Some(_) if one.is_doubtful => Fate::Unknown,
            Some(_) => Fate::Queued,
            None => Fate::Sending,
        };
        columns.push(one.to.id, fate, one.variant, ends);
        ends.is_none().then_some(one)
    }
}
