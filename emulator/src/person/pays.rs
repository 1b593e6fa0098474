//! People pay.

use serde_json::{Map, Value, json};

use super::Person;
use crate::{
    Group,
    world::{State, Wallet},
};

/// What a person pays with, and tells of themselves; what an invoice wants and is not said is made up.
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is paid until it is given to a person"]
pub struct Payment {
    tip: i64,
    info: Map<String, Value>,
    shipping_option: Option<String>,
}

impl Payment {
    /// Without a tip, with made up details.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a tip, in the smallest units of the currency.
    pub fn tip(mut self, amount: i64) -> Self {
        self.tip = amount;
        self
    }

    /// Tells `name`, `phone_number`, `email` (texts) or `shipping_address` (Telegram's object).
    pub fn tells(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.info.insert(name.to_owned(), value.into());
        self
    }

    /// Takes the way of shipping with this id; the first one unless set.
    pub fn ships_by(mut self, option_id: &str) -> Self {
        self.shipping_option = Some(option_id.to_owned());
        self
    }

    fn wallet(self) -> Wallet {
        Wallet {
            tip: self.tip,
            info: self.info,
            shipping_option: self.shipping_option,
        }
    }
}

/// A payment in the making: its end is awaited by [`Emulator::checkout_ended`](crate::Emulator::checkout_ended).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Checkout {
    /// The id of the first query by which the bot is asked; empty for media, which need none.
    pub id: String,
    /// The update that carries it.
    pub update_id: i64,
}

impl Person {
    /// Begins to pay for the invoice, or the media, of a message in the private chat.
    ///
    /// # Panics
    /// When the message sells nothing, or was paid for.
    #[track_caller]
    pub fn pays(&self, message_id: i64, payment: Payment) -> Checkout {
        let place = (self.id, message_id);
        self.pay(
            |state, wallet| state.pay_for_message(self.id, place, wallet),
            payment,
        )
    }

    /// The same of a message in a group.
    ///
    /// # Panics
    /// As [`pays`](Self::pays).
    #[track_caller]
    pub fn pays_in(&self, group: &Group, message_id: i64, payment: Payment) -> Checkout {
        let place = (group.id(), message_id);
        self.pay(
            |state, wallet| state.pay_for_message(self.id, place, wallet),
            payment,
        )
    }

    /// The same of an invoice behind a link of createInvoiceLink.
    ///
    /// # Panics
    /// When there is no such link.
    #[track_caller]
    pub fn pays_by_link(&self, link: &str, payment: Payment) -> Checkout {
        self.pay(
            |state, wallet| state.pay_by_link(self.id, link, wallet),
            payment,
        )
    }

    /// Ends a subscription at its date, by the charge it began with, or takes that back; returns the update's id.
    ///
    /// # Panics
    /// When there is no such subscription.
    #[track_caller]
    pub fn cancels_subscription(&self, charge: &str, is_canceled: bool) -> i64 {
        let cancel =
            |state: &mut State| state.cancel_subscription(self.id, charge, is_canceled, true);
        match self.world.change(cancel) {
            Ok(id) => id,
            Err(why) => panic!("{why}: {}", json!(charge)),
        }
    }

    #[track_caller]
    fn pay(
        &self,
        pay: impl FnOnce(&mut State, Wallet) -> Result<(String, i64), String>,
        payment: Payment,
    ) -> Checkout {
        match self.world.change(|state| pay(state, payment.wallet())) {
            Ok((id, update_id)) => Checkout { id, update_id },
            Err(why) => panic!("{why}"),
        }
    }
}
