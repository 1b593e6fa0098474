//! What admins do: look at orders, change prices. To others these commands do not exist.

use ostankino::prelude::*;

use crate::store::{self, Placed};
use crate::{Texts, roubles};

pub(crate) async fn orders(t: Texts, db: DbSession) -> Result<Html> {
    let line = |(id, name, phone, address, total, is_paid): &Placed| {
        let state = if *is_paid { "paid" } else { "open" };
        t.orders_line(address, name, *id, phone, state, roubles(*total))
    };
    let orders = store::last_orders(&db).await?;
    Ok(t.orders(Html::join(orders.iter().map(line), "\n\n")))
}

/// `/price 3 450`
pub(crate) async fn price(CommandArgs(args): CommandArgs, t: Texts, db: DbSession) -> Result<Html> {
    let wrong = || Error::user(t.price_usage());
    let (good, price) = args.split_once(' ').ok_or_else(wrong)?;
    let good = good.parse().map_err(|_| wrong())?;
    let price = price.trim().parse().map_err(|_| wrong())?;
    match store::set_price(good, price, &db).await? {
        true => Ok(t.price_set(good, roubles(price))),
        false => Err(Error::user(t.no_such_good())),
    }
}
