//! What an operator asks of mailings beyond what handlers do: lists of users, and who got what.

use std::fmt;

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
    Mail, Report,
    mail::Desk,
    orders::{self, Order},
    report,
};
use crate::{
    Clock, Result,
    db::{Cached, Database, from_pg},
    unit_of_work::TaskSession,
};

/// The mailings of all bots.
#[derive(Clone, Debug)]
pub(crate) struct AllMailings(Database);

/// What became of one recipient.
#[derive(Debug, QueryableByName)]
pub(crate) struct Recorded {
    #[diesel(sql_type = BigInt)]
    pub(crate) user_id: i64,
    #[diesel(sql_type = Text)]
    pub(crate) state: String,
    #[diesel(sql_type = SmallInt)]
    pub(crate) variant: i16,
    #[diesel(sql_type = Nullable<Array<BigInt>>)]
    pub(crate) message_ids: Option<Vec<i64>>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub(crate) code: Option<i16>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) error: Option<String>,
    #[diesel(sql_type = Bool)]
    pub(crate) has_clicked: bool,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    ended_at: Option<PgTimestamp>,
}

impl Recorded {
    pub(crate) fn ended_at(&self) -> Option<Timestamp> {
        self.ended_at.map(from_pg)
    }
}

/// How many mailings are not over.
#[derive(Clone, Copy, Debug, serde::Serialize, QueryableByName)]
pub(crate) struct Open {
    /// Still to begin.
    #[diesel(sql_type = BigInt)]
    scheduled: i64,
    #[diesel(sql_type = BigInt)]
    running: i64,
    #[diesel(sql_type = BigInt)]
    paused: i64,
    /// They cannot go on as they are.
    #[diesel(sql_type = BigInt)]
    halted: i64,
}

impl fmt::Display for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            scheduled,
            running,
            paused,
            halted,
        } = self;
        write!(
            f,
            "{scheduled} scheduled, {running} running, {paused} paused"
        )?;
        match halted {
            0 => Ok(()),
            _ => write!(f, ", {halted} halted: `mail list` tells which"),
        }
    }
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

impl AllMailings {
    pub(crate) fn new(database: Database) -> Self {
        Self(database)
    }

    pub(crate) fn session(&self) -> TaskSession {
        self.0.session()
    }

    /// What a bot's mailings are created with by a command: files cannot be kept.
    pub(crate) fn mail(&self, session: &TaskSession, desk: Desk) -> Mail {
        Mail::of(desk, session.session().clone())
    }

    /// How many are not over.
    pub(crate) async fn count(&self) -> Result<Open> {
        let count = sql_query(
            "SELECT count(*) FILTER (WHERE state = 'scheduled') AS scheduled, \
             count(*) FILTER (WHERE state = 'running') AS running, \
             count(*) FILTER (WHERE state = 'paused') AS paused, \
             count(*) FILTER (WHERE state = 'halted') AS halted FROM mailings",
        );
        let counted = self
            .0
            .run(|connection| Cached(count).get_result(connection).boxed());
        counted.await
    }

    /// The latest ones.
    pub(crate) async fn latest(&self, limit: u32) -> Result<Vec<Report>> {
        let session = self.0.session();
        report::latest(&mut *session.conn().await?, None, limit).await
    }

    /// One of them.
    pub(crate) async fn one(&self, id: i64) -> Result<Option<Report>> {
        let session = self.0.session();
        report::of(&mut *session.conn().await?, None, id).await
    }

    /// Gives an order; says whether it could be followed.
    pub(crate) async fn give(&self, id: i64, order: Order, clock: &Clock) -> Result<bool> {
        let session = self.0.session();
        let is_done =
            orders::give(&mut *session.conn().await?, None, id, order, clock.now()).await?;
        session.commit().await?;
        Ok(is_done)
    }

    /// The users that a query finds: it must give their ids, changes nothing, and has five seconds.
    pub(crate) async fn find(&self, sql: &str) -> Result<Vec<i64>> {
        let session = self.0.session();
        let connection = &mut *session.conn().await?;
        for setting in [
            "SET TRANSACTION READ ONLY",
            "SET LOCAL statement_timeout = '5s'",
        ] {
            sql_query(setting).execute(connection).await?;
        }
        let find = sql_query(format!(
            "SELECT DISTINCT id::bigint AS id FROM ({sql}\n) AS found (id) WHERE id IS NOT NULL"
        ));
        let found: Vec<Id> = find.get_results(connection).await?;
        Ok(found.into_iter().map(|it| it.id).collect())
    }

    /// What became of recipients behind that one, in the order of their ids.
    pub(crate) async fn recorded(&self, id: i64, after: i64, limit: i64) -> Result<Vec<Recorded>> {
        let list = sql_query(
            "SELECT user_id, state, variant, message_ids, code, error, ended_at, EXISTS (SELECT FROM mailing_clicks AS c \
             WHERE c.mailing_id = s.mailing_id AND c.user_id = s.user_id) AS has_clicked \
             FROM mailing_sends AS s WHERE mailing_id = $1 AND user_id > $2 ORDER BY user_id LIMIT $3",
        )
        .bind::<BigInt, _>(id)
        .bind::<BigInt, _>(after)
        .bind::<BigInt, _>(limit);
        let rows = self
            .0
            .run(|connection| Cached(list).get_results(connection).boxed());
        rows.await
    }
}
