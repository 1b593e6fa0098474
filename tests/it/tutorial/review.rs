use diesel::{ExpressionMethods, QueryResult, dsl::now};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use ostankino::{
    Current, DbSession, DialogueState, Error, Fsm, Reply, Result, Router, Text, User,
    db::{Cached, storable},
    html,
};
use serde::{Deserialize, Serialize};

diesel::table! {
    reviews (user_id) {
        user_id -> BigInt,
        stars -> SmallInt,
        text -> Text,
        updated_at -> Timestamptz,
    }
}

/// Saves a user's review, in place of an earlier one.
async fn save(
    connection: &mut AsyncPgConnection,
    user_id: i64,
    stars: i16,
    text: &str,
) -> QueryResult<()> {
    let text = storable(text);
    let upsert = diesel::insert_into(reviews::table)
        .values((
            reviews::user_id.eq(user_id),
            reviews::stars.eq(stars),
            reviews::text.eq(&text),
        ))
        .on_conflict(reviews::user_id)
        .do_update()
        .set((
            reviews::stars.eq(stars),
            reviews::text.eq(&text),
            reviews::updated_at.eq(now),
        ));
    Cached(upsert).execute(connection).await.map(drop)
}

#[derive(Serialize, Deserialize, DialogueState)]
#[state(name = "review.stars")]
struct AskStars {}

/// The stars are known.
#[derive(Serialize, Deserialize, DialogueState)]
#[state(name = "review.text")]
struct AskText {
    stars: i16,
}

fn router() -> Router {
    Router::new()
        .command("review", begin)
        .state::<AskStars, _>(receive_stars)
        .state::<AskText, _>(receive_text)
}

async fn begin(fsm: Fsm) -> Result<&'static str> {
    fsm.set(AskStars {})?;
    Ok("Сколько звёзд, от 1 до 5? Прервать: /cancel")
}

async fn receive_stars(fsm: Fsm, text: Option<Text>) -> Result<&'static str> {
    // A photo comes here as well, hence `Option`.
    let stars = text
        .and_then(|text| text.trim().parse().ok())
        .filter(|stars| (1..=5).contains(stars))
        .ok_or_else(|| Error::user("Звёзды — это число от 1 до 5."))?;
    fsm.set(AskText { stars })?;
    Ok("Спасибо! Напишите пару слов.")
}

async fn receive_text(
    fsm: Fsm,
    Current(AskText { stars }): Current<AskText>,
    text: Option<Text>,
    user: User,
    db: DbSession,
) -> Result<Reply> {
    let text = text.ok_or_else(|| Error::user("Напишите отзыв текстом."))?;
    save(&mut *db.conn().await?, user.id, stars, &text).await?;
    fsm.clear();
    Ok(Reply::text(html!("Звёзд: {stars}\n{text}")))
}
