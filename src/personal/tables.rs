//! What the library's own tables hold of a person.

use diesel::{
    sql_query,
    sql_types::{BigInt, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::Stores;
use crate::{
    Result,
    db::{Cached, failed},
};

/// A table, and which of its rows are of the person $2 with the bot $1. In this order they can be deleted.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) rows: &'static str,
    /// Which of them are not deleted: what the bot owes.
    kept: &'static str,
}

const fn table(name: &'static str, rows: &'static str) -> Table {
    let kept = "FALSE";
    Table { name, rows, kept }
}

pub(super) const TABLES: &[Table] = &[
    table("timers", "bot_id = $1 AND $2 IN (owner, user_id, chat_id)"),
    table("jobs", "bot_id = $1 AND $2 IN (owner, chat_id)"),
    Table {
        name: "owed_calls",
        rows: "bot_id = $1 AND place = $2",
        kept: "is_must",
    },
    table("noted_messages", "bot_id = $1 AND chat_id = $2"),
    table("album_parts", "bot_id = $1 AND chat_id = $2"),
    table("chats", "bot_id = $1 AND id = $2"),
    table(
        "mailing_clicks",
        "mailing_id IN (SELECT id FROM mailings WHERE bot_id = $1) AND user_id = $2",
    ),
    table(
        "mailing_sends",
        "mailing_id IN (SELECT id FROM mailings WHERE bot_id = $1) AND user_id = $2",
    ),
    table("opt_outs", "$1 <> 0 AND user_id = $2"),
    table("admin_links", "bot_id = $1 AND user_id = $2"),
    table("admin_sessions", "bot_id = $1 AND user_id = $2"),
    Table {
        name: "admin_audit",
        rows: "bot_id = $1 AND $2 IN (admin_id, target_id)",
        // By then it names nobody.
        kept: "TRUE",
    },
    table("users", "$1 <> 0 AND id = $2"),
];

/// Mailings whose rows of that person change: locked first, as whoever notes results does, so that nobody waits in a circle.
const LOCK: &str = "SELECT FROM mailings AS m WHERE bot_id = $1 AND (author_id = $2 OR EXISTS \
    (SELECT FROM mailing_sends WHERE mailing_id = m.id AND user_id = $2)) ORDER BY id FOR UPDATE";

/// Whose turn had come and who gets nothing more now still counts: as skipped, as failed if a part of it was sent, or as unknown if it
/// was just being sent.
const COUNT: &str = "UPDATE mailings AS m SET has_news = TRUE, \
    skipped = skipped + CASE WHEN s.state = 'queued' AND s.part = 0 THEN 1 ELSE 0 END, \
    failed = failed + CASE WHEN s.state = 'queued' AND s.part > 0 THEN 1 ELSE 0 END, \
    unknown = unknown + CASE s.state WHEN 'sending' THEN 1 ELSE 0 END \
    FROM mailing_sends AS s WHERE m.bot_id = $1 AND s.mailing_id = m.id AND s.user_id = $2 AND s.state IN ('queued', 'sending')";

const AUTHOR: &str = "UPDATE mailings SET author_id = NULL WHERE bot_id = $1 AND author_id = $2";

/// What was done stays known, without whom it was done to, or by.
const AUDIT: &str = "UPDATE admin_audit SET \
    admin_hash = CASE WHEN admin_id = $2 THEN $3 ELSE admin_hash END, admin_id = nullif(admin_id, $2), \
    target_hash = CASE WHEN target_id = $2 THEN $3 ELSE target_hash END, target_id = nullif(target_id, $2) \
    WHERE bot_id = $1 AND $2 IN (admin_id, target_id)";

/// Deletes the rows; says how many there were.
pub(super) async fn erase(
    connection: &mut AsyncPgConnection,
    stores: &Stores,
    user: i64,
) -> Result<usize> {
    let bot_id = stores.bot_id;
    for statement in [LOCK, COUNT, AUTHOR] {
        run(connection, statement.to_owned(), bot_id, user).await?;
    }
    let audit = sql_query(AUDIT)
        .bind::<BigInt, _>(bot_id)
        .bind::<BigInt, _>(user)
        .bind::<Text, _>(stores.pseudonyms.of_user(user));
    let noted = Cached(audit).execute(connection).await;
    noted.map_err(failed)?;
    let mut erased = 0;
    for Table { name, rows, kept } in TABLES {
        let delete = format!("DELETE FROM {name} WHERE {rows} AND NOT {kept}");
        erased += run(connection, delete, bot_id, user).await?;
    }
    Ok(erased)
}

async fn run(
    connection: &mut AsyncPgConnection,
    statement: String,
    bot_id: i64,
    user: i64,
) -> Result<usize> {
    let statement = sql_query(statement)
        .bind::<BigInt, _>(bot_id)
        .bind::<BigInt, _>(user);
    Cached(statement).execute(connection).await.map_err(failed)
}
