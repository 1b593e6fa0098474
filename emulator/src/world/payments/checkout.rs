//! A person pays: the bot is asked where to ship to and whether all is well, within ten seconds each, and told of the payment.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{Invoice, Payment, Sale, needs_address};
use crate::{
    protocol::objects::Content,
    world::{Draft, State, clock::Due},
};

/// How long Telegram waits for the bot.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a person pays with, and tells of themselves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wallet {
    pub(crate) tip: i64,
    /// `name`, `phone_number`, `email`, `shipping_address`; what an invoice wants and is not here, is made up.
    pub(crate) info: Map<String, Value>,
    /// Which way of shipping they take; the first unless named.
    pub(crate) shipping_option: Option<String>,
}

/// A payment in the making.
#[derive(Clone, Debug)]
pub(crate) struct Checkout {
    payer: i64,
    chat_id: i64,
    /// The message with the invoice.
    message_id: Option<i64>,
    invoice: Invoice,
    wallet: Wallet,
    total: i64,
    shipping_option_id: Option<String>,
    pub(super) asks_for_shipping: bool,
    /// The next query of the same payment.
    pub(super) went_on: Option<String>,
    /// How it ended; `None` while the bot is asked.
    pub(crate) end: Option<CheckoutEnd>,
}

/// How a payment ended.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CheckoutEnd {
    /// It was paid, under this `telegram_payment_charge_id`.
    Paid(String),
    /// The bot refused, in these words.
    Refused(String),
    /// The bot did not answer within ten seconds.
    Expired,
}

impl State {
    /// A person begins to pay for what a message sells. Returns the id of the query that the bot is asked by, empty for
    /// media, which are paid at once, and of the update.
    pub(crate) fn pay_for_message(
        &mut self,
        payer: i64,
        (chat_id, message_id): (i64, i64),
        wallet: Wallet,
    ) -> Result<(String, i64), String> {
        let stored = self
            .message(chat_id, message_id)
            .ok_or("there is no such message")?;
        if let Some(owner) = self.owner(stored).filter(|owner| *owner != self.bot.id) {
            return self.as_bot(owner, |state| {
                state.pay_for_message(payer, (chat_id, message_id), wallet)
            });
        }
        match stored.sale.as_deref().cloned() {
            None => Err("the message sells nothing".to_owned()),
            Some(Sale::Media { stars, payload }) => {
                let media = stored.message.content.parts.get("paid_media").cloned();
                let update_id = self.buy_media(payer, chat_id, stars, &payload, media);
                Ok((String::new(), update_id))
            }
            Some(Sale::Invoice(invoice)) => {
                if invoice.message_is_paid(stored) {
                    return Err("the invoice is paid already".to_owned());
                }
                self.pay(payer, chat_id, Some(message_id), *invoice, wallet)
            }
        }
    }

    /// The same by a link; the receipt comes to their private chat.
    pub(crate) fn pay_by_link(
        &mut self,
        payer: i64,
        link: &str,
        wallet: Wallet,
    ) -> Result<(String, i64), String> {
        let invoice = self
            .invoice_behind(link)
            .ok_or("there is no such link")?
            .clone();
        self.pay(payer, payer, None, invoice, wallet)
    }

    fn pay(
        &mut self,
        payer: i64,
        chat_id: i64,
        message_id: Option<i64>,
        invoice: Invoice,
        mut wallet: Wallet,
    ) -> Result<(String, i64), String> {
        if !(0..=invoice.max_tip).contains(&wallet.tip) {
            return Err(format!("a tip is {} at most here", invoice.max_tip));
        }
        self.make_up(payer, &invoice, &mut wallet.info);
        let checkout = Checkout {
            payer,
            chat_id,
            message_id,
            total: invoice.total + wallet.tip,
            asks_for_shipping: invoice.is_flexible,
            shipping_option_id: None,
            invoice,
            wallet,
            went_on: None,
            end: None,
        };
        Ok(self.ask(checkout))
    }

    /// Asks the bot the next question of a payment.
    fn ask(&mut self, checkout: Checkout) -> (String, i64) {
        let id = fastrand::u64(1 << 60..1 << 63).to_string();
        let mut query = json!({
            "id": id, "from": self.person(checkout.payer).user, "invoice_payload": checkout.invoice.payload,
        });
        let update_id = if checkout.asks_for_shipping {
            query["shipping_address"] = checkout.wallet.info["shipping_address"].clone();
            self.queue_update("shipping_query", &query)
        } else {
            query["currency"] = json!(checkout.invoice.currency);
            query["total_amount"] = json!(checkout.total);
            checkout.add_order(&mut query);
            self.queue_update("pre_checkout_query", &query)
        };
        self.put_checkout(&id, checkout);
        self.plan(PATIENCE, Due::CheckoutExpires(id.clone()));
        (id, update_id)
    }

    /// The bot answered: an error, or the ways of shipping if it was asked for those. `false` when it is too late.
    pub(crate) fn answer_checkout(
        &mut self,
        id: &str,
        for_shipping: bool,
        answer: Result<Vec<Value>, String>,
    ) -> bool {
        let Some(checkout) = self.checkout_mut(id).filter(|checkout| {
            checkout.end.is_none()
                && checkout.went_on.is_none()
                && checkout.asks_for_shipping == for_shipping
        }) else {
            return false;
        };
        match answer {
            Err(why) => checkout.end = Some(CheckoutEnd::Refused(why)),
            Ok(options) if for_shipping => {
                let mut next = checkout.clone();
                next.asks_for_shipping = false;
                match next.ship(&options) {
                    Err(why) => checkout.end = Some(CheckoutEnd::Refused(why)),
                    Ok(()) => {
                        let (next, _) = self.ask(next);
                        if let Some(checkout) = self.checkout_mut(id) {
                            checkout.went_on = Some(next);
                        }
                    }
                }
            }
            Ok(_) => {
                let checkout = checkout.clone();
                let charge = self.complete(&checkout);
                if let Some(checkout) = self.checkout_mut(id) {
                    checkout.end = Some(CheckoutEnd::Paid(charge));
                }
            }
        }
        true
    }

    /// Telegram waits no longer for the bot's answer.
    pub(crate) fn checkout_expires(&mut self, id: &str) {
        if let Some(checkout) = self.checkout_mut(id)
            && checkout.end.is_none()
            && checkout.went_on.is_none()
        {
            checkout.end = Some(CheckoutEnd::Expired);
        }
    }

    /// The money moves, and the bot is told by a service message.
    fn complete(&mut self, checkout: &Checkout) -> String {
        let invoice = &checkout.invoice;
        let expires = invoice
            .subscription_period
            .map(|period| self.now() + period);
        let charge = self.receive(Payment {
            charge: String::new(),
            provider_charge: String::new(),
            payer: checkout.payer,
            chat_id: checkout.chat_id,
            currency: invoice.currency.clone(),
            amount: checkout.total,
            payload: invoice.payload.clone(),
            date: self.now(),
            is_refund: false,
            media: None,
            subscription_period: invoice.subscription_period,
            expires,
            is_canceled: false,
            goes_on: None,
        });
        let (_, payment) = self.payment(&charge).expect("noted just now");
        let mut successful = payment.successful();
        checkout.add_order(&mut successful);
        if expires.is_some() {
            successful["is_recurring"] = json!(true);
            successful["is_first_recurring"] = json!(true);
        }
        let draft = Draft {
            content: Content::of_part("successful_payment", successful),
            reply_to: checkout.message_id,
            ..Draft::default()
        };
        self.tell_of_payment(checkout.payer, checkout.chat_id, draft);
        if let Some(id) = checkout.message_id
            && let Some(stored) = self.message_mut(checkout.chat_id, id)
            && checkout.chat_id > 0
        {
            stored.is_paid = true;
        }
        charge
    }

    pub(super) fn tell_of_payment(&mut self, payer: i64, chat_id: i64, draft: Draft) -> i64 {
        let from = self.person(payer).user.clone();
        let message = self.post(chat_id, from, draft, None);
        // One who blocked the bot meanwhile has paid nevertheless.
        match chat_id > 0 {
            true => self.queue_update("message", &message),
            false => self.tell_of(&message),
        }
    }

    /// What an invoice wants to know and the person did not say.
    fn make_up(&self, payer: i64, invoice: &Invoice, info: &mut Map<String, Value>) {
        let user = &self.person(payer).user;
        let mut needs: Vec<&str> = invoice.needs.iter().map(String::as_str).collect();
        if needs_address(invoice) {
            needs.push("shipping_address");
        }
        for need in needs {
            let made_up = match need {
                "name" => json!(user.first_name),
                "phone_number" => json!(format!("7900{:07}", payer % 10_000_000)),
                "email" => json!(format!("user{payer}@example.org")),
                _ => json!({
                    "country_code": "RU", "state": "", "city": "Москва", "street_line1": "Тверская улица, 1",
                    "street_line2": "", "post_code": "125009",
                }),
            };
            info.entry(need).or_insert(made_up);
        }
        info.retain(|name, _| {
            invoice.needs.contains(name) || name == "shipping_address" && needs_address(invoice)
        });
    }
}

impl Invoice {
    /// Whether a message with it, in a private chat, was paid: it can be only once.
    fn message_is_paid(&self, stored: &crate::world::Stored) -> bool {
        stored.is_paid && stored.message.chat.id > 0
    }
}

impl Checkout {
    /// Takes the way of shipping that the person wants.
    fn ship(&mut self, options: &[Value]) -> Result<(), String> {
        let wanted = self.wallet.shipping_option.as_deref();
        let option = options
            .iter()
            .find(|option| wanted.is_none_or(|wanted| option["id"] == wanted))
            .ok_or("the person's way of shipping is not offered")?;
        self.shipping_option_id = option["id"].as_str().map(str::to_owned);
        let prices = option["prices"].as_array().into_iter().flatten();
        self.total += prices
            .filter_map(|price| price["amount"].as_i64())
            .sum::<i64>();
        Ok(())
    }

    fn add_order(&self, to: &mut Value) {
        if let Some(id) = &self.shipping_option_id {
            to["shipping_option_id"] = json!(id);
        }
        if !self.wallet.info.is_empty() {
            to["order_info"] = json!(self.wallet.info);
        }
    }
}
