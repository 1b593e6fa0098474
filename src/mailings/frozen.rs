//! Writes down who gets a mailing, before the first of them does.

use diesel::{
    QueryDsl, sql_query,
    sql_types::{BigInt, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use jiff::Timestamp;

use super::{
    Audience, Mailings,
    audience::Page,
    claim::{Came, Locked},
    orders,
    rows::page_end,
    table::Job,
};
use crate::{
    Result,
    db::{Cached, from_pg, schema::users},
};

/// At how many users it looks at once.
const PAGE: i64 = 10_000;

impl Job {
    /// Writes down those of the next users who get it, and moves the cursor; behind the last user the mailing is one to a list, and begins.
    pub(super) async fn freeze(
        &self,
        connection: &mut AsyncPgConnection,
        declared: &Mailings,
        locked: &Locked,
        now: Timestamp,
    ) -> Result<Came> {
        let page = Page {
            after: Some(locked.cursor_id),
            until: page_end(connection, locked.cursor_id, PAGE).await?,
        };
        let (category, upper) = (self.category.as_deref(), locked.upper_at.map(from_pg));
        let found = self.audience.of(declared, category, upper, page, now)?;
        let found: Vec<i64> = found.select(users::id).load(connection).await?;
        orders::list(connection, self.id, &found, now).await?;
        match page.until {
            Some(end) => {
                let go_on =
                    sql_query("UPDATE mailings SET cursor_id = $2, has_news = TRUE WHERE id = $1")
                        .bind::<BigInt, _>(self.id)
                        .bind::<BigInt, _>(end);
                Cached(go_on).execute(connection).await?;
            }
            None => {
                let begin = sql_query(
                    "UPDATE mailings SET doing = 'send', is_through = TRUE, audience = $2, total = coalesce(total, 0), \
                     has_news = TRUE WHERE id = $1",
                )
                .bind::<BigInt, _>(self.id)
                .bind::<Text, _>(serde_json::to_string(&Audience::active().listed())?);
                Cached(begin).execute(connection).await?;
            }
        }
        Ok(Came::Claimed {
            rows: Vec::new(),
            is_through: false,
            due_in: None,
        })
    }
}
