//! `/order`: which tea, how much of it.

use ostankino::{
    CallbackData, Current, DbSession, DialogueState, Error, Fsm, Html, Pressed, Reply, Result,
    Router, Text, User, html,
};
use serde::{Deserialize, Serialize};

use crate::orders::{self, Order};

/// The button of a tea.
#[derive(CallbackData)]
#[callback(prefix = "tea")]
struct Tea {
    number: u8,
}

const TEAS: [&str; 2] = ["Сенча", "Пуэр"];

/// The tea is chosen.
#[derive(Serialize, Deserialize, DialogueState)]
#[state(name = "order.grams")]
struct AskGrams {
    tea: String,
}

pub(crate) fn router() -> Router {
    Router::new()
        .command("order", ask_tea)
        .press::<Tea, _>(ask_grams)
        .state::<AskGrams, _>(store)
}

async fn ask_tea() -> Reply {
    let ask = Reply::text("Какой чай?");
    (0..)
        .zip(TEAS)
        .fold(ask, |ask, (number, name)| ask.press(name, &Tea { number }))
}

async fn ask_grams(Pressed(Tea { number }): Pressed<Tea>, fsm: Fsm) -> Result<Reply> {
    let tea = TEAS.get(usize::from(number));
    let tea = tea.ok_or_else(|| Error::user("Этого чая больше нет"))?;
    fsm.set(AskGrams { tea: (*tea).into() })?;
    Ok(Reply::edit(html!("{tea}. Сколько граммов?")))
}

async fn store(
    Current(AskGrams { tea }): Current<AskGrams>,
    grams: Option<Text>,
    fsm: Fsm,
    user: User,
    db: DbSession,
) -> Result<Html> {
    let grams = grams.and_then(|text| text.trim().parse::<i32>().ok());
    let grams = grams
        .filter(|grams| (1..=5_000).contains(grams))
        .ok_or_else(|| Error::user("Напишите число от 1 до 5000"))?;
    let thanks = html!("Заказ принят: <b>{tea}</b>, {grams} г");
    orders::add(&mut *db.conn().await?, user.id, &Order { tea, grams }).await?;
    fsm.clear();
    Ok(thanks)
}
