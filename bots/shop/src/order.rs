//! An order in four steps: a name, a phone number, an address, and whether all is right.

use std::time::Duration;

use diesel::Insertable;
use ostankino::extract::{Contact, Location};
use ostankino::{db::storable, prelude::*};
use serde::{Deserialize, Serialize};

use crate::store::{self, orders};
use crate::{Visit, cart, payment, texts::Lang};

#[derive(CallbackData)]
#[callback(prefix = "order")]
pub(crate) enum Order {
    Begin,
    Pay,
}

#[derive(Serialize, Deserialize, DialogueState)]
#[state(name = "order.name")]
pub(crate) struct AskName {}

#[derive(Serialize, Deserialize, DialogueState)]
#[state(name = "order.phone")]
pub(crate) struct AskPhone {
    name: String,
}

#[derive(Serialize, Deserialize, DialogueState)]
#[state(name = "order.address")]
pub(crate) struct AskAddress {
    name: String,
    phone: String,
}

/// All is known, and waits for a button.
#[derive(Serialize, Deserialize, DialogueState, Insertable)]
#[state(name = "order.draft")]
#[diesel(table_name = orders)]
pub(crate) struct Draft {
    name: String,
    phone: String,
    address: String,
    /// In roubles; nothing if the service did not say.
    pub(crate) delivery: Option<i32>,
}

pub(crate) async fn receive_name(text: Option<Text>, visit: Visit) -> Result<Reply> {
    let name = written(text, visit.lang)?;
    visit.fsm.set(AskPhone { name })?;
    let keys = ReplyKeyboard::new().row([Key::contact(visit.lang.my_phone())]);
    Ok(Reply::text(visit.lang.ask_phone()).keyboard(keys))
}

pub(crate) async fn receive_phone(
    Current(AskPhone { name }): Current<AskPhone>,
    contact: Option<Contact>,
    text: Option<Text>,
    visit: Visit,
) -> Result<Reply> {
    let phone = match contact {
        Some(contact) => contact.phone_number,
        None => written(text, visit.lang)?,
    };
    visit.fsm.set(AskAddress { name, phone })?;
    let keys = ReplyKeyboard::new().row([Key::location(visit.lang.my_place())]);
    Ok(Reply::text(visit.lang.ask_address()).keyboard(keys))
}

pub(crate) async fn receive_address(
    Current(AskAddress { name, phone }): Current<AskAddress>,
    place: Option<Location>,
    text: Option<Text>,
    State(client): State<reqwest::Client>,
    visit: Visit,
) -> Result<Reply> {
    let lang = visit.lang;
    let address = match place {
        Some(place) => format!("{:.5}, {:.5}", place.latitude, place.longitude),
        None => written(text, lang)?,
    };
    // Before the first query: no transaction waits with it.
    let delivery = delivery_price(&client, &visit.shop.delivery_url, &address).await;
    let price = delivery.map_or(lang.by_agreement().into(), |price| html!("{price} ₽"));
    let goods = cart::summary(&store::cart(&visit.user, &visit.db).await?, lang);
    let summary = html!(
        "{goods}\n{}: {price}\n\n{name}, {phone}\n{address}",
        lang.delivery()
    );
    visit.fsm.set(Draft {
        name,
        phone,
        address,
        delivery,
    })?;
    let thanks = Reply::text(lang.thanks()).keyboard(Keyboard::remove());
    Ok(thanks.and(Reply::text(summary).press(lang.pay(), &Order::Pay)))
}

pub(crate) async fn decide(
    Pressed(press): Pressed<Order>,
    draft: Option<Current<Draft>>,
    visit: Visit,
) -> Result<Reply> {
    match (press, draft) {
        (Order::Begin, _) => {
            if store::cart(&visit.user, &visit.db).await?.is_empty() {
                return Err(Error::user(visit.lang.empty_cart()));
            }
            visit.fsm.set(AskName {})?;
            Ok(Reply::text(visit.lang.ask_name()))
        }
        (Order::Pay, Some(Current(draft))) => {
            visit.fsm.clear();
            Ok(Reply::edit_keyboard(InlineKeyboard::new()).and(payment::ask(draft, &visit).await?))
        }
        (Order::Pay, None) => Ok(Reply::toast(visit.lang.closed())),
    }
}

pub(crate) async fn cancel(visit: Visit) -> Reply {
    visit.fsm.clear();
    Reply::text(visit.lang.cancelled()).keyboard(Keyboard::remove())
}

/// What was asked for in words.
fn written(text: Option<Text>, lang: Lang) -> Result<String> {
    let text = text.map(|text| storable(text.trim()).into_owned());
    let fits = |text: &String| (1..=200).contains(&text.chars().count());
    text.filter(fits).ok_or_else(|| Error::user(lang.write()))
}

/// In roubles; nothing if the service does not say so in time.
async fn delivery_price(client: &reqwest::Client, url: &str, to: &str) -> Option<i32> {
    let request = client.post(url).timeout(Duration::from_secs(3));
    let request = request.body(to.to_owned());
    let price = async { request.send().await?.error_for_status()?.json().await };
    let warn = |error: &reqwest::Error| tracing::warn!(%error, "delivery has no price");
    price.await.inspect_err(warn).ok()
}
