//! Users as an operator finds them: by id or name, by key, with nothing of what handlers need.

use diesel::{
    OptionalExtension, QueryableByName,
    pg::data_types::PgTimestamp,
    sql_query,
    sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;

use crate::{
    Result,
    db::{Cached, Database},
};

/// A user.
#[derive(Clone, Debug, QueryableByName)]
pub(crate) struct Listed {
    #[diesel(sql_type = BigInt)]
    pub(crate) id: i64,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) username: Option<String>,
    #[diesel(sql_type = Text)]
    pub(crate) fullname: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) language: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) locale: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) tz: Option<String>,
    #[diesel(sql_type = Bool)]
    pub(crate) is_active: bool,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: PgTimestamp,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) updated_at: PgTimestamp,
}

/// Which users.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sought {
    /// The beginning of the username, in any case.
    pub(crate) username: Option<String>,
    /// That id alone.
    pub(crate) id: Option<i64>,
    pub(crate) is_active: Option<bool>,
    /// The language that they chose, or that their app has: `ru` is also `ru-RU`.
    pub(crate) language: Option<String>,
    /// Those with a higher id.
    pub(crate) after: i64,
}

const COLUMNS: &str =
    "id, username, fullname, language, locale, tz, is_active, created_at, updated_at";

/// Those users, by id.
pub(crate) async fn find(database: &Database, sought: &Sought, limit: i32) -> Result<Vec<Listed>> {
    let find = sql_query(format!(
        "SELECT {COLUMNS} FROM users WHERE id > $1 AND ($2 IS NULL OR id = $2) \
         AND ($3 IS NULL OR starts_with(lower(username), lower($3))) AND ($4 IS NULL OR is_active = $4) \
         AND ($5 IS NULL OR split_part(coalesce(locale, language), '-', 1) = lower($5)) ORDER BY id LIMIT $6"
    ))
    .bind::<BigInt, _>(sought.after)
    .bind::<Nullable<BigInt>, _>(sought.id)
    .bind::<Nullable<Text>, _>(sought.username.clone())
    .bind::<Nullable<Bool>, _>(sought.is_active)
    .bind::<Nullable<Text>, _>(sought.language.clone())
    .bind::<Integer, _>(limit);
    // Each way of seeking has a plan of its own: it is not kept.
    let found = database.run(|connection| find.get_results(connection).boxed());
    found.await
}

/// One user.
pub(crate) async fn one(database: &Database, id: i64) -> Result<Option<Listed>> {
    let find =
        sql_query(format!("SELECT {COLUMNS} FROM users WHERE id = $1")).bind::<BigInt, _>(id);
    let found = database.run(|connection| {
        async move { Cached(find).get_result(connection).await.optional() }.boxed()
    });
    found.await
}
