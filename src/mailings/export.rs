//! Who got a mailing, as CSV.

use diesel::{
    QueryableByName,
    pg::data_types::PgTimestamp,
    sql_query,
    sql_types::{Array, BigInt, Bool, Nullable, SmallInt, Text, Timestamptz},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::Mail;
use crate::{
    Error, Result,
    clock::utc,
    db::{Cached, from_pg},
};

/// The first line.
pub(crate) const HEAD: &str = "user_id,state,variant,message_ids,clicked,code,error,ended_at\n";

/// How many recipients are read at once.
const PAGE: i64 = 5_000;

impl Mail {
    /// The most recipients of whom [`csv`](Self::csv) tells.
    pub const MOST_IN_CSV: i64 = 200_000;

    /// Who got a mailing, as CSV with a line for each recipient; `None` if there is no mailing of that number. More than 200,000 lines are for
    /// the command `mail export`.
    ///
    /// # Errors
    ///
    /// It has more lines; [`Error::Unavailable`] without a database.
    pub async fn csv(&self, id: i64) -> Result<Option<String>> {
        let Some(report) = self.report(id).await? else {
            return Ok(None);
        };
        if report.claimed > Self::MOST_IN_CSV {
            return Err(Error::message(format!(
                "mailing {id} has {} recipients: `mail export {id}` prints them",
                report.claimed
            )));
        }
        let connection = &mut *self.session.conn().await?;
        let (mut csv, mut pages) = (HEAD.to_owned(), Pages::of(id));
        while let Some(lines) = pages.next(connection).await? {
            csv += &lines;
        }
        Ok(Some(csv))
    }
}

/// The lines of a mailing, some at a time.
#[derive(Debug)]
pub(crate) struct Pages {
    mailing: i64,
    /// The recipient before the next page.
    after: i64,
}

impl Pages {
    pub(crate) fn of(mailing: i64) -> Self {
        Self {
            mailing,
            after: i64::MIN,
        }
    }

    /// The next ones, in the order of the recipients' ids; `None` behind the last.
    pub(crate) async fn next(
        &mut self,
        connection: &mut AsyncPgConnection,
    ) -> Result<Option<String>> {
        let list = sql_query(
            "SELECT user_id, state, variant, message_ids, code, error, ended_at, EXISTS (SELECT FROM mailing_clicks AS c \
             WHERE c.mailing_id = s.mailing_id AND c.user_id = s.user_id) AS has_clicked \
             FROM mailing_sends AS s WHERE mailing_id = $1 AND user_id > $2 ORDER BY user_id LIMIT $3",
        )
        .bind::<BigInt, _>(self.mailing)
        .bind::<BigInt, _>(self.after)
        .bind::<BigInt, _>(PAGE);
        let rows: Vec<Recorded> = Cached(list).get_results(connection).await?;
        let Some(last) = rows.last() else {
            return Ok(None);
        };
        self.after = last.user_id;
        Ok(Some(rows.iter().map(Recorded::csv).collect()))
    }
}

/// What became of one recipient.
#[derive(Debug, QueryableByName)]
struct Recorded {
    #[diesel(sql_type = BigInt)]
    user_id: i64,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = SmallInt)]
    variant: i16,
    #[diesel(sql_type = Nullable<Array<BigInt>>)]
    message_ids: Option<Vec<i64>>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    code: Option<i16>,
    #[diesel(sql_type = Nullable<Text>)]
    error: Option<String>,
    #[diesel(sql_type = Bool)]
    has_clicked: bool,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    ended_at: Option<PgTimestamp>,
}

impl Recorded {
    /// Its line.
    fn csv(&self) -> String {
        let ids = self.message_ids.iter().flatten();
        let ids: Vec<_> = ids.map(i64::to_string).collect();
        let quoted = |error: &String| {
            let line = error.replace(char::is_control, " ").replace('"', "\"\"");
            format!("\"{line}\"")
        };
        let fields = [
            self.user_id.to_string(),
            self.state.clone(),
            self.variant.to_string(),
            ids.join(" "),
            self.has_clicked.to_string(),
            self.code.map(|code| code.to_string()).unwrap_or_default(),
            self.error.as_ref().map(quoted).unwrap_or_default(),
            self.ended_at.map(|at| utc(from_pg(at))).unwrap_or_default(),
        ];
        fields.join(",") + "\n"
    }
}
