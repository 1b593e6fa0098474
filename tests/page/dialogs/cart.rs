//! A dialog with the widgets that the other one has no use for: a cart, of which nothing is stored.

use std::collections::{BTreeMap, BTreeSet};

use ostankino::{Result, html, reply::Button};
use ostankino_dialogs::{
    Data, Dialog, DialogData, Item, Turn, field,
    texts::{list, numbered, progress},
    windows,
};
use serde::{Deserialize, Serialize};

windows! { pub(crate) Step { Menu, Extras, Lines, Cart } }

#[derive(Clone, Default, Serialize, Deserialize, DialogData)]
#[dialog(name = "cart", windows = Step)]
pub(crate) struct Cart {
    dish: Option<i64>,
    extras: BTreeSet<i64>,
    out: BTreeSet<i64>,
    gifts: BTreeSet<i64>,
    counts: BTreeMap<i64, u8>,
    is_fast: bool,
}

#[derive(Clone)]
pub(crate) struct Dish {
    id: i64,
    name: &'static str,
}

fn dishes(names: impl IntoIterator<Item = &'static str>) -> Vec<Dish> {
    let dishes = (1..).zip(names);
    dishes.map(|(id, name)| Dish { id, name }).collect()
}

async fn menu() -> Result<Vec<Dish>> {
    Ok(dishes(["Борщ", "Щи", "Уха", "Окрошка"]))
}

async fn extras() -> Result<Vec<Dish>> {
    Ok(dishes([
        "Сметана",
        "Зелень",
        "Чеснок",
        "Хрен",
        "Горчица",
        "Хлеб",
        "Сало",
    ]))
}

async fn lines(Data(cart): Data<Cart>) -> Result<Vec<Dish>> {
    let all = menu().await?.into_iter().take(2);
    Ok(all.filter(|dish| !cart.out.contains(&dish.id)).collect())
}

async fn throw_out(Item(dish): Item<i64>, Data(mut cart): Data<Cart>) -> Turn<Cart> {
    cart.out.insert(dish);
    Turn::stay().with(cart)
}

async fn clear() -> Turn<Cart> {
    Turn::cancel().toast("Корзина пуста")
}

pub(super) fn dialog() -> Dialog<Cart> {
    Dialog::<Cart>::new()
        .window_of(Step::Menu, menu, |w| {
            w.text(|v| html!("<b>Меню</b>\n{}", numbered(1, &v.rows, |dish| dish.name)));
            w.select(
                "dish",
                |v| v.rows.as_slice(),
                |dish| dish.id,
                |_, dish| dish.name,
            )
            .columns(2)
            .bind(field!(dish))
            .radio();
            w.next(|_| "Дальше");
        })
        .window_of(Step::Extras, extras, |w| {
            w.text(|v| {
                html!(
                    "<b>Добавки</b>\n{}",
                    progress(v.data.extras.len() as u64, 3, 10)
                )
            });
            w.scroll("rows", 3, |w| {
                w.multiselect(
                    "extras",
                    |v| v.rows.as_slice(),
                    |it| it.id,
                    |_, it| it.name,
                    field!(extras),
                )
                .max(3);
            });
            w.next(|_| "Дальше");
        })
        .window_of(Step::Lines, lines, |w| {
            w.text(|v| html!("<b>Корзина</b>\n{}", list(&v.rows, |dish| dish.name)));
            w.each(
                "dishes",
                |v| v.rows.as_slice(),
                |dish| dish.id,
                |w| {
                    w.row(|w| {
                        w.button("out", |v| format!("✕ {}", v.rows.name), throw_out)
                            .once();
                        w.check("gift", field!(gifts), |_| "в подарок");
                    });
                    w.count("count", field!(counts), 1..=9);
                },
            );
            w.next(|_| "Дальше");
        })
        .window(Step::Cart, |w| {
            w.text(|_| "Всё верно?");
            w.toggle("fast", field!(is_fast), |_| "Срочно");
            w.row(|w| {
                w.link(|_| Button::url("Сайт", "https://example.org"));
                w.link(|_| Button::copy("Промокод", "LETO"));
            });
            w.when(|v| v.data.is_fast, |w| w.back(|_| "‹ Корзина"));
            w.button("clear", |_| "Очистить", clear)
                .once()
                .look(Button::danger)
                .ends();
        })
}
