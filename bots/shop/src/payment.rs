//! Payment of an order: the invoice, the check before money moves, and the thanks.

use ostankino::Call;
use ostankino::extract::{PreCheckoutQuery, SuccessfulPayment};
use ostankino::prelude::*;
use secrecy::ExposeSecret;

use crate::{Visit, cart, order::Draft, store};

/// Makes an order of the cart, and asks for its money.
pub(crate) async fn ask(draft: Draft, visit: &Visit) -> Result<Reply> {
    let lines = store::cart(&visit.user, &visit.db).await?;
    if lines.is_empty() {
        return Err(Error::user(visit.lang.empty_cart()));
    }
    let delivery = draft.delivery.unwrap_or(0);
    let total = cart::total(&lines) + delivery;
    let id = store::place(draft, &lines, total, visit).await?;
    let title = format!("{} № {id}", visit.lang.order());
    let mut invoice = Invoice::new(&*title, &*title, id.to_string())
        .provider(visit.shop.provider_token.expose_secret())
        .currency("RUB")
        .price(visit.lang.delivery(), kopecks(delivery));
    for line in &lines {
        invoice = invoice.price(&*line.name, kopecks(line.price * line.count));
    }
    Ok(Reply::invoice(invoice))
}

fn kopecks(roubles: i32) -> i64 {
    i64::from(roubles) * 100
}

pub(crate) async fn check(query: PreCheckoutQuery, visit: Visit) -> Result<Reply> {
    let order = query.invoice_payload.parse()?;
    if !store::is_open(order, &visit.db).await? {
        return Err(Error::user(visit.lang.closed()));
    }
    Ok(Reply::confirm())
}

pub(crate) async fn thank(payment: SuccessfulPayment, visit: Visit) -> Result<Reply> {
    let order = payment.invoice_payload.parse()?;
    if !store::pay(order, &payment.telegram_payment_charge_id, &visit.db).await? {
        // Telegram told of it before.
        return Ok(Reply::none());
    }
    let mut reply = Reply::text(visit.lang.paid());
    for admin in &visit.shop.admin_ids {
        // An order that was paid for, and of which nobody heard, would never be delivered.
        let told = Call::new("sendMessage")
            .param("chat_id", *admin)
            .param("text", html!("№ {order}: /orders"))
            .param("parse_mode", "HTML");
        reply = reply.and(Reply::must(told));
    }
    Ok(reply)
}
