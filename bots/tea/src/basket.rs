//! The basket of a user: what is in it, and what it costs.

use diesel_async::AsyncPgConnection;
use ostankino::{
    CallbackData, DbSession, Error, Html, Pressed, Reply, Result, Router, State, User, html,
};

use super::{catalogue, catalogue::Add, hello::BASKET, settings::Settings, table};

/// The basket is full enough.
#[derive(CallbackData)]
#[callback(prefix = "order")]
pub struct Order;

pub fn router() -> Router {
    Router::new().press::<Add, _>(add).text_is(BASKET, show)
}

async fn add(Pressed(Add(number)): Pressed<Add>, user: User, db: DbSession) -> Result<Reply> {
    let tea = catalogue::tea(number)?;
    table::add(&mut *db.conn().await?, user.id, number).await?;
    Ok(Reply::toast(format!("{} в корзине", tea.name)))
}

async fn show(user: User, db: DbSession, State(settings): State<Settings>) -> Result<Reply> {
    let (lines, total) = sum(&mut *db.conn().await?, user.id, &settings).await?;
    let text = html!("{lines}\nВсего: <b>{total} ₽</b>");
    Ok(Reply::text(text).press("Заказать", &Order))
}

/// The lines of the basket, and what all of it costs.
pub async fn sum(
    connection: &mut AsyncPgConnection,
    user: i64,
    settings: &Settings,
) -> Result<(Html, i32)> {
    let basket = table::basket(connection, user).await?;
    if basket.is_empty() {
        return Err(Error::user("В корзине пусто."));
    }
    let mut total = settings.delivery;
    let mut lines = Vec::new();
    for (number, count) in basket {
        let tea = catalogue::tea(number)?;
        total += tea.price * count;
        lines.push(html!("{} × {count}", tea.name));
    }
    lines.push(html!("Доставка: {} ₽", settings.delivery));
    Ok((Html::join(lines, "\n"), total))
}
