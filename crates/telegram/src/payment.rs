//! Payments, as far as the service needs to know them: what is paid for, and how much. Amounts are in
//! the smallest units of the currency, as wide as Telegram documents numbers.

use super::{
    User,
    lenient::{Lenient, fields},
    object::objects,
};

/// A checkout that Telegram wants confirmed within ten seconds, by `answerPreCheckoutQuery`. The rest
/// is in [`types`](crate::types), by [`Update::payload`](super::Update::payload).
///
/// It is an argument of handlers of `pre_checkout_query`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PreCheckoutQuery {
    /// The id to answer it by.
    pub id: String,
    /// Who pays.
    pub from: User,
    /// The currency, such as `RUB`, or `XTR` for Telegram's stars.
    pub currency: String,
    /// The price: 14500 for 145 roubles.
    pub total_amount: i64,
    /// What the bot wrote into the invoice.
    pub invoice_payload: String,
}

/// A payment that succeeded. The rest is in [`types::Message`](crate::types::Message).
///
/// It is an argument of handlers of messages.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SuccessfulPayment {
    /// The currency, such as `RUB`, or `XTR` for Telegram's stars.
    pub currency: String,
    /// The price: 14500 for 145 roubles.
    pub total_amount: i64,
    /// What the bot wrote into the invoice.
    pub invoice_payload: String,
    /// Telegram's id of the payment, by which stars are refunded.
    pub telegram_payment_charge_id: String,
    /// The provider's id of the payment.
    pub provider_payment_charge_id: String,
}

objects! {
    /// A payment that was given back.
    pub struct RefundedPayment {
        /// The currency, such as `RUB`, or `XTR` for Telegram's stars.
        pub currency: String => required,
        /// The price: 14500 for 145 roubles.
        pub total_amount: i64 => required,
        /// What the bot wrote into the invoice.
        pub invoice_payload: String => required,
        /// Telegram's id of the payment.
        pub telegram_payment_charge_id: String => required,
    }

    /// Where the goods of an invoice are to be sent, of one whose price depends on it:
    /// `answerShippingQuery` answers.
    pub struct ShippingQuery {
        /// The id to answer it by.
        pub id: String => required,
        /// Who pays.
        pub from: User => required,
        /// What the bot wrote into the invoice.
        pub invoice_payload: String => required,
        /// Where to.
        pub shipping_address: ShippingAddress => required,
    }

    /// An address.
    pub struct ShippingAddress {
        /// ISO 3166-1 alpha-2 code of the country.
        pub country_code: String,
        /// The state, possibly empty.
        pub state: String,
        /// The city.
        pub city: String,
        /// First line.
        pub street_line1: String,
        /// Second line.
        pub street_line2: String,
        /// The post code.
        pub post_code: String,
    }

    /// Somebody bought paid media that the bot sent outside of channels with a payload.
    pub struct PurchasedPaidMedia {
        /// Who bought it.
        pub from: User => required,
        /// What the bot wrote into it.
        pub paid_media_payload: String => required,
    }

    /// A subscription to the bot that was changed: by its owner, or since it could not be paid.
    pub struct Subscription {
        /// Whose it is.
        pub user: User => required,
        /// What the bot wrote into the invoice.
        pub invoice_payload: String => required,
        /// What it is now.
        pub state: SubscriptionState,
    }
}

/// What a subscription to the bot is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubscriptionState {
    /// It goes on.
    Active,
    /// It ends with the period that is paid.
    Canceled,
    /// The next period could not be paid.
    Failed,
    /// A state that this version of the library does not know.
    #[default]
    Unknown,
}

impl Lenient for SubscriptionState {
    fn read(json: &[u8]) -> Option<Self> {
        Some(match json {
            br#""active""# => Self::Active,
            br#""canceled""# => Self::Canceled,
            br#""failed""# => Self::Failed,
            _ => Self::Unknown,
        })
    }
}

/// What a checkout and a payment have in common.
#[derive(Default)]
struct Price {
    currency: Option<String>,
    total_amount: Option<i64>,
    invoice_payload: Option<String>,
}

impl Price {
    fn learn(&mut self, key: &[u8], value: &[u8]) {
        match key {
            b"currency" => self.currency = String::read(value),
            b"total_amount" => self.total_amount = i64::read(value),
            b"invoice_payload" => self.invoice_payload = String::read(value),
            _ => {}
        }
    }
}

impl Lenient for PreCheckoutQuery {
    fn read(json: &[u8]) -> Option<Self> {
        let (mut id, mut from, mut price) = (None, None, Price::default());
        for (key, value) in fields(json) {
            match &*key {
                b"id" => id = String::read(value),
                b"from" => from = User::read(value),
                key => price.learn(key, value),
            }
        }
        Some(Self {
            id: id?,
            from: from?,
            currency: price.currency?,
            total_amount: price.total_amount?,
            invoice_payload: price.invoice_payload?,
        })
    }
}

impl Lenient for SuccessfulPayment {
    fn read(json: &[u8]) -> Option<Self> {
        let (mut telegrams_id, mut providers_id, mut price) = (None, None, Price::default());
        for (key, value) in fields(json) {
            match &*key {
                b"telegram_payment_charge_id" => telegrams_id = String::read(value),
                b"provider_payment_charge_id" => providers_id = String::read(value),
                key => price.learn(key, value),
            }
        }
        Some(Self {
            currency: price.currency?,
            total_amount: price.total_amount?,
            invoice_payload: price.invoice_payload?,
            telegram_payment_charge_id: telegrams_id?,
            provider_payment_charge_id: providers_id.unwrap_or_default(),
        })
    }
}
