//! The table `users`: the base of mailings.

use diesel::{
    AggregateExpressionMethods, QueryDsl, QueryResult,
    dsl::{count as count_of, count_star},
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Bool, Nullable, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::{
    db::{Cached, schema::users, storable},
    request::UpdateKey,
    telegram::User,
};

/// How many users there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Everybody who ever interacted with the bot.
    pub users: i64,
    /// Those who can be written to.
    pub active: i64,
}

impl Counts {
    /// Those who cannot be written to: they blocked the bot, or are known from a group alone and never
    /// opened it. Which of the two is not kept.
    #[must_use]
    pub fn unreachable(self) -> i64 {
        self.users - self.active
    }
}

/// Counts the users.
///
/// # Errors
///
/// The query failed.
pub async fn count(connection: &mut AsyncPgConnection) -> QueryResult<Counts> {
    let active = count_of(users::id).aggregate_filter(users::is_active);
    let (users, active) = users::table
        .select((count_star(), active))
        .first(connection)
        .await?;
    Ok(Counts { users, active })
}

/// Records whether a user can be written to, after the user said so by blocking or unblocking the
/// bot with the update `as_of`. A user not known yet is created; no row is ever deleted. Says
/// whether it counts: it does not where a later update told otherwise.
///
/// # Errors
///
/// The query failed.
pub async fn set_active(
    connection: &mut AsyncPgConnection,
    user: &User,
    is_active: bool,
    as_of: UpdateKey,
) -> QueryResult<bool> {
    let mut rows = Rows::default();
    rows.push(user, Some((is_active, as_of)));
    Ok(Upsert(rows).execute(connection).await? > 0)
}

/// Creates the row of a user whom an update names besides its sender, if there is none: for a row
/// of one's own that refers to it. Nobody is taken for active by it.
///
/// # Errors
///
/// The query failed.
pub async fn ensure(connection: &mut AsyncPgConnection, user: &User) -> QueryResult<()> {
    let mut rows = Rows::default();
    rows.push(user, None);
    Ensure(rows).execute(connection).await.map(drop)
}

/// Records that a user cannot be written to, after Telegram said so on sending for the update
/// `as_of`; not where a later update told otherwise.
///
/// # Errors
///
/// The query failed.
pub async fn deactivate(
    connection: &mut AsyncPgConnection,
    id: i64,
    as_of: UpdateKey,
) -> QueryResult<()> {
    let update = diesel::sql_query(
        "UPDATE users SET is_active = FALSE, told_by_bot = $2, told_by_update = $3, \
         updated_at = now() WHERE id = $1 AND (told_by_bot = $2 AND told_by_update > $3 \
         AND updated_at > now() - interval '6 days') IS NOT TRUE",
    )
    .bind::<BigInt, _>(id)
    .bind::<BigInt, _>(as_of.bot_id)
    .bind::<BigInt, _>(as_of.update_id);
    Cached(update).execute(connection).await.map(drop)
}

/// Rows for [`Upsert`] and [`Ensure`], a column each: sorted by id, each id once.
#[derive(Debug, Default)]
pub(super) struct Rows {
    ids: Vec<i64>,
    usernames: Vec<Option<String>>,
    fullnames: Vec<String>,
    languages: Vec<Option<String>>,
    active: Vec<Option<bool>>,
    bot_ids: Vec<i64>,
    update_ids: Vec<i64>,
}

impl Rows {
    /// `user` was seen; where that tells whether the user can be written to, by which update.
    pub(super) fn push(&mut self, user: &User, is_active: Option<(bool, UpdateKey)>) {
        let owned = |text: &String| storable(text).into_owned();
        self.ids.push(user.id);
        self.usernames.push(user.username.as_ref().map(owned));
        self.fullnames.push(storable(&user.fullname()).into_owned());
        self.languages.push(user.language_code.as_ref().map(owned));
        self.active.push(is_active.map(|(is_active, _)| is_active));
        let as_of = is_active.map(|(_, as_of)| as_of);
        self.bot_ids.push(as_of.map_or(0, |as_of| as_of.bot_id));
        self.update_ids
            .push(as_of.map_or(0, |as_of| as_of.update_id));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The beginning of a statement that inserts them.
    fn insert<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO users AS u (id, username, fullname, language, is_active, told_by_bot, \
             told_by_update) SELECT id, username, fullname, language, coalesce(active, FALSE), \
             CASE WHEN active IS NOT NULL THEN bot END, \
             CASE WHEN active IS NOT NULL THEN update END FROM unnest(",
        );
        out.push_bind_param::<Array<BigInt>, _>(&self.ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.usernames)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.fullnames)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.languages)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Bool>>, _>(&self.active)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.bot_ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.update_ids)?;
        out.push_sql(") AS t (id, username, fullname, language, active, bot, update)");
        Ok(())
    }
}

/// Creates or refreshes many users in one statement that is parsed once per connection.
///
/// Activity in the private chat makes a user active, a block inactive; elsewhere the row keeps its
/// value, and a new one is inactive: who blocked the bot, or never opened it, can still write in a
/// group. Updates may be handled in another order than they came in: of what they tell the latest
/// counts. Telegram numbers them upwards, but from anywhere after a week without any.
#[derive(Debug)]
pub(super) struct Upsert(pub(super) Rows);

impl QueryFragment<Pg> for Upsert {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.insert(out.reborrow())?;
        out.push_sql(
            " ON CONFLICT (id) DO UPDATE SET username = excluded.username, \
             fullname = excluded.fullname, language = coalesce(excluded.language, u.language), \
             is_active = CASE WHEN excluded.told_by_update IS NULL THEN u.is_active \
             ELSE excluded.is_active END, \
             told_by_bot = coalesce(excluded.told_by_bot, u.told_by_bot), \
             told_by_update = CASE WHEN excluded.told_by_update IS NOT NULL \
             THEN excluded.told_by_update \
             WHEN u.updated_at > now() - interval '6 days' THEN u.told_by_update END, \
             updated_at = now() \
             WHERE (u.told_by_bot = excluded.told_by_bot \
             AND u.told_by_update > excluded.told_by_update \
             AND u.updated_at > now() - interval '6 days') IS NOT TRUE",
        );
        Ok(())
    }
}

impl QueryId for Upsert {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

/// Creates the rows that are not there, in one statement that is parsed once per connection.
#[derive(Debug)]
pub(super) struct Ensure(pub(super) Rows);

impl QueryFragment<Pg> for Ensure {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.insert(out.reborrow())?;
        out.push_sql(" ON CONFLICT (id) DO NOTHING");
        Ok(())
    }
}

impl QueryId for Ensure {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}
