//! The languages that users and groups chose, in the tables `users` and `chats`.

use std::collections::HashMap;

use diesel::{
    QueryResult, QueryableByName,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Nullable, Text, Untyped},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use ostankino_core::{event::Whose, texts::Locale};

use crate::{
    Request,
    db::Cached,
    telegram::{ChatKind, Update},
    texts::Language,
};

/// Records the language that a user chose: from the next update on it is the user's, whatever the app says.
///
/// ```no_run
/// use ostankino::{DbSession, Pressed, Reply, Result, User, texts::{Bundle, Language}, users};
///
/// async fn choose<L: Language>(Pressed(lang): Pressed<L>, db: DbSession, user: User) -> Result<Reply> {
///     users::choose_locale(&mut *db.conn().await?, user.id, lang).await?;
///     Ok(Reply::toast("✓"))
/// }
/// ```
///
/// # Errors
///
/// The query failed.
pub async fn choose_locale(
    connection: &mut AsyncPgConnection,
    user_id: i64,
    language: impl Language,
) -> QueryResult<()> {
    let update = diesel::sql_query("UPDATE users SET locale = $2 WHERE id = $1");
    let update = update
        .bind::<BigInt, _>(user_id)
        .bind::<Text, _>(language.tag());
    Cached(update).execute(connection).await.map(drop)
}

/// Forgets what a user chose: the language is that of the app again.
///
/// # Errors
///
/// The query failed.
pub async fn forget_locale(connection: &mut AsyncPgConnection, user_id: i64) -> QueryResult<()> {
    let update = diesel::sql_query("UPDATE users SET locale = NULL WHERE id = $1");
    let update = update.bind::<BigInt, _>(user_id);
    Cached(update).execute(connection).await.map(drop)
}

/// Records the language in which that bot speaks in a group, whoever says something there. Who may choose it is for the
/// handler to find out.
///
/// # Errors
///
/// The query failed.
pub async fn choose_chat_locale(
    connection: &mut AsyncPgConnection,
    bot_id: i64,
    chat_id: i64,
    language: impl Language,
) -> QueryResult<()> {
    let insert = diesel::sql_query(
        "INSERT INTO chats (bot_id, id, locale) VALUES ($1, $2, $3) \
         ON CONFLICT (bot_id, id) DO UPDATE SET locale = excluded.locale",
    );
    let insert = insert
        .bind::<BigInt, _>(bot_id)
        .bind::<BigInt, _>(chat_id)
        .bind::<Text, _>(language.tag());
    Cached(insert).execute(connection).await.map(drop)
}

/// Forgets what was chosen for a group: there everybody is spoken to in their own language again.
///
/// # Errors
///
/// The query failed.
pub async fn forget_chat_locale(
    connection: &mut AsyncPgConnection,
    bot_id: i64,
    chat_id: i64,
) -> QueryResult<()> {
    let update = diesel::sql_query("UPDATE chats SET locale = NULL WHERE bot_id = $1 AND id = $2");
    let update = update.bind::<BigInt, _>(bot_id).bind::<BigInt, _>(chat_id);
    Cached(update).execute(connection).await.map(drop)
}

/// The tag by which a user is to be spoken to, where no update says it, such as in a mailing: what the user chose, or else what
/// the app said last. [`Bundle::speaking`](crate::texts::Bundle::speaking) takes it.
///
/// # Errors
///
/// The query failed.
pub async fn language_of(
    connection: &mut AsyncPgConnection,
    user_id: i64,
) -> QueryResult<Option<String>> {
    let spoken = Spoken {
        asks: vec![Asks {
            told: false,
            user: Some(user_id),
            ..Asks::default()
        }],
        write: None::<Nothing>,
    };
    let found = spoken.answer(connection).await?.pop().unwrap_or_default();
    Ok(found.user.or(found.client))
}

/// Whose language is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asks {
    pub(crate) bot_id: i64,
    pub(crate) user: Option<i64>,
    /// Whether the update told what the user's app says.
    pub(crate) told: bool,
    /// A chat of several people.
    pub(crate) group: Option<i64>,
}

impl Asks {
    /// Of who caused an update.
    pub(super) fn of(request: &Request) -> Self {
        let Request { update, bot, .. } = request;
        Self {
            bot_id: bot.id(),
            user: update.user_id(),
            told: update
                .person()
                .is_some_and(|user| user.language_code.is_some()),
            group: group(update),
        }
    }

    /// Of whose a job is.
    pub(crate) fn whose(bot_id: i64, whose: &Whose) -> Self {
        Self {
            bot_id,
            user: whose.user,
            told: false,
            group: whose
                .chat
                .filter(|_| whose.chat_kind.as_deref() != Some("private")),
        }
    }
}

fn group(update: &Update) -> Option<i64> {
    let chat = update.chat()?;
    (chat.kind != ChatKind::Private).then_some(chat.id)
}

/// A statement that tells languages, together with what it writes before: one way to the server and back for both.
#[derive(Debug)]
pub(super) struct Spoken<W> {
    pub(super) asks: Vec<Asks>,
    /// It changes no language.
    pub(super) write: Option<W>,
}

/// What writes nothing.
#[derive(Debug)]
pub(super) struct Nothing;

impl QueryFragment<Pg> for Nothing {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        Ok(())
    }
}

#[derive(Debug, QueryableByName)]
struct Row {
    /// None of a user.
    #[diesel(sql_type = Nullable<BigInt>)]
    bot_id: Option<i64>,
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Nullable<Text>)]
    locale: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    language: Option<String>,
}

impl<W: QueryFragment<Pg> + Send> Spoken<W> {
    /// Runs it: what is known for each who asked, in their order.
    pub(super) async fn answer(
        self,
        connection: &mut AsyncPgConnection,
    ) -> QueryResult<Vec<Locale>> {
        let asks = self.asks.clone();
        let rows: Vec<Row> = Columns::of(self).load(connection).await?;
        let rows: HashMap<(Option<i64>, i64), Row> = rows
            .into_iter()
            .map(|row| ((row.bot_id, row.id), row))
            .collect();
        let found = |asks: &Asks| {
            let user = asks.user.and_then(|id| rows.get(&(None, id)));
            let chat = asks.group.and_then(|id| rows.get(&(Some(asks.bot_id), id)));
            Locale {
                chat: chat.and_then(|row| row.locale.clone()),
                user: user.and_then(|row| row.locale.clone()),
                client: user
                    .filter(|_| !asks.told)
                    .and_then(|row| row.language.clone()),
            }
        };
        Ok(asks.iter().map(found).collect())
    }
}

/// The same, a column each.
#[derive(Debug)]
struct Columns<W> {
    users: Vec<i64>,
    /// Those of whom no update tells what their app says.
    untold: Vec<i64>,
    bots: Vec<i64>,
    groups: Vec<i64>,
    write: Option<W>,
}

impl<W> Columns<W> {
    fn of(Spoken { asks, write }: Spoken<W>) -> Self {
        let untold = asks.iter().filter(|asks| !asks.told);
        let groups = || {
            asks.iter()
                .filter_map(|asks| Some((asks.bot_id, asks.group?)))
        };
        Self {
            users: asks.iter().filter_map(|asks| asks.user).collect(),
            untold: untold.filter_map(|asks| asks.user).collect(),
            bots: groups().map(|(bot, _)| bot).collect(),
            groups: groups().map(|(_, group)| group).collect(),
            write,
        }
    }
}

impl<W: QueryFragment<Pg>> QueryFragment<Pg> for Columns<W> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if let Some(write) = &self.write {
            out.push_sql("WITH written AS (");
            write.walk_ast(out.reborrow())?;
            out.push_sql(") ");
        }
        // Most people chose nothing, and have no row here.
        out.push_sql(
            "SELECT NULL::bigint AS bot_id, id, locale, language FROM users WHERE id = ANY(",
        );
        out.push_bind_param::<Array<BigInt>, _>(&self.users)?;
        out.push_sql(") AND (locale IS NOT NULL OR id = ANY(");
        out.push_bind_param::<Array<BigInt>, _>(&self.untold)?;
        out.push_sql(
            ")) UNION ALL SELECT bot_id, id, locale, NULL FROM chats \
             WHERE locale IS NOT NULL AND (bot_id, id) IN (SELECT * FROM unnest(",
        );
        out.push_bind_param::<Array<BigInt>, _>(&self.bots)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.groups)?;
        out.push_sql("))");
        Ok(())
    }
}

impl<W> QueryId for Columns<W> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<W> Query for Columns<W> {
    type SqlType = Untyped;
}

impl<W> diesel::RunQueryDsl<AsyncPgConnection> for Columns<W> {}
