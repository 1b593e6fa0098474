//! Who does not want mailings of a category: asked for by a button below them, and kept in the table `opt_outs`.

use diesel::{
    QueryResult, QueryableByName, sql_query,
    sql_types::{BigInt, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::{
    CallbackData, DbSession, Pressed, Reply, Result, Router, User, db::Cached,
    reply::InlineKeyboard, texts::OwnTexts,
};

/// The data of a button below a mailing by which a user wants no more of its category. Every bot with
/// [mailings](crate::AppBuilder::mailings) takes it.
///
/// ```
/// use ostankino::{Reply, mailings::OptOut};
///
/// let news = Reply::text("Новости").press("Не получать", &OptOut::of("news"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, CallbackData)]
#[callback(prefix = "optout")]
pub struct OptOut {
    #[max(32)]
    category: String,
}

impl OptOut {
    /// Of that category, whose name has 32 bytes at the most.
    pub fn of(category: impl Into<String>) -> Self {
        Self {
            category: category.into(),
        }
    }
}

/// A user wants no mailings of a category.
///
/// # Errors
///
/// The query failed.
pub async fn opt_out(
    connection: &mut AsyncPgConnection,
    user_id: i64,
    category: &str,
) -> QueryResult<()> {
    let insert = sql_query(
        "INSERT INTO opt_outs (user_id, category) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    )
    .bind::<BigInt, _>(user_id)
    .bind::<Text, _>(category);
    Cached(insert).execute(connection).await.map(drop)
}

/// A user wants them again.
///
/// # Errors
///
/// The query failed.
pub async fn opt_in(
    connection: &mut AsyncPgConnection,
    user_id: i64,
    category: &str,
) -> QueryResult<()> {
    let delete = sql_query("DELETE FROM opt_outs WHERE user_id = $1 AND category = $2")
        .bind::<BigInt, _>(user_id)
        .bind::<Text, _>(category);
    Cached(delete).execute(connection).await.map(drop)
}

/// The categories of which a user wants none, by their names: for a window of settings.
///
/// # Errors
///
/// The query failed.
pub async fn opted_out(
    connection: &mut AsyncPgConnection,
    user_id: i64,
) -> QueryResult<Vec<String>> {
    #[derive(QueryableByName)]
    struct Category {
        #[diesel(sql_type = Text)]
        category: String,
    }
    let find = sql_query("SELECT category FROM opt_outs WHERE user_id = $1 ORDER BY category")
        .bind::<BigInt, _>(user_id);
    let found: Vec<Category> = Cached(find).get_results(connection).await?;
    Ok(found.into_iter().map(|it| it.category).collect())
}

/// The route of the button.
pub(crate) fn routes() -> Router {
    Router::new().press::<OptOut, _>(pressed)
}

async fn pressed(
    Pressed(OptOut { category }): Pressed<OptOut>,
    user: User,
    db: DbSession,
    own: OwnTexts,
) -> Result<Reply> {
    opt_out(&mut *db.conn().await?, user.id, &category).await?;
    Ok(
        Reply::toast(own.mailing_opted_out_toast())
            .and(Reply::edit_keyboard(InlineKeyboard::new())),
    )
}
