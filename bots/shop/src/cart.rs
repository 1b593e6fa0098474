//! The cart, changed by buttons.

use ostankino::prelude::*;
use ostankino_dialogs::{Dialog, DialogData, Dialogs, Item, View, windows};
use serde::{Deserialize, Serialize};

use crate::store::{self, Line};
use crate::{Texts, catalogue::Catalogue, order::Order, roubles, samples};

windows! { pub(crate) CartWindow { Lines } }

#[derive(Clone, Serialize, Deserialize, DialogData)]
#[dialog(name = "cart", windows = CartWindow)]
pub(crate) struct Cart {}

pub(crate) fn cart() -> Dialog<Cart, Texts> {
    Dialog::<Cart, Texts>::new().window_of(CartWindow::Lines, store::cart, |w| {
        w.text(|v| match v.rows.is_empty() {
            true => v.t.empty_cart(),
            false => summary(&v.rows, &v.t),
        });
        w.each(
            "lines",
            |v| &v.rows[..],
            |line| line.good_id,
            |w| {
                w.row(|w| {
                    w.button("less", |v| v.t.less_button(&v.rows.name), less);
                    w.button("more", |v| v.t.more_button(), more);
                })
            },
        );
        w.start("back", |v| v.t.catalogue_button(), |_| Catalogue {});
        w.when(
            |v| !v.rows.is_empty(),
            |w| w.start("order", |v| v.t.order_button(), |_| Order::default()),
        );
        w.samples(|t| View::sample(Cart {}, samples::lines(), t));
        w.sample("empty", || View::sample(Cart {}, vec![], Texts::new()));
    })
}

pub(crate) async fn open(dialogs: Dialogs) -> Result<Reply> {
    dialogs.start_anew(Cart {}).await
}

async fn less(Item(good): Item<i64>, user: User, db: DbSession) -> Result<()> {
    store::add(-1, good, &user, &db).await
}

async fn more(Item(good): Item<i64>, user: User, db: DbSession) -> Result<()> {
    store::add(1, good, &user, &db).await
}

pub(crate) fn summary(lines: &[Line], t: &Texts) -> Html {
    let line = |line: &Line| t.cart_line(line.count, &line.name, roubles(line.price));
    let all = Html::join(lines.iter().map(line), "\n");
    t.cart(all, roubles(total(lines)))
}

pub(crate) fn total(lines: &[Line]) -> i32 {
    lines.iter().map(|line| line.price * line.count).sum()
}
