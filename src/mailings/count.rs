//! How many would get a mailing, told soon however large the base is.

use std::time::{Duration, Instant};

use diesel::{QueryDsl, result::Error as DbError, sql_query};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use jiff::Timestamp;

use super::{Audience, Mail, Mailings, audience::Page, rows::page_end};
use crate::{Error, Result, db::sqlstate};

/// More than that is not counted.
const MOST: i64 = 100_000;

/// For how long it is counted; and how long a statement takes at the most, so that it is not twice that.
const LONG: Duration = Duration::from_millis(300);

/// At how many users the first statement looks, and each at the most.
const FIRST: i64 = 2_000;
const LARGEST: i64 = 50_000;

/// What PostgreSQL says when a statement took too long.
const CANCELLED: &str = "57014";

/// How many users were counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counted {
    /// So many there are, at least.
    pub users: i64,
    /// Whether that is all of them.
    pub is_all: bool,
}

impl Counted {
    /// All of them: for samples of windows and tests.
    #[must_use]
    pub fn all(users: i64) -> Self {
        let is_all = true;
        Self { users, is_all }
    }
}

/// Why the counting ended.
enum Ended {
    /// It was counted as far as was asked for.
    Done,
    Database(DbError),
    Other(Error),
}

impl From<DbError> for Ended {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

impl From<Error> for Ended {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl Mail {
    /// How many would get it now, as far as that is counted in half a second, up to 100,000: for windows, which are drawn anew with every press.
    ///
    /// # Errors
    ///
    /// As [`count`](Self::count).
    pub async fn count_soon(&self, audience: &Audience, category: Option<&str>) -> Result<Counted> {
        let mut counted = Counted::default();
        let connection = &mut *self.session.conn().await?;
        let (declared, now) = (&self.desk.declared, self.now());
        // What is set for it is undone with what is nested.
        let nested = connection.transaction::<(), Ended, _>(async |connection| {
            let of = (audience, category, declared, now);
            count(connection, of, &mut counted).await?;
            Err(Ended::Done)
        });
        match nested.await {
            Ok(()) | Err(Ended::Done) => Ok(counted),
            Err(Ended::Database(error)) if sqlstate(&error) == Some(CANCELLED) => Ok(counted),
            Err(Ended::Database(error)) => Err(error.into()),
            Err(Ended::Other(error)) => Err(error),
        }
    }
}

/// Counts by pages of the users, each twice as large as the one before it.
async fn count(
    connection: &mut AsyncPgConnection,
    (audience, category, declared, now): (&Audience, Option<&str>, &Mailings, Timestamp),
    counted: &mut Counted,
) -> Result<(), Ended> {
    let patience = format!("SET LOCAL statement_timeout = {}", LONG.as_millis());
    sql_query(patience).execute(connection).await?;
    let (began, mut looked_at) = (Instant::now(), FIRST);
    let mut page = Page::default();
    loop {
        let after = page.after.unwrap_or(i64::MIN);
        page.until = page_end(connection, after, looked_at).await?;
        let found = audience.of(declared, category, None, page, now)?;
        let found: i64 = found.count().get_result(connection).await?;
        counted.users = (counted.users + found).min(MOST);
        counted.is_all = page.until.is_none() && counted.users < MOST;
        if page.until.is_none() || counted.users == MOST || began.elapsed() >= LONG {
            return Ok(());
        }
        page.after = page.until;
        looked_at = (looked_at * 2).min(LARGEST);
    }
}
