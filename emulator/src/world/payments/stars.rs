//! The bot's Stars: what came in, what was given back, and subscriptions that are paid again and again.

use std::time::Duration;

use serde_json::{Value, json};

use super::Payment;
use crate::{
    protocol::objects::Content,
    world::{Draft, State, changes::Key, clock::Due},
};

/// How many messages beyond the free limits one Star pays for.
const PER_STAR: u64 = 10;

impl State {
    /// Pays for messages beyond the free limits, ten for a Star.
    pub(crate) fn pay_broadcast(&mut self, messages: usize) {
        self.payments.broadcast += messages as u64;
    }

    /// How many messages were paid for so.
    pub(crate) fn paid_broadcast(&self) -> u64 {
        self.payments.broadcast
    }

    /// How many Stars the bot has.
    pub(crate) fn star_balance(&self) -> i64 {
        let spent = i64::try_from(self.payments.broadcast.div_ceil(PER_STAR)).unwrap_or(i64::MAX);
        let stars = self.payments().map(|(_, payment)| payment);
        let came: i64 = stars
            .filter(|payment| payment.is_in_stars())
            .map(|payment| {
                if payment.is_refund {
                    -payment.amount
                } else {
                    payment.amount
                }
            })
            .sum();
        came - spent
    }

    /// Money comes in; returns its charge id.
    pub(super) fn receive(&mut self, mut payment: Payment) -> String {
        let random: String = std::iter::repeat_with(fastrand::alphanumeric)
            .take(32)
            .collect();
        payment.charge = match payment.is_in_stars() {
            true => format!("stx{random}"),
            false => format!("{}_{random}", payment.payer),
        };
        payment.provider_charge = format!("{}_{}", payment.payer, self.payments.made.len() + 1);
        let charge = payment.charge.clone();
        if let Some(period) = payment.subscription_period {
            let period = Duration::from_secs(period.unsigned_abs());
            let first = payment.goes_on.clone().unwrap_or_else(|| charge.clone());
            self.plan(period, Due::SubscriptionRenews(first));
        }
        self.note_payment(payment);
        charge
    }

    /// Somebody buys the media of a message; the bot is told by an update of their own.
    pub(super) fn buy_media(
        &mut self,
        payer: i64,
        chat_id: i64,
        stars: i64,
        payload: &str,
        media: Option<Value>,
    ) -> i64 {
        self.receive(Payment {
            charge: String::new(),
            provider_charge: String::new(),
            payer,
            chat_id,
            currency: "XTR".to_owned(),
            amount: stars,
            payload: payload.to_owned(),
            date: self.now(),
            is_refund: false,
            media: media.map(|media| media["paid_media"].clone()),
            subscription_period: None,
            expires: None,
            is_canceled: false,
            goes_on: None,
        });
        let purchase = json!({"from": self.person(payer).user, "paid_media_payload": payload});
        self.queue_update("purchased_paid_media", &purchase)
    }

    /// The bot gives Stars back. The error is Telegram's.
    pub(crate) fn refund(&mut self, payer: i64, charge: &str) -> Result<(), &'static str> {
        let (_, payment) = self.payment(charge).ok_or("CHARGE_ID_INVALID")?;
        if payment.payer != payer || !payment.is_in_stars() {
            return Err("CHARGE_ID_INVALID");
        }
        if self.is_refunded(charge) {
            return Err("CHARGE_ALREADY_REFUNDED");
        }
        if self.star_balance() < payment.amount {
            return Err("BALANCE_TOO_LOW");
        }
        let refund = Payment {
            is_refund: true,
            date: self.now(),
            ..payment.clone()
        };
        let told = json!({
            "currency": refund.currency, "total_amount": refund.amount, "invoice_payload": refund.payload,
            "telegram_payment_charge_id": refund.charge,
        });
        let (chat_id, is_media) = (refund.chat_id, refund.media.is_some());
        self.note_payment(refund);
        if !is_media {
            let draft = Draft {
                content: Content::of_part("refunded_payment", told),
                ..Draft::default()
            };
            self.tell_of_payment(payer, chat_id, draft);
        }
        Ok(())
    }

    /// The bot, or the person, ends a subscription at its date, or takes that back. The person's own deed is told to the bot.
    pub(crate) fn cancel_subscription(
        &mut self,
        payer: i64,
        charge: &str,
        is_canceled: bool,
        is_told: bool,
    ) -> Result<i64, &'static str> {
        let first = self
            .payment(charge)
            .and_then(|(_, payment)| payment.goes_on.clone());
        let first = first.as_deref().unwrap_or(charge);
        let (number, payment) = self.payment(first).ok_or("CHARGE_ID_INVALID")?;
        if payment.payer != payer || payment.subscription_period.is_none() {
            return Err("CHARGE_ID_INVALID");
        }
        let payload = payment.payload.clone();
        self.changes.mark(Key::Payment(number));
        if let Some(payment) = self.payments.made.get_mut(&number) {
            payment.is_canceled = is_canceled;
        }
        if !is_told {
            return Ok(0);
        }
        let state = if is_canceled { "canceled" } else { "active" };
        let user = &self.person(payer).user;
        let update = json!({"user": user, "invoice_payload": payload, "state": state});
        Ok(self.queue_update("subscription", &update))
    }

    /// The next period of the subscription that began with this charge is paid, unless it was cancelled.
    pub(in crate::world) fn subscription_renews(&mut self, first: &str) {
        let Some((_, payment)) = self.payment(first) else {
            return;
        };
        let is_over = payment.is_canceled || self.is_refunded(first);
        let (Some(period), false) = (payment.subscription_period, is_over) else {
            return;
        };
        let mut next = payment.clone();
        next.date = self.now();
        next.expires = Some(next.date + period);
        next.goes_on = Some(first.to_owned());
        let (payer, chat_id) = (next.payer, next.chat_id);
        let charge = self.receive(next);
        let (_, payment) = self.payment(&charge).expect("noted just now");
        let mut successful = payment.successful();
        successful["is_recurring"] = json!(true);
        let draft = Draft {
            content: Content::of_part("successful_payment", successful),
            ..Draft::default()
        };
        self.tell_of_payment(payer, chat_id, draft);
    }

    /// Subscriptions of a world that was read back go on.
    pub(in crate::world) fn plan_renewals(&mut self) {
        let now = self.now();
        let paid = self
            .payments()
            .map(|(_, payment)| payment)
            .filter(|payment| !payment.is_refund);
        let planned: Vec<(String, i64)> = paid
            .filter_map(|payment| {
                let first = payment.goes_on.as_ref().unwrap_or(&payment.charge);
                Some((first.clone(), payment.expires?))
            })
            .filter(|(_, expires)| *expires > now)
            .collect();
        for (charge, expires) in planned {
            let after = Duration::from_secs((expires - now).unsigned_abs());
            self.plan(after, Due::SubscriptionRenews(charge));
        }
    }
}

impl Payment {
    /// A `SuccessfulPayment`.
    pub(super) fn successful(&self) -> Value {
        let mut shown = json!({
            "currency": self.currency, "total_amount": self.amount, "invoice_payload": self.payload,
            "telegram_payment_charge_id": self.charge, "provider_payment_charge_id": self.provider_charge,
        });
        if let Some(expires) = self.expires {
            shown["subscription_expiration_date"] = json!(expires);
        }
        shown
    }
}
