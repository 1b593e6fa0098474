//! Buttons of both kinds, and what comes of them.

use serde_json::json;
use telegram_emulator::Emulator;

use crate::{bot::Bot, browser::Browser};

#[tokio::test]
async fn a_pressed_button_waits_for_its_answer_and_shows_it() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    let row = json!([[{"text": "Раз", "callback_data": "same"}, {"text": "Сайт", "url": "https://example.com/"}]]);
    let keyboard = json!({"reply_markup": {"inline_keyboard": row}});
    let older = bot.sends_with(&alice, "старое", &keyboard).await;
    bot.sends_with(&alice, "новое", &keyboard).await;
    let page = Browser::open(&tg.url()).await;

    // The button of the older message, although the newer one has the same.
    page.click(".inline-keyboard button").await;
    page.until("document.querySelectorAll('.inline-keyboard .spinner').length === 1")
        .await;
    let updates = bot.call("getUpdates", &json!({"offset": -1})).await;
    let query = &updates[0]["callback_query"];
    assert_eq!(query["message"]["message_id"], older["message_id"]);
    bot.call(
        "answerCallbackQuery",
        &json!({"callback_query_id": query["id"], "text": "Важно!", "show_alert": true}),
    )
    .await;
    page.until("document.querySelector('dialog.alert[open]')?.innerText.includes('Важно!')")
        .await;
    page.press("OK").await;
    page.until("!document.querySelector('dialog') && !document.querySelector('.spinner')")
        .await;
    page.until("document.querySelector('.inline-keyboard a[href=\"https://example.com/\"]')")
        .await;
    page.is_clean().await;
}

/// The texts of buttons that are not shown whole, or stand outside of the window.
const CUT: &str = "[...document.querySelectorAll('.inline-keyboard button')]
    .filter((one) => one.scrollWidth > one.clientWidth || one.getBoundingClientRect().right > innerWidth)
    .map((one) => one.innerText).join()";

#[tokio::test]
async fn a_bubble_grows_with_its_keyboard_so_that_no_text_is_cut() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    let button = |text: &str| json!({"text": text, "callback_data": text});
    let rows = json!([
        [button("Сохранить"), button("Отмена")],
        [button("Да"), button("Нет"), button("Не знаю")]
    ]);
    let keyboard = json!({"reply_markup": {"inline_keyboard": rows}});
    bot.sends_with(&alice, "Да?", &keyboard).await;
    for is_phone in [false, true] {
        let page = if is_phone {
            Browser::phone(&tg.url()).await
        } else {
            Browser::open(&tg.url()).await
        };
        if is_phone {
            page.press("Алиса").await;
        }
        page.until("document.querySelectorAll('.inline-keyboard button').length === 5")
            .await;
        let cut = page.run(&format!("return {CUT}")).await;
        assert_eq!(cut, "", "on a phone: {is_phone}");
    }
}

#[tokio::test]
async fn a_reply_keyboard_comes_folds_after_one_use_and_is_removed() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    let page = Browser::open(&tg.url()).await;

    let keyboard = json!({"keyboard": [["Да", "Нет"]], "one_time_keyboard": true, "input_field_placeholder": "Да или нет"});
    bot.sends_with(&alice, "Да?", &json!({"reply_markup": keyboard}))
        .await;
    page.until("document.querySelector('textarea').placeholder === 'Да или нет'")
        .await;
    page.press("Нет").await;
    tg.wait_until(|_| alice.messages().len() == 1).await;
    page.sees("Нет").await;
    page.until("!document.querySelector('.reply-keyboard')")
        .await;
    page.click("[aria-label='Клавиатура бота']").await;
    page.until("document.querySelector('.reply-keyboard')")
        .await;

    bot.sends_with(
        &alice,
        "Спасибо",
        &json!({"reply_markup": {"remove_keyboard": true}}),
    )
    .await;
    page.until("!document.querySelector('.reply-keyboard, [aria-label=\"Клавиатура бота\"]')")
        .await;
    page.is_clean().await;
}
