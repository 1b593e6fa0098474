//! How things look: days, times and order, ticks, emoji, colours of buttons, and the other language.

use std::time::Duration;

use serde_json::json;
use telegram_emulator::Emulator;

use crate::{bot::Bot, browser::Browser};

#[tokio::test]
async fn days_are_told_apart_the_newest_chat_is_above_and_ticks_say_what_the_bot_got() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::listening(&tg).await);
    let boris = tg.person("Боря");
    alice.says("/start");
    let page = Browser::open(&tg.url()).await;
    page.until("document.querySelector('.entry .name').innerText === 'Алиса'")
        .await;
    page.until("/^\\d\\d:\\d\\d$/.test(document.querySelector('.entry time').innerText)")
        .await;
    page.shows(".day", "Сегодня").await;
    page.until("document.querySelector('.ticks:not(.taken)')?.ariaLabel === 'Бот ещё не получил'")
        .await;
    bot.hears("message").await;
    bot.takes_what_it_heard().await;
    page.until("document.querySelector('.ticks.taken')").await;

    tg.put_clock_forward(Duration::from_secs(86_400));
    boris.says("/start");
    page.until("document.querySelector('.entry .name').innerText === 'Боря'")
        .await;
    alice.says("Доброе утро");
    page.counts(".day", 2).await;
    page.until("document.querySelector('.entry .name').innerText === 'Алиса'")
        .await;
    page.is_clean().await;
}

#[tokio::test]
async fn emoji_alone_are_large_and_buttons_have_the_bots_colours() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    bot.sends(&alice, "👨‍👩‍👧🇳🇴").await;
    bot.sends(&alice, "👍 да").await;
    bot.sends(&alice, "12").await;
    let row = json!([[{"text": "Удалить", "callback_data": "x", "style": "danger"}, {"text": "Да", "callback_data": "y", "style": "success"}]]);
    bot.sends_with(
        &alice,
        "Точно?",
        &json!({"reply_markup": {"inline_keyboard": row}}),
    )
    .await;
    let page = Browser::open(&tg.url()).await;
    page.shows(".text.large2", "🇳🇴").await;
    page.counts(".text.large", 1).await;
    let colour =
        "getComputedStyle(document.querySelector('.inline-keyboard .danger')).backgroundColor";
    page.until(&format!("{colour} === 'rgb(179, 38, 30)'"))
        .await;
    page.counts(".inline-keyboard .success", 1).await;
    page.is_clean().await;
}

#[tokio::test]
async fn the_page_speaks_english_too_and_remembers_it() {
    let tg = Emulator::start().await;
    tg.person("Alice").says("/start");
    let page = Browser::open(&tg.url()).await;
    page.click(".language").await;
    page.until("document.querySelector('textarea').placeholder === 'Message'")
        .await;
    page.until("document.documentElement.lang === 'en'").await;
    page.goto(&tg.url()).await;
    page.shows(".day", "Today").await;
    let russian = page
        .run("return document.querySelector('#app').outerHTML.match(/[а-яё]+/gi)")
        .await;
    assert_eq!(russian, json!(null));
    page.is_clean().await;
}
