//! A reply that asks for money.

use serde_json::{Map, Value, json};

use super::{Reply, checks::Checked, mistake::Mistake};
use crate::{html::Plain, telegram::Call};

/// The most bytes of an invoice's payload: <https://core.telegram.org/bots/api#sendinvoice>.
const MAX_PAYLOAD: usize = 128;

impl Reply {
    /// Sends an invoice. Its first button pays; without buttons Telegram makes one.
    #[track_caller]
    pub fn invoice(invoice: Invoice) -> Self {
        let problem = invoice.check();
        let Invoice { params, mistake } = invoice;
        let call = params
            .into_iter()
            .fold(Call::new("sendInvoice"), |call, (name, value)| {
                call.param(&name, value)
            });
        Self::call(call).mistaken(mistake).checked(problem)
    }
}

/// What is paid for, and how much.
///
/// ```
/// use ostankino_core::{Reply, reply::{Button, Invoice}};
///
/// let stars = Reply::invoice(Invoice::new("Подписка", "На месяц", "sub:1").stars(100));
/// let pizza = Invoice::new("Пицца", "Маргарита, 30 см", "order:7")
///     .provider("381764678:TEST:1")
///     .currency("RUB")
///     .price("Пицца", 59_000)
///     .price("Скидка", -9_000)
///     .with("need_phone_number", true);
/// let reply = Reply::invoice(pizza).put(Button::pay("Заплатить 500 ₽"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an invoice does nothing until it is in a reply"]
pub struct Invoice {
    params: Map<String, Value>,
    mistake: Option<Mistake>,
}

impl Invoice {
    /// The name of what is sold (1 to 32 characters), what it is (1 to 255), and what the bot will
    /// know the payment by (1 to 128 bytes, which the user does not see).
    #[track_caller]
    pub fn new(
        title: impl Into<Plain>,
        description: impl Into<Plain>,
        payload: impl Into<String>,
    ) -> Self {
        let (Plain(title), Plain(description)) = (title.into(), description.into());
        let payload = payload.into();
        let problem = length("title", title.chars().count(), 32)
            .and_then(|()| length("description", description.chars().count(), 255))
            .and_then(|()| length("payload", payload.len(), MAX_PAYLOAD));
        let invoice = Self {
            params: Map::new(),
            mistake: Mistake::of(problem),
        };
        invoice
            .with("title", title)
            .with("description", description)
            .with("payload", payload)
    }

    /// The price in Telegram's stars.
    pub fn stars(self, amount: i64) -> Self {
        self.currency("XTR").price("Stars", amount)
    }

    /// The currency of the prices: three letters of ISO 4217.
    pub fn currency(self, currency: impl Into<String>) -> Self {
        self.with("currency", currency.into())
    }

    /// Adds a part of the price, in the smallest units of the currency: 14500 for 145 roubles. One
    /// below zero is taken off.
    pub fn price(mut self, label: impl Into<Plain>, amount: i64) -> Self {
        let part = json!({"label": label.into().0, "amount": amount});
        match self.params.get_mut("prices").and_then(Value::as_array_mut) {
            Some(prices) => {
                prices.push(part);
                self
            }
            None => self.with("prices", vec![part]),
        }
    }

    /// The token of the payment provider, from `@BotFather`; stars need none.
    pub fn provider(self, token: impl Into<String>) -> Self {
        self.with("provider_token", token.into())
    }

    /// Sets any other parameter, such as `photo_url`, `need_email` or `max_tip_amount`:
    /// <https://core.telegram.org/bots/api#sendinvoice>.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.params.insert(name.into(), value.into());
        self
    }

    fn check(&self) -> Checked {
        for (name, what) in [("currency", "currency"), ("prices", "price")] {
            if !self.params.contains_key(name) {
                return Err(format!("an invoice has no {what}"));
            }
        }
        Ok(())
    }
}

fn length(what: &str, length: usize, most: usize) -> Checked {
    match length {
        0 => Err(format!("an invoice has no {what}")),
        length if length <= most => Ok(()),
        length => Err(format!(
            "the {what} of an invoice is {length} long, the most is {most}"
        )),
    }
}
