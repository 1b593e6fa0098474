//! Notes what became of recipients: their rows, the sums of the mailing and the users who cannot be written to, in one statement.

use diesel::{
    QueryableByName,
    pg::data_types::PgTimestamp,
    sql_query,
    sql_types::{Array, BigInt, Bool, Nullable, SmallInt, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use jiff::Timestamp;

use super::{
    state::Fate,
    table::{Job, Table},
};
use crate::{
    Result,
    db::{Cached, storable, to_pg},
};

/// How many contents are refused one after the other until a mailing is halted.
const REFUSALS: i16 = 3;

/// How many recipients of cancelled mailings are skipped at once.
const SKIPPED: i64 = 5_000;

/// What became of one recipient.
#[derive(Clone, Debug)]
pub(super) struct Note {
    pub(super) user_id: i64,
    pub(super) claim: i64,
    pub(super) fate: Fate,
    pub(super) change: Option<Change>,
    pub(super) part: i16,
    pub(super) attempts: i16,
    pub(super) next_at: Option<Timestamp>,
    pub(super) message_ids: Vec<i64>,
    pub(super) code: Option<u16>,
    pub(super) error: Option<String>,
    /// Whether Telegram refused what was said, whoever it was said to.
    pub(super) is_refused: bool,
}

/// What became of a message that was sent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Edited,
    /// It stays as it is.
    Kept,
}

/// What is to be known after that.
#[derive(Debug, QueryableByName)]
struct Stands {
    #[diesel(sql_type = Bool)]
    is_halted: bool,
}

impl Table {
    /// Notes them, of one mailing; says whether it is halted now. What another process took over meanwhile stays as that noted it,
    /// unless it could only guess.
    pub(super) async fn note(&self, job: &Job, notes: &[Note], now: Timestamp) -> Result<bool> {
        let sums: Vec<_> = [
            Fate::Sent,
            Fate::Blocked,
            Fate::Failed,
            Fate::Unknown,
            Fate::Skipped,
            Fate::Unsent,
        ]
        .into_iter()
        .map(|fate| {
            let word = fate.as_str();
            format!(
                "{word} = {word} + (SELECT count(*) FILTER (WHERE is_now = '{word}') \
                 - count(*) FILTER (WHERE was = '{word}') FROM noted)"
            )
        })
        .collect();
        // What was told goes along with `old`: joined a second time, each would be looked for among all. Who was given up and is put
        // back after all is sent to only if the mailing still goes on: `is_through` says so to who finds at that moment that it is done.
        let sql = format!(
            "WITH told AS (SELECT * FROM unnest($3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
             AS t (user_id, claim, state, part, attempts, next_at, code, error, message_ids, change)), \
             open AS (SELECT doing = 'send' AND state IN ('running', 'paused', 'halted') AS is_open, \
             CASE WHEN $15 THEN 0 ELSE refused END + $14 AS streak FROM mailings WHERE id = $1 FOR UPDATE), \
             old AS (SELECT told.*, s.state AS was, s.claimed_at FROM mailing_sends AS s JOIN told USING (user_id), open \
             WHERE s.mailing_id = $1 AND s.claim = told.claim AND (s.taken_until IS NOT NULL \
             OR (s.state = 'unknown' AND (told.next_at IS NULL OR is_open))) FOR UPDATE OF s), \
             noted AS (UPDATE mailing_sends AS s SET state = old.state, part = old.part, attempts = old.attempts, \
             next_at = old.next_at, code = old.code, error = old.error, taken_until = NULL, ended_at = $2, \
             message_ids = coalesce(string_to_array(old.message_ids, ',')::bigint[], s.message_ids), \
             edition = CASE WHEN old.change IS NULL AND old.state <> 'sent' THEN s.edition ELSE $13 END \
             FROM old WHERE s.mailing_id = $1 AND s.user_id = old.user_id \
             RETURNING s.user_id, s.state AS is_now, old.was, old.claimed_at, old.change), \
             gone AS (UPDATE users AS u SET is_active = FALSE, updated_at = now() FROM noted \
             WHERE noted.is_now = 'blocked' AND u.id = noted.user_id AND u.is_active AND u.updated_at < noted.claimed_at) \
             UPDATE mailings SET {}, has_news = TRUE, is_through = is_through \
             AND NOT EXISTS (SELECT FROM noted WHERE was = 'unknown' AND is_now = 'queued'), \
             edited = edited + (SELECT count(*) FROM noted WHERE change = 'edited'), \
             kept = kept + (SELECT count(*) FROM noted WHERE change = 'kept'), \
             refused = streak, \
             state = CASE WHEN state = 'running' AND streak >= {REFUSALS} THEN 'halted' ELSE state END, \
             reason = CASE WHEN state = 'running' AND streak >= {REFUSALS} THEN $16 ELSE reason END \
             FROM open WHERE id = $1 RETURNING state = 'halted' AS is_halted",
            sums.join(", ")
        );
        let refused = notes.iter().filter(|note| note.is_refused);
        let why = refused
            .clone()
            .next_back()
            .and_then(|note| note.error.clone());
        let text = |text: &String| storable(text).into_owned();
        let joined = |ids: &Vec<i64>| {
            let ids: Vec<_> = ids.iter().map(i64::to_string).collect();
            (!ids.is_empty()).then(|| ids.join(","))
        };
        let column = |part: fn(&Note) -> i16| notes.iter().map(part).collect::<Vec<_>>();
        let (ids, claims): (Vec<_>, Vec<_>) =
            notes.iter().map(|note| (note.user_id, note.claim)).unzip();
        let fates: Vec<_> = notes.iter().map(|note| note.fate.as_str()).collect();
        let next: Vec<_> = notes.iter().map(|note| note.next_at.map(to_pg)).collect();
        let codes: Vec<_> = notes.iter().map(|note| note.code.map(code)).collect();
        let errors: Vec<_> = notes
            .iter()
            .map(|note| note.error.as_ref().map(text))
            .collect();
        let messages: Vec<_> = notes.iter().map(|note| joined(&note.message_ids)).collect();
        let changes: Vec<_> = notes
            .iter()
            .map(|note| note.change.map(Change::as_str))
            .collect();
        let note = sql_query(sql)
            .bind::<BigInt, _>(job.id)
            .bind::<Timestamptz, _>(to_pg(now))
            .bind::<Array<BigInt>, _>(ids)
            .bind::<Array<BigInt>, _>(claims)
            .bind::<Array<Text>, _>(fates)
            .bind::<Array<SmallInt>, _>(column(|note| note.part))
            .bind::<Array<SmallInt>, _>(column(|note| note.attempts))
            .bind::<Array<Nullable<Timestamptz>>, Vec<Option<PgTimestamp>>>(next)
            .bind::<Array<Nullable<SmallInt>>, _>(codes)
            .bind::<Array<Nullable<Text>>, _>(errors)
            .bind::<Array<Nullable<Text>>, _>(messages)
            .bind::<Array<Nullable<Text>>, _>(changes)
            .bind::<SmallInt, _>(job.edition)
            .bind::<SmallInt, _>(i16::try_from(refused.count()).unwrap_or(i16::MAX))
            .bind::<Bool, _>(
                notes
                    .iter()
                    .any(|note| note.fate == Fate::Sent && note.change.is_none()),
            )
            .bind::<Nullable<Text>, _>(why.as_ref().map(text));
        let stands = self
            .database
            .run(|connection| Cached(note).get_result::<Stands>(connection).boxed());
        let is_halted = stands.await?.is_halted;
        for note in notes {
            let outcome = note.fate.as_str();
            metrics::counter!("ostankino_mailing_recipients_total", "outcome" => outcome)
                .increment(1);
        }
        Ok(is_halted)
    }

    /// Whoever had these in hand is dead: what may have been sent is unknown, or sent again. Says how many there were.
    pub(super) async fn give_up_dead(&self, now: Timestamp) -> Result<i64> {
        #[derive(QueryableByName)]
        struct Dead {
            #[diesel(sql_type = BigInt)]
            dead: i64,
        }
        let give_up = sql_query(
            "WITH dead AS (SELECT s.mailing_id, s.user_id, m.resends FROM mailing_sends AS s \
             JOIN mailings AS m ON m.id = s.mailing_id WHERE m.bot_id = $1 AND s.taken_until < now() \
             LIMIT 1000 FOR UPDATE OF s, m SKIP LOCKED), \
             given_up AS (UPDATE mailing_sends AS s SET taken_until = NULL, \
             state = CASE s.state WHEN 'sending' THEN 'unknown' ELSE s.state END, \
             next_at = CASE WHEN s.state <> 'sending' OR dead.resends THEN $2 END, \
             ended_at = $2 FROM dead WHERE s.mailing_id = dead.mailing_id AND s.user_id = dead.user_id \
             RETURNING s.mailing_id, s.state), \
             sums AS (SELECT mailing_id, count(*) AS dead, count(*) FILTER (WHERE state = 'unknown') AS unknown \
             FROM given_up GROUP BY mailing_id), \
             told AS (UPDATE mailings AS m SET unknown = m.unknown + sums.unknown, has_news = TRUE FROM sums \
             WHERE m.id = sums.mailing_id) SELECT coalesce(sum(dead), 0)::bigint AS dead FROM sums",
        )
        .bind::<BigInt, _>(self.bot_id)
        .bind::<Timestamptz, _>(to_pg(now));
        let dead = self
            .database
            .run(|connection| Cached(give_up).get_result::<Dead>(connection).boxed());
        Ok(dead.await?.dead)
    }

    /// Who waits for a mailing that is cancelled gets nothing: so many at a time; says whether more may wait.
    pub(super) async fn skip_cancelled(&self, now: Timestamp) -> Result<bool> {
        #[derive(QueryableByName)]
        struct Skipped {
            #[diesel(sql_type = BigInt)]
            skipped: i64,
        }
        let skip = sql_query(format!(
            "WITH over AS (SELECT s.mailing_id, s.user_id FROM mailings AS m JOIN mailing_sends AS s \
             ON s.mailing_id = m.id WHERE m.bot_id = $1 AND m.state = 'cancelled' AND m.has_waiting \
             AND s.next_at IS NOT NULL LIMIT {SKIPPED} FOR UPDATE OF s SKIP LOCKED), \
             skipped AS (UPDATE mailing_sends AS s SET state = CASE WHEN s.state <> 'queued' THEN s.state \
             WHEN s.part > 0 THEN 'failed' ELSE 'skipped' END, \
             error = CASE WHEN s.state = 'queued' AND s.part > 0 THEN 'cancelled after a part of it' ELSE s.error END, \
             next_at = NULL, ended_at = $2 FROM over WHERE s.mailing_id = over.mailing_id AND s.user_id = over.user_id \
             RETURNING s.mailing_id, s.state) \
             UPDATE mailings AS m SET has_news = TRUE, skipped = m.skipped \
             + (SELECT count(*) FROM skipped WHERE mailing_id = m.id AND state = 'skipped'), failed = m.failed \
             + (SELECT count(*) FROM skipped WHERE mailing_id = m.id AND state = 'failed'), \
             has_waiting = EXISTS (SELECT FROM mailing_sends WHERE mailing_id = m.id AND next_at IS NOT NULL) \
             OR EXISTS (SELECT FROM mailing_sends WHERE mailing_id = m.id AND taken_until IS NOT NULL) \
             WHERE m.bot_id = $1 AND m.state = 'cancelled' AND m.has_waiting \
             RETURNING (SELECT count(*) FROM skipped) AS skipped"
        ))
        .bind::<BigInt, _>(self.bot_id)
        .bind::<Timestamptz, _>(to_pg(now));
        let skipped = self
            .database
            .run(|connection| Cached(skip).get_results::<Skipped>(connection).boxed());
        Ok(skipped.await?.iter().any(|it| it.skipped >= SKIPPED))
    }
}

impl Change {
    fn as_str(self) -> &'static str {
        match self {
            Self::Edited => "edited",
            Self::Kept => "kept",
        }
    }
}

fn code(code: u16) -> i16 {
    i16::try_from(code).unwrap_or(i16::MAX)
}
