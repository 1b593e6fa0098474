//! The table `users`: the base of mailings.

use diesel::{
    AggregateExpressionMethods, ExpressionMethods, QueryDsl, QueryResult,
    dsl::{count as count_of, count_star, now},
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Bool, Nullable, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Cached, schema::users, text::storable};
use crate::telegram::User;

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

/// Notes whether a user can be written to, after the user said so by blocking or unblocking the
/// bot. A user not known yet is created; no row is ever deleted.
///
/// # Errors
///
/// The query failed.
pub async fn set_active(
    connection: &mut AsyncPgConnection,
    user: &User,
    is_active: bool,
) -> QueryResult<()> {
    let row = (
        users::id.eq(user.id),
        users::username.eq(user.username.as_deref().map(storable)),
        users::fullname.eq(storable(&user.fullname()).into_owned()),
        users::language.eq(user.language_code.as_deref().map(storable)),
        users::is_active.eq(is_active),
    );
    let upsert = diesel::insert_into(users::table)
        .values(row)
        .on_conflict(users::id)
        .do_update()
        .set((users::is_active.eq(is_active), users::updated_at.eq(now)));
    Cached(upsert).execute(connection).await.map(drop)
}

/// Creates the row of a user whom an update names besides its sender, if there is none: for a row
/// of one's own that refers to it. Nobody is taken for active by it.
///
/// # Errors
///
/// The query failed.
pub async fn ensure(connection: &mut AsyncPgConnection, user: &User) -> QueryResult<()> {
    let mut rows = Rows::default();
    rows.push(user, false);
    Ensure(rows).execute(connection).await.map(drop)
}

/// Notes that a user cannot be written to, after Telegram said so on sending.
///
/// # Errors
///
/// The query failed.
pub async fn deactivate(connection: &mut AsyncPgConnection, id: i64) -> QueryResult<()> {
    let row = users::table
        .filter(users::id.eq(id))
        .filter(users::is_active);
    let update = diesel::update(row).set((users::is_active.eq(false), users::updated_at.eq(now)));
    Cached(update).execute(connection).await.map(drop)
}

/// Rows for [`Upsert`] and [`Ensure`], a column each: sorted by id, each id once.
#[derive(Debug, Default)]
pub(super) struct Rows {
    ids: Vec<i64>,
    usernames: Vec<Option<String>>,
    fullnames: Vec<String>,
    languages: Vec<Option<String>>,
    active: Vec<bool>,
}

impl Rows {
    /// `user` was seen; in the private chat with the bot if `is_private`.
    pub(super) fn push(&mut self, user: &User, is_private: bool) {
        let owned = |text: &String| storable(text).into_owned();
        self.ids.push(user.id);
        self.usernames.push(user.username.as_ref().map(owned));
        self.fullnames.push(storable(&user.fullname()).into_owned());
        self.languages.push(user.language_code.as_ref().map(owned));
        self.active.push(is_private);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The beginning of a statement that inserts them.
    fn insert<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO users AS u (id, username, fullname, language, is_active) \
             SELECT * FROM unnest(",
        );
        out.push_bind_param::<Array<BigInt>, _>(&self.ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.usernames)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.fullnames)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.languages)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Bool>, _>(&self.active)?;
        out.push_sql(")");
        Ok(())
    }
}

/// Creates or refreshes many users in one statement that is parsed once per connection.
///
/// Activity in the private chat makes a user active; elsewhere the row keeps its value, and a new
/// one is inactive: who blocked the bot, or never opened it, can still write in a group.
#[derive(Debug)]
pub(super) struct Upsert(pub(super) Rows);

impl QueryFragment<Pg> for Upsert {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.insert(out.reborrow())?;
        out.push_sql(
            " ON CONFLICT (id) DO UPDATE SET username = excluded.username, \
             fullname = excluded.fullname, language = coalesce(excluded.language, u.language), \
             is_active = u.is_active OR excluded.is_active, updated_at = now()",
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
