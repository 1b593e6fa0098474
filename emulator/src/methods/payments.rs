//! Invoices: sendInvoice, createInvoiceLink, and the answers to what a payer's checkout asks.

use serde_json::{Value, json};

use super::{Outcome, arguments::required, delivery::Delivery, keyboard};
use crate::{
    protocol::{Answer, Params, Refusal, objects::Content},
    world::{Invoice, Sale, World},
};

/// The most of any amount, as TDLib has it.
const MAX_AMOUNT: i64 = 9_999_999_999_999;

/// Telegram's only period of subscriptions: 30 days.
const PERIOD: i64 = 2_592_000;

pub(super) fn send(world: &World, params: &Params) -> Outcome {
    let invoice = invoice(params)?;
    if params.integer("subscription_period").unwrap_or(0) != 0 {
        return Err(Refusal::bad_request("SUBSCRIPTION_EXPORT_MISSING"));
    }
    let markup = match keyboard::inline_markup(params)? {
        None => json!({"inline_keyboard": [[{"text": invoice.button(), "pay": true}]]}),
        Some(markup) if keyboard::pays(Some(&markup)) == Some(true) => markup,
        Some(_) => return Err(Refusal::bad_request("REPLY_MARKUP_BUY_EMPTY")),
    };
    world.change(|state| {
        let delivery = Delivery::under(Some(markup), state, params)?;
        let content = Content::of_part("invoice", invoice.shown());
        let sale = Box::new(Sale::Invoice(Box::new(invoice)));
        let message = delivery.post_as(state, content, |draft| draft.sale = Some(sale));
        Ok(Answer::of(&message))
    })
}

pub(super) fn create_link(world: &World, params: &Params) -> Outcome {
    let mut invoice = invoice(params)?;
    if let Some(period) = params
        .integer("subscription_period")
        .filter(|period| *period != 0)
    {
        if period != PERIOD {
            return Err(Refusal::bad_request("SUBSCRIPTION_PERIOD_INVALID"));
        }
        if invoice.currency != "XTR" {
            return Err(Refusal::bad_request("STARS_INVOICE_INVALID"));
        }
        invoice.subscription_period = Some(period);
    }
    let link = world.change(|state| state.link_invoice(invoice));
    Ok(Answer::of(&link))
}

pub(super) fn answer_shipping(world: &World, params: &Params) -> Outcome {
    let answer = match params.flag("ok") {
        true => Ok(shipping_options(params)?),
        false => Err(required(params, "error_message")?),
    };
    let id = params.text("shipping_query_id").unwrap_or_default();
    answered(world.change(|state| state.answer_checkout(&id, true, answer)))
}

pub(super) fn answer_pre_checkout(world: &World, params: &Params) -> Outcome {
    let answer = match params.flag("ok") {
        true => Ok(vec![]),
        false => Err(required(params, "error_message")?),
    };
    let id = params.text("pre_checkout_query_id").unwrap_or_default();
    answered(world.change(|state| state.answer_checkout(&id, false, answer)))
}

fn answered(in_time: bool) -> Outcome {
    let text = "query is too old and response timeout expired or query ID is invalid";
    in_time
        .then(|| Answer::of(&true))
        .ok_or_else(|| Refusal::bad_request(text))
}

/// An invoice as a call, or the content of an inline result, gives it.
pub(super) fn invoice(params: &Params) -> Result<Invoice, Refusal> {
    let refuse = |why: &str| Err(Refusal::bad_request(why));
    let (title, description) = (required(params, "title")?, required(params, "description")?);
    let (payload, currency) = (required(params, "payload")?, required(params, "currency")?);
    let prices = match params.json("prices") {
        None => return refuse("parameter \"prices\" is required"),
        Some(Err(_)) => return refuse("can't parse prices JSON object"),
        Some(Ok(prices)) => labeled_prices(&prices)?,
    };
    let total: i64 = prices.iter().sum();
    if total <= 0 {
        return refuse("total price must be positive");
    }
    if total > MAX_AMOUNT {
        return refuse("total price is too big");
    }
    let max_tip = max_tip(params)?;
    if payload.len() > 128 {
        return refuse("INVOICE_PAYLOAD_INVALID");
    }
    let is_currency = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
    if !is_currency {
        return refuse("CURRENCY_INVALID");
    }
    let mut needs: Vec<String> = ["name", "phone_number", "email", "shipping_address"]
        .into_iter()
        .filter(|need| params.flag(&format!("need_{need}")))
        .map(str::to_owned)
        .collect();
    for (flag, need) in [
        ("send_phone_number_to_provider", "phone_number"),
        ("send_email_to_provider", "email"),
    ] {
        if params.flag(flag) && !needs.iter().any(|known| known == need) {
            needs.push(need.to_owned());
        }
    }
    let is_flexible = params.flag("is_flexible");
    if currency == "XTR" {
        if prices.len() != 1 || max_tip != 0 || is_flexible || !needs.is_empty() {
            return refuse("STARS_INVOICE_INVALID");
        }
    } else if params.text("provider_token").is_none() {
        return refuse("PAYMENT_PROVIDER_INVALID");
    }
    Ok(Invoice {
        title,
        description,
        payload,
        currency,
        total,
        max_tip,
        needs,
        is_flexible,
        start_parameter: params
            .text("start_parameter")
            .unwrap_or_default()
            .into_owned(),
        subscription_period: None,
    })
}

fn max_tip(params: &Params) -> Result<i64, Refusal> {
    let refuse = |why: &str| Err(Refusal::bad_request(why));
    let most = match params.text("max_tip_amount") {
        None => 0,
        Some(given) => match given.trim().parse::<i64>() {
            Ok(amount) => amount,
            Err(_) => return refuse("can't parse \"max_tip_amount\" as Number"),
        },
    };
    if !(0..=MAX_AMOUNT).contains(&most) {
        return refuse("invalid max_tip_amount of the currency specified");
    }
    let suggested = match params.json("suggested_tip_amounts") {
        None => vec![],
        Some(Err(_)) => return refuse("can't parse suggested_tip_amounts JSON object"),
        Some(Ok(Value::Array(amounts))) => amounts,
        Some(Ok(_)) => return refuse("expected an Array of suggested tip amounts"),
    };
    for amount in &suggested {
        match amount.as_i64().or_else(|| amount.as_str()?.parse().ok()) {
            None => return refuse("can't parse suggested tip amount as Number"),
            Some(amount) if amount <= 0 => return refuse("suggested tip amount must be positive"),
            Some(amount) if amount > most => {
                return refuse("suggested tip amount can't be bigger than max_tip_amount");
            }
            Some(_) => {}
        }
    }
    if suggested.len() > 4 {
        return refuse("there can be at most 4 suggested tip amounts");
    }
    Ok(most)
}

/// The amounts of an array of `LabeledPrice`s.
fn labeled_prices(prices: &Value) -> Result<Vec<i64>, Refusal> {
    let Some(prices) = prices.as_array() else {
        return Err(Refusal::bad_request("expected an Array of labeled prices"));
    };
    if prices.is_empty() {
        return Err(Refusal::bad_request("there must be at least one price"));
    }
    let amounts = prices.iter().map(|price| {
        labeled_price(price)
            .map_err(|why| Refusal::bad_request(&format!("can't parse labeled price: {why}")))
    });
    let amounts: Vec<i64> = amounts.collect::<Result<_, _>>()?;
    if amounts.iter().any(|amount| amount.abs() > MAX_AMOUNT) {
        return Err(Refusal::bad_request(
            "too big amount of the currency specified",
        ));
    }
    Ok(amounts)
}

fn labeled_price(price: &Value) -> Result<i64, &'static str> {
    if !price.is_object() {
        return Err("LabeledPrice must be an Object");
    }
    match price.get("label") {
        None => return Err("Can't find field \"label\""),
        Some(Value::String(label)) if label.is_empty() => {
            return Err("LabeledPrice label must be non-empty");
        }
        Some(Value::String(_)) => {}
        Some(_) => return Err("Field \"label\" must be of type String"),
    }
    let amount = price.get("amount").ok_or("Can't find field \"amount\"")?;
    let number = amount.as_i64().or_else(|| amount.as_str()?.parse().ok());
    number.ok_or("Field \"amount\" must be a valid Number")
}

fn shipping_options(params: &Params) -> Result<Vec<Value>, Refusal> {
    let options = match params.json("shipping_options") {
        None => {
            return Err(Refusal::bad_request(
                "parameter \"shipping_options\" is required",
            ));
        }
        Some(Err(_)) => {
            return Err(Refusal::bad_request(
                "can't parse shipping options JSON object",
            ));
        }
        Some(Ok(Value::Array(options))) => options,
        Some(Ok(_)) => {
            return Err(Refusal::bad_request(
                "expected an Array of shipping options",
            ));
        }
    };
    for option in &options {
        shipping_option(option)
            .map_err(|why| Refusal::bad_request(&format!("can't parse shipping option: {why}")))?;
    }
    if options.is_empty() {
        return Err(Refusal::bad_request(
            "there must be at least one shipping option",
        ));
    }
    Ok(options)
}

fn shipping_option(option: &Value) -> Result<(), String> {
    if !option.is_object() {
        return Err("ShippingOption must be an Object".to_owned());
    }
    for (field, name) in [("id", "identifier"), ("title", "title")] {
        match option.get(field) {
            None => return Err(format!("Can't find field \"{field}\"")),
            Some(Value::String(text)) if text.is_empty() => {
                return Err(format!("ShippingOption {name} must be non-empty"));
            }
            Some(Value::String(_)) => {}
            Some(_) => return Err(format!("Field \"{field}\" must be of type String")),
        }
    }
    let prices = option.get("prices").ok_or("Can't find field \"prices\"")?;
    match labeled_prices(prices) {
        Ok(_) => Ok(()),
        Err(refusal) => {
            let why = refusal
                .description
                .trim_start_matches("Bad Request: ")
                .to_owned();
            Err(format!("Can't parse shipping option prices: {why}"))
        }
    }
}
