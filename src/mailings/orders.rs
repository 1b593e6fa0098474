//! What a mailing is told to do: the changes of its state.

use diesel::{
    sql_query,
    sql_types::{Array, BigInt, Nullable, SmallInt, Text, Timestamptz},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use jiff::Timestamp;

use super::{content::Content, rows::UNKNOWN};
use crate::{
    Result,
    db::{Cached, to_pg},
};

/// How many users a list adds at once.
const PAGE: usize = 10_000;

/// What a mailing can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Pause,
    Resume,
    Cancel,
    Unsend,
}

impl Order {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Cancel => "cancel",
            Self::Unsend => "unsend",
        }
    }

    /// What changes, and of which mailings.
    fn sql(self) -> (&'static str, &'static str) {
        match self {
            Self::Pause => ("state = 'paused'", "state = 'running'"),
            Self::Resume => (
                "state = CASE WHEN started_at IS NULL THEN 'scheduled' ELSE 'running' END, reason = NULL, refused = 0",
                "state IN ('paused', 'halted')",
            ),
            Self::Cancel => (
                "state = 'cancelled', ended_at = $3, has_waiting = TRUE",
                "state IN ('scheduled', 'running', 'paused', 'halted')",
            ),
            Self::Unsend => (
                "state = 'running', doing = 'unsend', edition = edition + 1, cursor_id = 0, is_through = FALSE, \
                 next_claim_at = NULL, refused = 0, kept = 0, ended_at = NULL",
                "state IN ('done', 'cancelled') AND NOT has_waiting AND started_at IS NOT NULL",
            ),
        }
    }
}

/// Gives an order; says whether it could be followed.
pub(crate) async fn give(
    connection: &mut AsyncPgConnection,
    bot_id: Option<i64>,
    id: i64,
    order: Order,
    now: Timestamp,
) -> Result<bool> {
    let (change, of) = order.sql();
    let update = sql_query(format!(
        "UPDATE mailings SET {change}, has_news = TRUE, told_at = NULL \
         WHERE id = $1 AND ($2 IS NULL OR bot_id = $2) AND $3 IS NOT NULL AND {of}"
    ))
    .bind::<BigInt, _>(id)
    .bind::<Nullable<BigInt>, _>(bot_id)
    .bind::<Timestamptz, _>(to_pg(now));
    Ok(Cached(update).execute(connection).await? > 0)
}

/// Has it say something else; says whether it could be followed.
pub(crate) async fn edit(
    connection: &mut AsyncPgConnection,
    bot_id: i64,
    id: i64,
    content: &Content,
    now: Timestamp,
) -> Result<bool> {
    let update = sql_query(
        "UPDATE mailings SET content = $3, edition = edition + 1, refused = 0, has_news = TRUE, told_at = NULL, \
         doing = CASE WHEN is_over THEN 'edit' ELSE doing END, state = CASE WHEN is_over THEN 'running' ELSE state END, \
         cursor_id = CASE WHEN is_over OR ends_trial THEN 0 ELSE cursor_id END, \
         is_through = CASE WHEN is_over THEN FALSE WHEN ends_trial THEN is_listed ELSE is_through END, \
         stage = CASE WHEN ends_trial THEN 2 ELSE stage END, \
         ended_at = CASE WHEN is_over THEN NULL ELSE ended_at END, edited = 0, kept = 0 \
         FROM (SELECT *, is_trial AND NOT is_over AS ends_trial FROM (SELECT id AS of, stage = 1 AS is_trial, \
         state IN ('done', 'cancelled') OR doing NOT IN ('send', 'freeze') AS is_over, \
         coalesce((audience::json ->> 'is_listed')::boolean, FALSE) AS is_listed FROM mailings WHERE id = $1) AS i) AS o \
         WHERE id = o.of AND bot_id = $2 AND $4 IS NOT NULL \
         AND (state IN ('scheduled', 'paused', 'halted') OR (state = 'running' AND NOT is_over) \
         OR (state IN ('done', 'cancelled') AND NOT has_waiting))",
    )
    .bind::<BigInt, _>(id)
    .bind::<BigInt, _>(bot_id)
    .bind::<Text, _>(serde_json::to_string(content)?)
    .bind::<Timestamptz, _>(to_pg(now));
    Ok(Cached(update).execute(connection).await? > 0)
}

/// Has it go to these users, who wait for it from now on.
pub(crate) async fn list(
    connection: &mut AsyncPgConnection,
    id: i64,
    users: &[i64],
    now: Timestamp,
) -> Result<()> {
    for page in users.chunks(PAGE) {
        let insert = sql_query(
            "WITH listed AS (INSERT INTO mailing_sends (mailing_id, user_id, state, variant, next_at) \
             SELECT $1, user_id, 'queued', $4, $3 FROM unnest($2) AS t (user_id) \
             ON CONFLICT DO NOTHING RETURNING user_id) \
             UPDATE mailings SET claimed = claimed + (SELECT count(*) FROM listed), \
             total = coalesce(total, 0) + (SELECT count(*) FROM listed) WHERE id = $1",
        )
        .bind::<BigInt, _>(id)
        .bind::<Array<BigInt>, _>(page)
        .bind::<Timestamptz, _>(to_pg(now))
        // Which one is found out when their turn comes.
        .bind::<SmallInt, _>(UNKNOWN);
        Cached(insert).execute(connection).await?;
    }
    Ok(())
}
