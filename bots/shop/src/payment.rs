//! Payment of an order: the invoice, the check before money moves, and the thanks.

use ostankino::Call;
use ostankino::extract::{PreCheckoutQuery, SuccessfulPayment};
use ostankino::prelude::*;
use ostankino_dialogs::{Data, Turn};
use secrecy::ExposeSecret;

use crate::{Shop, Texts, order::Order, roubles, store};

/// Makes an order of the cart at today's prices, which the invoice shows, and asks for its money.
pub(crate) async fn ask(
    Data(order): Data<Order>,
    t: Texts,
    user: User,
    shop: State<Shop>,
    db: DbSession,
) -> Result<Turn<Order>> {
    let lines = store::cart(user.clone(), db.clone()).await?;
    if lines.is_empty() {
        return Err(Error::user(t.empty_cart()));
    }
    let delivery = order.delivery.unwrap_or(0);
    let id = store::place(order, &lines, &user, &db).await?;
    let title = t.order_title_plain(id);
    let mut invoice = Invoice::new(title.clone(), title, id.to_string())
        .provider(shop.provider_token.expose_secret())
        .currency("RUB")
        .price(t.delivery_plain(), roubles(delivery).0);
    for line in &lines {
        invoice = invoice.price(&*line.name, roubles(line.price * line.count).0);
    }
    Ok(Turn::close().say(Reply::invoice(invoice)))
}

pub(crate) async fn check(query: PreCheckoutQuery, t: Texts, db: DbSession) -> Result<Reply> {
    match store::is_open(query.invoice_payload.parse()?, &db).await? {
        true => Ok(Reply::confirm()),
        false => Err(Error::user(t.closed())),
    }
}

pub(crate) async fn thank(
    payment: SuccessfulPayment,
    t: Texts,
    shop: State<Shop>,
    db: DbSession,
) -> Result<Reply> {
    let order = payment.invoice_payload.parse()?;
    if !store::pay(order, &payment.telegram_payment_charge_id, &db).await? {
        // Telegram told of it before.
        return Ok(Reply::none());
    }
    let mut reply = Reply::text(t.paid());
    for admin in &shop.admin_ids {
        // An order that was paid for, and of which nobody heard, would never be delivered.
        let told = Call::new("sendMessage")
            .param("chat_id", *admin)
            .param("text", t.to_deliver(order))
            .param("parse_mode", "HTML");
        reply = reply.and(Reply::must(told));
    }
    Ok(reply)
}
