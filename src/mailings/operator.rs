//! What an operator asks of mailings beyond what handlers do: lists of users, and who got what.

use std::fmt;

use diesel::{QueryableByName, sql_query, sql_types::BigInt};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;

use super::{
    Mail, Report,
    export::Pages,
    mail::Desk,
    orders::{self, Order},
    report,
};
use crate::{
    Clock, Result,
    db::{Cached, Database},
    unit_of_work::TaskSession,
};

/// The mailings of all bots.
#[derive(Clone, Debug)]
pub(crate) struct AllMailings(Database);

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

    /// What a bot's mailings are created with by a command.
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

    /// More of who got a mailing; `None` if that was all.
    pub(crate) async fn next(&self, pages: &mut Pages) -> Result<Option<String>> {
        let session = self.0.session();
        pages.next(&mut *session.conn().await?).await
    }
}
