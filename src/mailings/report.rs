//! How a mailing goes, in numbers.

use diesel::{
    OptionalExtension, QueryableByName,
    pg::data_types::PgTimestamp,
    sql_query,
    sql_types::{BigInt, Nullable, SmallInt, Text, Timestamptz},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use jiff::Timestamp;

use super::{
    state::{Doing, Stage, State},
    winner::{Trial, Tried},
};
use crate::{
    Result,
    db::{Cached, from_pg},
};

/// How a mailing goes. Of those who were claimed for it each is counted in one of the sums that follow:
/// [`waiting`](Self::waiting) is who is left.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// Its number.
    pub id: i64,
    /// The bot whose it is.
    pub bot_id: i64,
    /// For those who look after mailings.
    pub title: String,
    /// What it is at; `None` in the words of a version that is to come.
    pub state: Option<State>,
    /// What is done while it runs.
    pub doing: Option<Doing>,
    /// Why it was halted.
    pub reason: Option<String>,
    /// How many were to get it when it began, if that is known.
    pub total: Option<i64>,
    /// Whose turn came.
    pub claimed: i64,
    /// Telegram has it.
    pub sent: i64,
    /// They cannot be written to.
    pub blocked: i64,
    /// Telegram refused it.
    pub failed: i64,
    /// It may have been sent: the process that did so ended before the answer came.
    pub unknown: i64,
    /// They were to get none after all.
    pub skipped: i64,
    /// It was sent, and deleted again.
    pub unsent: i64,
    /// It was sent, and changed since.
    pub edited: i64,
    /// It was sent, and could not be changed or deleted.
    pub kept: i64,
    /// Who pressed a button of it.
    pub clicked: i64,
    /// How its variants did, if the best of them goes [to the rest](super::NewMailing::winner).
    pub trial: Option<Trial>,
    /// When it begins, or was to.
    pub run_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
}

impl Report {
    /// One that waits for its time, and that nobody got yet: for samples of windows and tests.
    #[must_use]
    pub fn new(id: i64, title: impl Into<String>, run_at: Timestamp) -> Self {
        Self {
            id,
            bot_id: 0,
            title: title.into(),
            state: Some(State::Scheduled),
            doing: Some(Doing::Send),
            reason: None,
            total: None,
            claimed: 0,
            sent: 0,
            blocked: 0,
            failed: 0,
            unknown: 0,
            skipped: 0,
            unsent: 0,
            edited: 0,
            kept: 0,
            clicked: 0,
            trial: None,
            run_at,
            started_at: None,
            ended_at: None,
        }
    }

    /// Whose turn came, and of whom it is not known yet what became of it.
    #[must_use]
    pub fn waiting(&self) -> i64 {
        self.claimed - self.done()
    }

    /// Whose turn came and is over.
    #[must_use]
    pub fn done(&self) -> i64 {
        self.sent + self.blocked + self.failed + self.unknown + self.skipped + self.unsent
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    bot_id: i64,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Text)]
    doing: String,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    total: Option<i64>,
    #[diesel(sql_type = BigInt)]
    claimed: i64,
    #[diesel(sql_type = BigInt)]
    sent: i64,
    #[diesel(sql_type = BigInt)]
    blocked: i64,
    #[diesel(sql_type = BigInt)]
    failed: i64,
    #[diesel(sql_type = BigInt)]
    unknown: i64,
    #[diesel(sql_type = BigInt)]
    skipped: i64,
    #[diesel(sql_type = BigInt)]
    unsent: i64,
    #[diesel(sql_type = BigInt)]
    edited: i64,
    #[diesel(sql_type = BigInt)]
    kept: i64,
    #[diesel(sql_type = BigInt)]
    clicked: i64,
    #[diesel(sql_type = SmallInt)]
    stage: i16,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    winner_at: Option<PgTimestamp>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    winner: Option<i16>,
    #[diesel(sql_type = Nullable<Text>)]
    tried: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    run_at: PgTimestamp,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    started_at: Option<PgTimestamp>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    ended_at: Option<PgTimestamp>,
}

const COLUMNS: &str = "id, bot_id, title, state, doing, reason, total, claimed, sent, blocked, failed, unknown, skipped, unsent, \
    edited, kept, (SELECT count(DISTINCT user_id) FROM mailing_clicks WHERE mailing_id = mailings.id) AS clicked, \
    stage, winner_at, winner, tried, run_at, started_at, ended_at";

/// Of one, of a bot or of any.
pub(crate) async fn of(
    connection: &mut AsyncPgConnection,
    bot_id: Option<i64>,
    id: i64,
) -> Result<Option<Report>> {
    let find = sql_query(format!(
        "SELECT {COLUMNS} FROM mailings WHERE ($1 IS NULL OR bot_id = $1) AND id = $2"
    ))
    .bind::<Nullable<BigInt>, _>(bot_id)
    .bind::<BigInt, _>(id);
    let found: Option<Row> = Cached(find).get_result(connection).await.optional()?;
    Ok(found.map(Row::read))
}

/// Of the latest ones, of a bot or of all.
pub(crate) async fn latest(
    connection: &mut AsyncPgConnection,
    bot_id: Option<i64>,
    limit: u32,
) -> Result<Vec<Report>> {
    let list = sql_query(format!(
        "SELECT {COLUMNS} FROM mailings WHERE $1 IS NULL OR bot_id = $1 ORDER BY id DESC LIMIT $2"
    ))
    .bind::<Nullable<BigInt>, _>(bot_id)
    .bind::<BigInt, _>(i64::from(limit));
    let rows: Vec<Row> = Cached(list).get_results(connection).await?;
    Ok(rows.into_iter().map(Row::read).collect())
}

impl Row {
    /// How the variants did that are tried, or were until the best was chosen.
    fn trial(&self) -> Option<Trial> {
        let tried = self.tried.as_deref();
        let variants: Option<Vec<Tried>> = tried.and_then(|json| serde_json::from_str(json).ok());
        if variants.is_none() && self.stage != Stage::Shares.number() {
            return None;
        }
        let variants = variants.unwrap_or_default();
        let winner = variants.iter().find(|it| Some(it.variant) == self.winner);
        Some(Trial {
            chosen_at: self.winner_at.map(from_pg),
            winner: winner.map(|it| it.name.clone()),
            variants,
        })
    }

    fn read(self) -> Report {
        Report {
            trial: self.trial(),
            id: self.id,
            bot_id: self.bot_id,
            title: self.title,
            state: State::of(&self.state),
            doing: Doing::of(&self.doing),
            reason: self.reason,
            total: self.total,
            claimed: self.claimed,
            sent: self.sent,
            blocked: self.blocked,
            failed: self.failed,
            unknown: self.unknown,
            skipped: self.skipped,
            unsent: self.unsent,
            edited: self.edited,
            kept: self.kept,
            clicked: self.clicked,
            run_at: from_pg(self.run_at),
            started_at: self.started_at.map(from_pg),
            ended_at: self.ended_at.map(from_pg),
        }
    }
}
