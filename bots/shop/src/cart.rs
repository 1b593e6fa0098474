//! The cart, changed by buttons.

use ostankino::prelude::*;

use crate::store::{self, Line};
use crate::{Visit, order::Order, texts::Lang};

#[derive(CallbackData)]
#[callback(prefix = "cart")]
pub(crate) enum Cart {
    Show,
    /// From the card of the good.
    Add(i64),
    /// In the cart itself: one more, or one less.
    Change(i64, i32),
}

pub(crate) async fn show(visit: Visit) -> Result<Reply> {
    view(Reply::text, visit).await
}

pub(crate) async fn change(Pressed(press): Pressed<Cart>, visit: Visit) -> Result<Reply> {
    match press {
        Cart::Show => show(visit).await,
        Cart::Add(good) => {
            store::add(1, good, &visit.user, &visit.db).await?;
            Ok(Reply::toast(visit.lang.added()))
        }
        Cart::Change(good, more) => {
            store::add(more, good, &visit.user, &visit.db).await?;
            view(Reply::edit, visit).await
        }
    }
}

async fn view(say: fn(Html) -> Reply, visit: Visit) -> Result<Reply> {
    let lines = store::cart(&visit.user, &visit.db).await?;
    if lines.is_empty() {
        return Ok(say(visit.lang.empty_cart().into()));
    }
    let mut reply = say(summary(&lines, visit.lang));
    for Line { good_id, name, .. } in &lines {
        reply = reply.press(format!("− {name}"), &Cart::Change(*good_id, -1));
        reply = reply.press("+", &Cart::Change(*good_id, 1)).row();
    }
    Ok(reply.press(visit.lang.to_order(), &Order::Begin))
}

pub(crate) fn summary(lines: &[Line], lang: Lang) -> Html {
    let line = |line: &Line| html!("{}: {} × {} ₽", line.name, line.count, line.price);
    let all = Html::join(lines.iter().map(line), "\n");
    html!("{all}\n{}: <b>{} ₽</b>", lang.total(), total(lines))
}

pub(crate) fn total(lines: &[Line]) -> i32 {
    lines.iter().map(|line| line.price * line.count).sum()
}
