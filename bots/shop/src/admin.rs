//! What admins do: look at orders, change prices. To others these commands do not exist.

use ostankino::prelude::*;

use crate::store::{self, Order};

pub(crate) async fn orders(db: DbSession) -> Result<Html> {
    let line = |(id, name, phone, address, total, is_paid): &Order| {
        let paid = if *is_paid { ", оплачен" } else { "" };
        html!("<b>№ {id}</b>, {total} ₽{paid}\n{name}, {phone}\n{address}")
    };
    let orders = store::last_orders(&db).await?;
    let lines = Html::join(orders.iter().map(line), "\n\n");
    Ok(html!("Последние заказы:\n{lines}"))
}

/// `/price 3 450`
pub(crate) async fn set_price(CommandArgs(args): CommandArgs, db: DbSession) -> Result<String> {
    let wrong = || Error::user("Напишите номер товара и цену: /price 3 450");
    let (good, price) = args.split_once(' ').ok_or_else(wrong)?;
    let good = good.parse().map_err(|_| wrong())?;
    let price = price.trim().parse().map_err(|_| wrong())?;
    match store::set_price(good, price, &db).await? {
        true => Ok(format!("Товар {good}: {price} ₽")),
        false => Err(Error::user("Такого товара нет.")),
    }
}
