//! The bot's Stars: getMyStarBalance, getStarTransactions, refundStarPayment, editUserStarSubscription.

use serde_json::{Value, json};

use super::{
    Outcome,
    arguments::{required, user_id},
};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{Payment, State, World},
};

pub(super) fn balance(world: &World) -> Answer {
    Answer::of(&json!({"amount": world.read(State::star_balance)}))
}

pub(super) fn transactions(world: &World, params: &Params) -> Answer {
    let number = |name: &str, unless_given: i64, most: i64| {
        let given = params.integer(name).unwrap_or(unless_given).clamp(0, most);
        usize::try_from(given).expect("clamped just now")
    };
    let (offset, limit) = (
        number("offset", 0, i64::from(i32::MAX)),
        number("limit", 100, 100),
    );
    let transactions: Vec<Value> = world.read(|state| {
        let in_stars = state
            .payments()
            .filter(|(_, payment)| payment.is_in_stars());
        let shown = in_stars.map(|(_, payment)| transaction(state, payment));
        let spent = state.paid_broadcast();
        let broadcast = (spent > 0).then(|| {
            let amount = spent.div_ceil(10);
            let partner = json!({"type": "telegram_api", "request_count": spent});
            json!({"id": "paid_broadcast", "amount": amount, "date": state.now(), "receiver": partner})
        });
        shown.chain(broadcast).skip(offset).take(limit.max(1)).collect()
    });
    Answer::of(&json!({"transactions": transactions}))
}

fn transaction(state: &State, payment: &Payment) -> Value {
    let mut partner = json!({"type": "user", "user": state.user(payment.payer)});
    match &payment.media {
        None => {
            partner["transaction_type"] = json!("invoice_payment");
            partner["invoice_payload"] = json!(payment.payload);
        }
        Some(media) => {
            partner["transaction_type"] = json!("paid_media_payment");
            partner["paid_media"] = media.clone();
            partner["paid_media_payload"] = json!(payment.payload);
        }
    }
    if let Some(period) = payment.subscription_period {
        partner["subscription_period"] = json!(period);
    }
    let side = if payment.is_refund {
        "receiver"
    } else {
        "source"
    };
    json!({"id": payment.charge, "amount": payment.amount, "date": payment.date, side: partner})
}

pub(super) fn refund(world: &World, params: &Params) -> Outcome {
    let user_id = user_id(params)?;
    let charge = required(params, "telegram_payment_charge_id")?;
    let refunded = world.change(|state| state.refund(user_id, &charge));
    refunded
        .map(|()| Answer::of(&true))
        .map_err(Refusal::bad_request)
}

pub(super) fn edit_subscription(world: &World, params: &Params) -> Outcome {
    let user_id = user_id(params)?;
    let charge = required(params, "telegram_payment_charge_id")?;
    let is_canceled = params.flag("is_canceled");
    let edited =
        world.change(|state| state.cancel_subscription(user_id, &charge, is_canceled, false));
    edited
        .map(|_| Answer::of(&true))
        .map_err(Refusal::bad_request)
}
