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
    db::{Cached, from_pg},
};

/// The first line.
pub(crate) const HEAD: &str = "user_id,state,variant,message_ids,clicked,code,error,ended_at\n";

/// How many recipients are read at once.
pub(crate) const PAGE: i64 = 5_000;

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
        let (mut csv, mut after) = (HEAD.to_owned(), i64::MIN);
        loop {
            let rows = recorded(connection, id, after).await?;
            let Some(last) = rows.last() else {
                return Ok(Some(csv));
            };
            after = last.user_id;
            csv.extend(rows.iter().map(Recorded::csv));
        }
    }
}

/// What became of one recipient.
#[derive(Debug, QueryableByName)]
pub(crate) struct Recorded {
    #[diesel(sql_type = BigInt)]
    pub(crate) user_id: i64,
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
    pub(crate) fn csv(&self) -> String {
        let ids = self.message_ids.iter().flatten();
        let ids: Vec<_> = ids.map(i64::to_string).collect();
        let quoted = |error: &String| {
            let line = error.replace(char::is_control, " ").replace('"', "\"\"");
            format!("\"{line}\"")
        };
        let ended = self.ended_at.map(from_pg);
        let fields = [
            self.user_id.to_string(),
            self.state.clone(),
            self.variant.to_string(),
            ids.join(" "),
            self.has_clicked.to_string(),
            self.code.map(|code| code.to_string()).unwrap_or_default(),
            self.error.as_ref().map(quoted).unwrap_or_default(),
            ended.map_or_else(String::new, |at| {
                at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
            }),
        ];
        fields.join(",") + "\n"
    }
}

/// What became of recipients behind that one, in the order of their ids.
pub(crate) async fn recorded(
    connection: &mut AsyncPgConnection,
    mailing: i64,
    after: i64,
) -> Result<Vec<Recorded>> {
    let list = sql_query(
        "SELECT user_id, state, variant, message_ids, code, error, ended_at, EXISTS (SELECT FROM mailing_clicks AS c \
         WHERE c.mailing_id = s.mailing_id AND c.user_id = s.user_id) AS has_clicked \
         FROM mailing_sends AS s WHERE mailing_id = $1 AND user_id > $2 ORDER BY user_id LIMIT $3",
    )
    .bind::<BigInt, _>(mailing)
    .bind::<BigInt, _>(after)
    .bind::<BigInt, _>(PAGE);
    Ok(Cached(list).get_results(connection).await?)
}
