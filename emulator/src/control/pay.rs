//! People pay: for the invoice of a message or behind a link, for media, and for subscriptions no longer.

use std::sync::Arc;

use axum::extract::State;
use serde_json::{Map, Value, json};

use super::{
    Outcome,
    arguments::{self, required, wait_for},
};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{CheckoutEnd, Wallet, World},
};

/// `user` pays for the message `message_id` (of `chat`), or by `link`; with a `tip`, their `name`, `phone_number`, `email` and
/// `shipping_address`, and the `shipping_option` they take. What is needed and not given is made up.
pub(super) async fn pay(State(world): State<Arc<World>>, params: Params) -> Outcome {
    let wallet = wallet(&params)?;
    world.change(|state| {
        let user = arguments::user(state, &params)?;
        let paid = match params.text("link") {
            Some(link) => state.pay_by_link(user, &link, wallet),
            None => {
                let chat = arguments::chat_of(state, user, &params)?;
                state.pay_for_message(user, (chat, arguments::message_id(&params)?), wallet)
            }
        };
        let (id, update_id) = paid.map_err(|why| Refusal::bad_request(&why))?;
        Ok(Answer::of(&json!({"id": id, "update_id": update_id})))
    })
}

fn wallet(params: &Params) -> Result<Wallet, Refusal> {
    let mut info = Map::new();
    for name in ["name", "phone_number", "email"] {
        info.extend(params.text(name).map(|text| (name.to_owned(), json!(text))));
    }
    match params.json("shipping_address") {
        None => {}
        Some(Ok(address @ Value::Object(_))) => {
            info.insert("shipping_address".to_owned(), address);
        }
        Some(_) => {
            return Err(Refusal::bad_request(
                "shipping_address must be a JSON object",
            ));
        }
    }
    Ok(Wallet {
        tip: params.integer("tip").unwrap_or(0),
        info,
        shipping_option: params
            .text("shipping_option")
            .map(std::borrow::Cow::into_owned),
    })
}

/// Waits for the end of the checkout with this `id`: `paid` with its `charge`, `refused` with the bot's `error`, or `expired`.
pub(super) async fn end(State(world): State<Arc<World>>, params: Params) -> Outcome {
    let id = required(&params, "id")?;
    if !world.read(|state| state.checkout(&id).is_some()) {
        return Err(Refusal::bad_request("there was no such checkout"));
    }
    let end = wait_for(&world, &params, "the end of the checkout", || {
        world.read(|state| state.checkout(&id)?.end.clone())
    })
    .await?;
    Ok(Answer::of(&match end {
        CheckoutEnd::Paid(charge) => json!({"end": "paid", "charge": charge}),
        CheckoutEnd::Refused(why) => json!({"end": "refused", "error": why}),
        CheckoutEnd::Expired => json!({"end": "expired"}),
    }))
}

/// `user` ends the subscription that the payment `charge` began, or takes that back with `resume`.
pub(super) async fn cancel(State(world): State<Arc<World>>, params: Params) -> Outcome {
    let charge = required(&params, "charge")?;
    world.change(|state| {
        let user = arguments::user(state, &params)?;
        let canceled = state.cancel_subscription(user, &charge, !params.flag("resume"), true);
        let update_id = canceled.map_err(Refusal::bad_request)?;
        Ok(Answer::of(&json!({"update_id": update_id})))
    })
}
