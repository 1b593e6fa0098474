//! What is for sale, who pays for it, and the bot's Stars.

mod checkout;
mod invoice;
mod stars;

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::checkout::CheckoutEnd;
pub(crate) use self::{
    checkout::{Checkout, Wallet},
    invoice::{Invoice, Sale, needs_address},
};
use super::{State, changes::Key};

/// How many checkouts are kept, those that have ended too.
const KEPT: usize = 20_000;

/// All that has to do with money.
#[derive(Debug, Default)]
pub(super) struct Payments {
    /// Those of links, by the last part of the link.
    pub(super) links: BTreeMap<String, Invoice>,
    /// By the ids of their queries; one that asks twice has two.
    checkouts: BTreeMap<String, Checkout>,
    order: VecDeque<String>,
    /// How many messages beyond the free limits the bot paid for.
    pub(super) broadcast: u64,
    /// By number, in the order in which they were made.
    pub(super) made: BTreeMap<u64, Payment>,
}

/// Money that came, or went back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Payment {
    /// `telegram_payment_charge_id`; a refund has the payment's.
    pub(crate) charge: String,
    pub(crate) provider_charge: String,
    pub(crate) payer: i64,
    pub(crate) chat_id: i64,
    pub(crate) currency: String,
    /// In the smallest units of the currency.
    pub(crate) amount: i64,
    pub(crate) payload: String,
    pub(crate) date: i64,
    pub(crate) is_refund: bool,
    /// For the media of a message rather than an invoice.
    #[serde(default)]
    pub(crate) media: Option<Value>,
    /// Seconds, of a subscription.
    #[serde(default)]
    pub(crate) subscription_period: Option<i64>,
    /// Until when it is paid.
    #[serde(default)]
    pub(crate) expires: Option<i64>,
    #[serde(default)]
    pub(crate) is_canceled: bool,
    /// The charge that a subscription began with, of its later payments.
    #[serde(default)]
    pub(crate) goes_on: Option<String>,
}

impl Payment {
    /// Whether it was paid in Stars.
    pub(crate) fn is_in_stars(&self) -> bool {
        self.currency == "XTR"
    }
}

impl State {
    /// Notes money that came or went.
    fn note_payment(&mut self, payment: Payment) -> u64 {
        let number = self
            .payments
            .made
            .keys()
            .next_back()
            .map_or(1, |last| last + 1);
        self.payments.made.insert(number, payment);
        self.changes.mark(Key::Payment(number));
        number
    }

    /// The payment with this charge id, by its number.
    pub(crate) fn payment(&self, charge: &str) -> Option<(u64, &Payment)> {
        let mut made = self.payments.made.iter();
        let (number, payment) =
            made.find(|(_, payment)| payment.charge == charge && !payment.is_refund)?;
        Some((*number, payment))
    }

    /// Whether the bot gave a payment back.
    pub(crate) fn is_refunded(&self, charge: &str) -> bool {
        self.payments()
            .any(|(_, other)| other.is_refund && other.charge == charge)
    }

    /// All money that came and went, in order.
    pub(crate) fn payments(&self) -> impl Iterator<Item = (u64, &Payment)> {
        self.payments
            .made
            .iter()
            .map(|(number, payment)| (*number, payment))
    }

    /// Puts an invoice behind a link, and returns the link.
    pub(crate) fn link_invoice(&mut self, invoice: Invoice) -> String {
        let slug: String = std::iter::repeat_with(fastrand::alphanumeric)
            .take(16)
            .collect();
        self.changes.mark(Key::Invoice(slug.clone()));
        let link = format!("https://t.me/${slug}");
        self.payments.links.insert(slug, invoice);
        link
    }

    /// The invoice behind a link.
    pub(crate) fn invoice_behind(&self, link: &str) -> Option<&Invoice> {
        let slug = link.rsplit_once('$').map_or(link, |(_, slug)| slug);
        self.payments.links.get(slug)
    }

    pub(super) fn put_checkout(&mut self, id: &str, checkout: Checkout) {
        let Payments {
            checkouts, order, ..
        } = &mut self.payments;
        if checkouts.insert(id.to_owned(), checkout).is_none() {
            order.push_back(id.to_owned());
        }
        if order.len() > KEPT
            && let Some(oldest) = order.pop_front()
        {
            checkouts.remove(&oldest);
        }
    }

    /// The checkout with this query, or that went on with another.
    pub(crate) fn checkout(&self, id: &str) -> Option<&Checkout> {
        let mut all = std::iter::once(&self.payments).chain(self.other_payments());
        all.find_map(|payments| {
            let checkout = payments.checkouts.get(id)?;
            match &checkout.went_on {
                Some(next) => payments.checkouts.get(next),
                None => Some(checkout),
            }
        })
    }

    fn checkout_mut(&mut self, id: &str) -> Option<&mut Checkout> {
        self.payments.checkouts.get_mut(id)
    }
}
