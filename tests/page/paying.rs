//! Payments: the pay button, what the bot says to it, the balance, paid media, and a link to an invoice.

use serde_json::json;
use telegram_emulator::{Attachment, Emulator};

use crate::{bot::Bot, browser::Browser};

#[tokio::test]
async fn one_pays_by_the_button_is_refused_and_pays_by_a_link() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::listening(&tg).await);
    alice.says("/start");
    let mut invoice = json!({"title": "Подписка", "description": "На месяц", "payload": "p", "currency": "XTR",
        "prices": [{"label": "Подписка", "amount": 50}]});
    let link = bot.call("createInvoiceLink", &invoice).await;
    invoice["chat_id"] = json!(alice.id());
    bot.call("sendInvoice", &invoice).await;
    let page = Browser::open(&tg.url()).await;
    page.shows(".tile", "На месяц, ⭐ 50").await;

    let answers = async |refused: Option<&str>| {
        let query = bot.hears("pre_checkout_query").await;
        let mut answer = json!({"pre_checkout_query_id": query["id"], "ok": refused.is_none()});
        if let Some(why) = refused {
            answer["error_message"] = json!(why);
        }
        bot.call("answerPreCheckoutQuery", &answer).await;
    };
    page.click(".inline-keyboard button").await;
    page.until("document.querySelector('.inline-keyboard .spinner')")
        .await;
    answers(Some("Касса закрыта")).await;
    page.shows(".toast", "Бот отказал: Касса закрыта").await;
    page.until("!document.querySelector('.spinner')").await;
    page.click(".inline-keyboard button").await;
    answers(None).await;
    page.shows(".service", "Оплачено ⭐ 50").await;
    page.shows(".stars", "⭐ 50").await;

    let text = format!("<a href=\"{}\">Счёт</a>", link.as_str().expect("a link"));
    bot.sends(&alice, &text).await;
    page.press("Счёт").await;
    answers(None).await;
    page.shows(".stars", "⭐ 100").await;
    page.is_clean().await;
}

#[tokio::test]
async fn paid_media_are_veiled_and_bought() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::listening(&tg).await);
    alice.says("/start");
    alice.sends(Attachment::photo(super::media::PNG));
    let sent = loop {
        let message = bot.hears("message").await;
        if message["photo"].is_array() {
            break message;
        }
    };
    let media = json!([{"type": "photo", "media": sent["photo"][0]["file_id"]}]);
    let params = json!({"chat_id": alice.id(), "star_count": 7, "payload": "кот", "media": media});
    bot.call("sendPaidMedia", &params).await;
    let page = Browser::open(&tg.url()).await;
    page.until("document.querySelector('.bubble:not(.mine) .veil img')")
        .await;
    page.press("Открыть за ⭐ 7").await;
    let bought = bot.hears("purchased_paid_media").await;
    assert_eq!(bought["paid_media_payload"], "кот");
    page.shows(".stars", "⭐ 7").await;
    page.is_clean().await;
}
