//! The order, in two steps: where to, and whether all is right.

use ostankino::{
    CallbackData, Current, DbSession, DialogueState, Error, Fsm, Reply, Result, Router, State,
    Text, User,
    filter::{press, state},
    html,
};
use serde::{Deserialize, Serialize};

use super::{
    basket::{self, Order},
    settings::Settings,
    table,
};

#[derive(Serialize, Deserialize, DialogueState)]
#[state(name = "order.address")]
struct AskAddress {}

#[derive(Serialize, Deserialize, DialogueState)]
#[state(name = "order.confirm")]
struct Confirm {
    address: String,
}

#[derive(CallbackData)]
#[callback(prefix = "yes")]
struct Yes;

pub fn router() -> Router {
    Router::new()
        .command("cancel", cancel)
        .press::<Order, _>(begin)
        .state::<AskAddress, _>(address)
        .on(press::<Yes>() & state::<Confirm>(), confirmed)
        .press::<Yes, _>(|| async { Reply::toast("Уже заказано") })
}

async fn begin(fsm: Fsm) -> Result<&'static str> {
    fsm.set(AskAddress {})?;
    Ok("Куда привезти? Прервать: /cancel")
}

async fn address(fsm: Fsm, text: Option<Text>) -> Result<Reply> {
    let text = text.ok_or_else(|| Error::user("Напишите адрес текстом."))?;
    let address = text.to_string();
    let question = html!("Везём сюда: <b>{address}</b>?");
    fsm.set(Confirm { address })?;
    Ok(Reply::text(question).press("Да", &Yes))
}

async fn confirmed(
    fsm: Fsm,
    Current(Confirm { address }): Current<Confirm>,
    user: User,
    db: DbSession,
    State(settings): State<Settings>,
) -> Result<Reply> {
    let mut connection = db.conn().await?;
    let (lines, total) = basket::sum(&mut connection, user.id, &settings).await?;
    let number = table::order(&mut connection, user.id, &address, total).await?;
    fsm.clear();
    let thanks = html!("Заказ №{number}: {total} ₽. Спасибо!");
    let news = html!("Заказ №{number}, {address}:\n{lines}");
    let admins = settings.admin_ids.iter();
    Ok(admins.fold(Reply::edit(thanks), |reply, admin| {
        reply.and(Reply::text(news.clone()).to(*admin))
    }))
}

async fn cancel(fsm: Fsm) -> &'static str {
    fsm.clear();
    "Заказ прерван, корзина на месте."
}
