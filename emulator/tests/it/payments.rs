//! Payments: invoices, links, shipping, the ten seconds of a checkout, Stars, refunds, subscriptions and paid media.

use std::time::Duration;

use serde_json::{Value, json};
use telegram_emulator::{CheckoutEnd, Emulator, Payment, Person};

use crate::support::{Bot, Form, png, start};

/// What the next update says of this kind, confirming it.
async fn next(bot: &Bot, kind: &str) -> Value {
    let update = bot.only_update().await;
    bot.updates(update["update_id"].as_i64().unwrap() + 1).await;
    assert!(update.get(kind).is_some(), "{update}");
    update[kind].clone()
}

fn in_stars(chat_id: i64) -> Value {
    json!({
        "chat_id": chat_id, "title": "Подписка", "description": "На месяц", "payload": "order-7", "currency": "XTR",
        "prices": [{"label": "Месяц", "amount": 50}],
    })
}

fn in_roubles(chat_id: i64) -> Value {
    json!({
        "chat_id": chat_id, "title": "Кружка", "description": "Белая", "payload": "mug", "currency": "RUB",
        "provider_token": "381764678:TEST:1", "prices": [{"label": "Кружка", "amount": 50_000}, {"label": "Скидка", "amount": -5_000}],
        "need_name": true, "is_flexible": true, "max_tip_amount": 10_000,
    })
}

fn with(mut params: Value, field: &str, value: Value) -> Value {
    params[field] = value;
    params
}

async fn met() -> (Emulator, Bot, Person) {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    (tg, bot, alice)
}

/// Sells for 50 Stars; returns the charge.
async fn sold(tg: &Emulator, bot: &Bot, alice: &Person) -> String {
    let sent = bot.call("sendInvoice", in_stars(alice.id())).await;
    let checkout = alice.pays(
        sent.result()["message_id"].as_i64().unwrap(),
        Payment::new(),
    );
    let query = next(bot, "pre_checkout_query").await;
    let answer = json!({"pre_checkout_query_id": query["id"], "ok": true});
    bot.call("answerPreCheckoutQuery", answer).await.result();
    let CheckoutEnd::Paid(charge) = tg.checkout_ended(&checkout).await else {
        panic!("not paid")
    };
    charge
}

#[tokio::test]
async fn an_invoice_is_paid_in_stars() {
    let (tg, bot, alice) = met().await;
    let sent = bot
        .call("sendInvoice", in_stars(alice.id()))
        .await
        .result()
        .clone();
    assert_eq!(
        sent["invoice"],
        json!({"title": "Подписка", "description": "На месяц", "start_parameter": "", "currency": "XTR", "total_amount": 50})
    );
    assert_eq!(
        sent["reply_markup"]["inline_keyboard"][0][0],
        json!({"text": "Pay ⭐️50", "pay": true})
    );
    let checkout = alice.pays(sent["message_id"].as_i64().unwrap(), Payment::new());
    let query = next(&bot, "pre_checkout_query").await;
    assert_eq!(
        (
            &query["currency"],
            &query["total_amount"],
            &query["invoice_payload"],
            &query["from"]["id"]
        ),
        (
            &json!("XTR"),
            &json!(50),
            &json!("order-7"),
            &json!(alice.id())
        )
    );
    let answer = json!({"pre_checkout_query_id": query["id"], "ok": true});
    bot.call("answerPreCheckoutQuery", answer.clone())
        .await
        .result();
    let message = next(&bot, "message").await;
    let paid = &message["successful_payment"];
    assert_eq!(
        tg.checkout_ended(&checkout).await,
        CheckoutEnd::Paid(
            paid["telegram_payment_charge_id"]
                .as_str()
                .unwrap()
                .to_owned()
        )
    );
    assert_eq!(
        (&paid["total_amount"], &paid["invoice_payload"]),
        (&json!(50), &json!("order-7"))
    );
    assert!(paid.get("order_info").is_none());

    let again = bot.call("answerPreCheckoutQuery", answer).await;
    again.is_error(
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    );
    assert_eq!(
        bot.get("getMyStarBalance").await.result(),
        &json!({"amount": 50})
    );
    let url = format!("{}/control/pay", tg.url());
    let twice = bot
        .post_json(
            url,
            json!({"user": alice.id(), "message_id": sent["message_id"]}),
        )
        .await;
    twice.is_error(400, "Bad Request: the invoice is paid already");
}

#[tokio::test]
async fn shipping_is_asked_for_and_priced() {
    let (tg, bot, alice) = met().await;
    let sent = bot
        .call("sendInvoice", in_roubles(alice.id()))
        .await
        .result()
        .clone();
    assert_eq!(sent["invoice"]["total_amount"], 45_000);
    let payment = Payment::new()
        .tip(100)
        .tells("name", "Алиса Л.")
        .ships_by("fast");
    let checkout = alice.pays(sent["message_id"].as_i64().unwrap(), payment);
    let query = next(&bot, "shipping_query").await;
    assert_eq!(query["shipping_address"]["country_code"], "RU");
    let refused = bot
        .call(
            "answerShippingQuery",
            json!({"shipping_query_id": query["id"], "ok": true}),
        )
        .await;
    refused.is_error(
        400,
        "Bad Request: parameter \"shipping_options\" is required",
    );
    let option = |id: &str, amount: i64| json!({"id": id, "title": id, "prices": [{"label": id, "amount": amount}]});
    let answer = json!({"shipping_query_id": query["id"], "ok": true, "shipping_options": [option("slow", 1), option("fast", 2_000)]});
    bot.call("answerShippingQuery", answer).await.result();
    let query = next(&bot, "pre_checkout_query").await;
    assert_eq!(
        (&query["total_amount"], &query["shipping_option_id"]),
        (&json!(47_100), &json!("fast"))
    );
    assert_eq!(query["order_info"]["name"], "Алиса Л.");
    let answer = json!({"pre_checkout_query_id": query["id"], "ok": true});
    bot.call("answerPreCheckoutQuery", answer).await.result();
    assert!(matches!(
        tg.checkout_ended(&checkout).await,
        CheckoutEnd::Paid(_)
    ));
    let message = next(&bot, "message").await;
    assert_eq!(
        message["successful_payment"]["order_info"]["shipping_address"]["city"],
        "Москва"
    );
    // Not Stars.
    assert_eq!(
        bot.get("getMyStarBalance").await.result(),
        &json!({"amount": 0})
    );
}

#[tokio::test]
async fn a_bot_refuses_or_is_too_late() {
    let (tg, bot, alice) = met().await;
    let sent = bot.call("sendInvoice", in_stars(alice.id())).await.result()["message_id"]
        .as_i64()
        .unwrap();
    let checkout = alice.pays(sent, Payment::new());
    let query = next(&bot, "pre_checkout_query").await;
    let answer = json!({"pre_checkout_query_id": query["id"], "ok": false});
    let unsaid = bot.call("answerPreCheckoutQuery", answer.clone()).await;
    unsaid.is_error(400, "Bad Request: parameter \"error_message\" is required");
    bot.call(
        "answerPreCheckoutQuery",
        with(answer, "error_message", json!("Закончилось")),
    )
    .await
    .result();
    assert_eq!(
        tg.checkout_ended(&checkout).await,
        CheckoutEnd::Refused("Закончилось".to_owned())
    );

    let checkout = alice.pays(sent, Payment::new());
    let query = next(&bot, "pre_checkout_query").await;
    tg.put_clock_forward(Duration::from_secs(11));
    assert_eq!(tg.checkout_ended(&checkout).await, CheckoutEnd::Expired);
    let late = bot
        .call(
            "answerPreCheckoutQuery",
            json!({"pre_checkout_query_id": query["id"], "ok": true}),
        )
        .await;
    late.is_error(
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    );
    assert!(bot.updates(0).await.is_empty());
}

#[tokio::test]
async fn malformed_invoices_are_refused() {
    let (_tg, bot, alice) = met().await;
    let (stars, roubles) = (in_stars(alice.id()), in_roubles(alice.id()));
    let cases = [
        (
            with(stars.clone(), "title", json!("")),
            "parameter \"title\" is required",
        ),
        (
            with(stars.clone(), "prices", json!([])),
            "there must be at least one price",
        ),
        (
            with(stars.clone(), "prices", json!([{"label": "", "amount": 1}])),
            "can't parse labeled price: LabeledPrice label must be non-empty",
        ),
        (
            with(stars.clone(), "prices", json!([{"label": "x"}])),
            "can't parse labeled price: Can't find field \"amount\"",
        ),
        (
            with(
                stars.clone(),
                "prices",
                json!([{"label": "x", "amount": 0}]),
            ),
            "total price must be positive",
        ),
        (
            with(
                stars.clone(),
                "prices",
                json!([{"label": "x", "amount": 1}, {"label": "y", "amount": 1}]),
            ),
            "STARS_INVOICE_INVALID",
        ),
        (
            with(stars.clone(), "need_email", json!(true)),
            "STARS_INVOICE_INVALID",
        ),
        (
            with(stars.clone(), "payload", json!("x".repeat(129))),
            "INVOICE_PAYLOAD_INVALID",
        ),
        (
            with(stars.clone(), "subscription_period", json!(2_592_000)),
            "SUBSCRIPTION_EXPORT_MISSING",
        ),
        (
            with(
                stars.clone(),
                "reply_markup",
                json!({"inline_keyboard": [[{"text": "x", "callback_data": "x"}, {"text": "Pay", "pay": true}]]}),
            ),
            "REPLY_MARKUP_BUY_EMPTY",
        ),
        (
            with(roubles.clone(), "provider_token", json!("")),
            "PAYMENT_PROVIDER_INVALID",
        ),
        (
            with(roubles.clone(), "suggested_tip_amounts", json!([20_000])),
            "suggested tip amount can't be bigger than max_tip_amount",
        ),
    ];
    for (params, why) in cases {
        let refused = bot.call("sendInvoice", params).await;
        refused.is_error(400, &format!("Bad Request: {why}"));
    }
    let pay = json!({"inline_keyboard": [[{"text": "Pay", "pay": true}]]});
    let text = bot
        .call(
            "sendMessage",
            json!({"chat_id": alice.id(), "text": "x", "reply_markup": pay}),
        )
        .await;
    text.is_error(400, "Bad Request: BUTTON_TYPE_INVALID");
}

#[tokio::test]
async fn stars_are_given_back_once() {
    let (tg, bot, alice) = met().await;
    let charge = sold(&tg, &bot, &alice).await;
    next(&bot, "message").await;
    let refund =
        |user: i64, charge: &str| json!({"user_id": user, "telegram_payment_charge_id": charge});
    let other = bot
        .call("refundStarPayment", refund(alice.id() + 1, &charge))
        .await;
    other.is_error(400, "Bad Request: CHARGE_ID_INVALID");
    bot.call("refundStarPayment", refund(alice.id(), &charge))
        .await
        .result();
    assert_eq!(
        next(&bot, "message").await["refunded_payment"]["telegram_payment_charge_id"],
        charge
    );
    let twice = bot
        .call("refundStarPayment", refund(alice.id(), &charge))
        .await;
    twice.is_error(400, "Bad Request: CHARGE_ALREADY_REFUNDED");
    let made = bot.get("getStarTransactions").await.result()["transactions"].clone();
    assert_eq!(
        (&made[0]["id"], &made[0]["amount"]),
        (&json!(charge), &json!(50))
    );
    assert_eq!(
        (
            &made[0]["source"]["invoice_payload"],
            &made[1]["receiver"]["user"]["id"]
        ),
        (&json!("order-7"), &json!(alice.id()))
    );
    let second = bot
        .get("getStarTransactions?offset=1&limit=1")
        .await
        .result()["transactions"]
        .clone();
    assert_eq!(second, json!([made[1]]));
    assert_eq!(
        bot.get("getMyStarBalance").await.result(),
        &json!({"amount": 0})
    );
}

#[tokio::test]
async fn a_subscription_is_paid_again_until_it_is_cancelled() {
    let (tg, bot, alice) = met().await;
    let params = with(in_stars(0), "subscription_period", json!(2_592_000));
    let short = bot
        .call(
            "createInvoiceLink",
            with(params.clone(), "subscription_period", json!(60)),
        )
        .await;
    short.is_error(400, "Bad Request: SUBSCRIPTION_PERIOD_INVALID");
    let link = bot
        .call("createInvoiceLink", params)
        .await
        .result()
        .as_str()
        .unwrap()
        .to_owned();
    assert!(link.starts_with("https://t.me/$"), "{link}");
    alice.pays_by_link(&link, Payment::new());
    let query = next(&bot, "pre_checkout_query").await;
    bot.call(
        "answerPreCheckoutQuery",
        json!({"pre_checkout_query_id": query["id"], "ok": true}),
    )
    .await
    .result();
    let first = next(&bot, "message").await["successful_payment"].clone();
    assert_eq!(
        (&first["is_recurring"], &first["is_first_recurring"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(first["subscription_expiration_date"], tg.now() + 2_592_000);

    let month = Duration::from_secs(2_592_001);
    tg.put_clock_forward(month);
    let second = next(&bot, "message").await["successful_payment"].clone();
    assert_eq!(
        (&second["is_recurring"], second.get("is_first_recurring")),
        (&json!(true), None)
    );
    assert_ne!(
        second["telegram_payment_charge_id"],
        first["telegram_payment_charge_id"]
    );

    let charge = first["telegram_payment_charge_id"].as_str().unwrap();
    alice.cancels_subscription(charge, true);
    assert_eq!(next(&bot, "subscription").await["state"], "canceled");
    tg.put_clock_forward(month);
    assert!(bot.updates(0).await.is_empty());

    let edit =
        json!({"user_id": alice.id(), "telegram_payment_charge_id": "none", "is_canceled": true});
    bot.call("editUserStarSubscription", edit)
        .await
        .is_error(400, "Bad Request: CHARGE_ID_INVALID");
}

#[tokio::test]
async fn paid_media_are_bought() {
    let (tg, bot, alice) = met().await;
    let form = Form::default()
        .text("chat_id", alice.id())
        .text("star_count", 5)
        .text("payload", "cat")
        .text("media", r#"[{"type": "photo", "media": "attach://cat"}]"#)
        .file("cat", "cat.png", &png(10, 20));
    let sent = bot.upload("sendPaidMedia", form).await.result().clone();
    assert_eq!(
        (
            &sent["paid_media"]["star_count"],
            &sent["paid_media"]["paid_media"][0]["type"]
        ),
        (&json!(5), &json!("photo"))
    );
    alice.pays(sent["message_id"].as_i64().unwrap(), Payment::new());
    let bought = next(&bot, "purchased_paid_media").await;
    assert_eq!(
        (&bought["paid_media_payload"], &bought["from"]["id"]),
        (&json!("cat"), &json!(alice.id()))
    );
    assert_eq!(
        bot.get("getMyStarBalance").await.result(),
        &json!({"amount": 5})
    );
    let params = json!({"chat_id": alice.id(), "star_count": 0, "media": []});
    bot.call("sendPaidMedia", params)
        .await
        .is_error(400, "Bad Request: STARS_AMOUNT_INVALID");
    let copy = json!({"chat_id": alice.id(), "from_chat_id": alice.id(), "message_id": sent["message_id"]});
    bot.call("copyMessage", copy)
        .await
        .is_error(400, "Bad Request: message can't be copied");
    drop(tg);
}

#[tokio::test]
async fn the_control_api_pays_too() {
    let (tg, bot, alice) = met().await;
    let control = async |path: &str, params: Value| {
        bot.post_json(format!("{}/control/{path}", tg.url()), params)
            .await
            .result()
            .clone()
    };
    let link = bot
        .call("createInvoiceLink", in_roubles(0))
        .await
        .result()
        .clone();
    let address = json!({"country_code": "DE", "state": "", "city": "Berlin", "street_line1": "1", "street_line2": "", "post_code": "1"});
    let paying = control(
        "pay",
        json!({"user": "Алиса", "link": link, "shipping_address": address}),
    )
    .await;
    let query = next(&bot, "shipping_query").await;
    assert_eq!(
        (&query["id"], &query["shipping_address"]["city"]),
        (&paying["id"], &json!("Berlin"))
    );
    let answer =
        json!({"shipping_query_id": query["id"], "ok": false, "error_message": "Не возим"});
    bot.call("answerShippingQuery", answer).await.result();
    let end = bot
        .control(
            &tg,
            &format!("checkouts?id={}", paying["id"].as_str().unwrap()),
        )
        .await;
    assert_eq!(end, json!({"end": "refused", "error": "Не возим"}));
    let now = tg.now();
    let clock = control("clock", json!({"seconds": 60})).await;
    assert_eq!(clock["ahead_ms"], 60_000);
    assert!(clock["now"].as_i64().unwrap() >= now + 60);
    assert!(bot.says(alice.id(), "x").await["date"].as_i64().unwrap() >= now + 60);
}
