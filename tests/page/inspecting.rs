//! The inspector: the log, its filters, and the switches.

use serde_json::json;
use telegram_emulator::Emulator;

use crate::{bot::Bot, browser::Browser};

#[tokio::test]
async fn updates_and_calls_are_logged_with_their_answers_and_can_be_searched() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    let boris = tg.person("Боря");
    alice.says("/start");
    boris.says("/start");
    let page = Browser::open(&tg.url()).await;
    bot.sends(&alice, "для Алисы").await;
    bot.sends(&boris, "для Бори").await;

    page.until("document.querySelectorAll('.log li').length === 4")
        .await;
    page.types("[aria-label='Поиск в журнале']", "sendmessage алисы")
        .await;
    page.until("document.querySelectorAll('.log li').length === 1")
        .await;
    page.click(".log summary").await;
    page.until("document.querySelectorAll('.log pre').length === 2")
        .await;
    page.until("document.querySelector('.log figure:last-of-type pre').innerText.includes('\"message_id\"')").await;
    page.until("document.querySelector('.log .status.good').innerText === '200'")
        .await;
    page.is_clean().await;
}

#[tokio::test]
async fn faults_are_switched_on_and_off_here() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    let page = Browser::open(&tg.url()).await;

    page.press("Сбои").await;
    page.press("429 Too Many Requests").await;
    page.until("document.querySelector('.active')?.innerText.includes('retry_after 3')")
        .await;
    let refused = reqwest::Client::new()
        .post(format!("{}/bot{}/sendMessage", tg.url(), tg.token()))
        .json(&json!({"chat_id": alice.id(), "text": "x"}))
        .send()
        .await
        .expect("an answer");
    assert_eq!(refused.status(), 429);
    page.until("document.querySelector('.log .brief').innerText.includes('retry after 3')")
        .await;
    page.until(
        "document.querySelector('[role=switch][aria-checked=true]').innerText.includes('429')",
    )
    .await;
    page.press("429 Too Many Requests").await;
    page.until("!document.querySelector('[role=switch][aria-checked=true]')")
        .await;
    bot.sends(&alice, "снова можно").await;
    page.sees("снова можно").await;

    page.press("Алиса: бот заблокирован").await;
    page.until("document.querySelector('.composer.one')").await;
    page.is_clean().await;
}
