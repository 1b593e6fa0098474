//! An order in four steps: a name, a phone number, an address, and whether all is right.

use std::time::Duration;

use ostankino::prelude::*;
use ostankino_dialogs::{Data, Dialog, DialogData, Dialogs, Turn, View, field, windows};
use serde::{Deserialize, Serialize};

use crate::store::{self, orders};
use crate::{Shop, Texts, cart, payment, roubles, samples};

windows! { pub(crate) Step { Name, Phone, Address, Summary } }

#[derive(Clone, Default, Serialize, Deserialize, DialogData, diesel::Insertable)]
#[dialog(name = "order", windows = Step)]
#[diesel(table_name = orders)]
pub(crate) struct Order {
    pub(crate) name: String,
    pub(crate) phone: String,
    pub(crate) address: String,
    /// In roubles; nothing if the service did not say.
    pub(crate) delivery: Option<i32>,
}

pub(crate) fn order() -> Dialog<Order, Texts> {
    Dialog::<Order, Texts>::new()
        .window(Step::Name, |w| {
            w.text(|v| v.t.ask_name());
            w.ask_text(1..=200, field!(name))
                .on(to_phone)
                .leads(&[Step::Phone]);
            w.samples(|t| View::sample(Order::default(), (), t));
        })
        .window(Step::Phone, |w| {
            w.text(|v| v.t.ask_phone());
            w.ask_contact(field!(phone))
                .on(to_address)
                .leads(&[Step::Address]);
            w.ask_text(1..=200, field!(phone)).on(to_address);
            w.back(|v| v.t.back_button());
            w.samples(|t| View::sample(Order::default(), (), t));
        })
        .window(Step::Address, |w| {
            w.text(|v| v.t.ask_address());
            w.ask_location(field!(address))
                .on(to_summary)
                .leads(&[Step::Summary]);
            w.ask_text(1..=200, field!(address)).on(to_summary);
            w.back(|v| v.t.back_button());
            w.samples(|t| View::sample(Order::default(), (), t));
        })
        .window_of(Step::Summary, store::cart, |w| {
            w.text(|v| {
                let order = &v.data;
                let cart = cart::summary(&v.rows, &v.t);
                let delivery = match order.delivery {
                    Some(price) => v.t.delivery(roubles(price)),
                    None => v.t.delivery_by_agreement(),
                };
                v.t.order(&order.address, cart, delivery, &order.name, &order.phone)
            });
            w.button("pay", |v| v.t.pay_button(), payment::ask)
                .once()
                .ends();
            w.back(|v| v.t.back_button());
            w.samples(|t| View::sample(samples::order(), samples::lines(), t));
        })
}

async fn to_phone(t: Texts) -> Turn<Order> {
    let keys = ReplyKeyboard::new().row([Key::contact(t.phone_button())]);
    Turn::to(Step::Phone).say(Reply::text(t.send_phone()).keyboard(keys))
}

async fn to_address(t: Texts) -> Turn<Order> {
    let keys = ReplyKeyboard::new().row([Key::location(t.place_button())]);
    Turn::to(Step::Address).say(Reply::text(t.send_place()).keyboard(keys))
}

async fn to_summary(
    Data(order): Data<Order>,
    State(client): State<reqwest::Client>,
    State(shop): State<Shop>,
    t: Texts,
) -> Turn<Order> {
    // Before the first query: no transaction waits with it.
    let delivery = delivery_price(&client, &shop.delivery_url, &order.address).await;
    let thanks = Reply::text(t.thanks()).keyboard(Keyboard::remove());
    Turn::to(Step::Summary)
        .with(Order { delivery, ..order })
        .say(thanks)
}

pub(crate) async fn cancel(dialogs: Dialogs, t: Texts) -> Result<Reply> {
    let told = Reply::text(t.cancelled()).keyboard(Keyboard::remove());
    Ok(dialogs.close().await?.and(told))
}

/// In roubles; nothing if the service does not say so in time.
async fn delivery_price(client: &reqwest::Client, url: &str, to: &str) -> Option<i32> {
    let request = client.post(url).timeout(Duration::from_secs(3));
    let request = request.body(to.to_owned());
    let price = async { request.send().await?.error_for_status()?.json().await };
    let warn = |error: &reqwest::Error| tracing::warn!(%error, "delivery has no price");
    price.await.inspect_err(warn).ok()
}
