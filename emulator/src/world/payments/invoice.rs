//! What a bot asks money for: an invoice, or the media of a message.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// An invoice, with what only the bot knows of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Invoice {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) payload: String,
    pub(crate) currency: String,
    /// In the smallest units of the currency, as all amounts are.
    pub(crate) total: i64,
    pub(crate) max_tip: i64,
    /// What the payer has to tell: `name`, `phone_number`, `email`, `shipping_address`.
    pub(crate) needs: Vec<String>,
    /// The price depends on where it is shipped to.
    pub(crate) is_flexible: bool,
    pub(crate) start_parameter: String,
    /// Seconds.
    pub(crate) subscription_period: Option<i64>,
}

impl Invoice {
    /// As messages show it.
    pub(crate) fn shown(&self) -> Value {
        json!({
            "title": self.title, "description": self.description, "start_parameter": self.start_parameter,
            "currency": self.currency, "total_amount": self.total,
        })
    }

    /// The text of the button that pays for it.
    pub(crate) fn button(&self) -> String {
        match self.currency.as_str() {
            "XTR" => format!("Pay ⭐️{}", self.total),
            currency => format!(
                "Pay {}.{:02} {currency}",
                self.total / 100,
                self.total % 100
            ),
        }
    }
}

/// What a message sells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sale {
    Invoice(Box<Invoice>),
    /// Its media, with the `payload` that the bot gave.
    Media {
        stars: i64,
        payload: String,
    },
}

/// Whether an invoice asks where to ship to.
pub(crate) fn needs_address(invoice: &Invoice) -> bool {
    invoice.is_flexible || invoice.needs.iter().any(|need| need == "shipping_address")
}
