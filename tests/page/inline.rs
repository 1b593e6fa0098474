//! Inline mode: what one types after the bot's name is asked of it, what it offers is listed and chosen.

use serde_json::{Value, json};
use telegram_emulator::Emulator;
use thirtyfour::Key;

use crate::{bot::Bot, browser::Browser};

fn article(id: &str, title: &str) -> Value {
    json!({"type": "article", "id": id, "title": title, "description": "статья",
        "input_message_content": {"message_text": format!("Выбрано: {title}")}})
}

#[tokio::test]
async fn one_types_by_letters_sees_more_and_chooses() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::listening(&tg).await);
    alice.says("/start");
    let page = Browser::open(&tg.url()).await;

    page.types(".composer textarea", format!("@{} к", tg.username()))
        .await;
    let query = bot.hears("inline_query").await;
    assert_eq!(query["query"], "к");
    let answer = json!({"inline_query_id": query["id"], "results": [], "cache_time": 0});
    bot.call("answerInlineQuery", &answer).await;
    page.shows(".offer", "Бот ничего не предлагает").await;

    page.types(".composer textarea", "от").await;
    let query = loop {
        let query = bot.hears("inline_query").await;
        if query["query"] == "кот" {
            break query;
        }
    };
    let results = [article("1", "Кот"), article("2", "Котёл")];
    let answer = json!({"inline_query_id": query["id"], "results": results, "next_offset": "2", "cache_time": 0});
    bot.call("answerInlineQuery", &answer).await;
    page.shows(".offer", "Котёл").await;
    page.press("Показать ещё").await;
    let more = bot.hears("inline_query").await;
    assert_eq!(more["offset"], "2");
    let answer = json!({"inline_query_id": more["id"], "results": [article("3", "Который")], "cache_time": 0});
    bot.call("answerInlineQuery", &answer).await;
    page.counts(".offer > button", 3).await;

    page.click(".offer > button:nth-of-type(3)").await;
    page.sees("Выбрано: Который").await;
    page.shows(
        ".bubble.mine .forwarded",
        &format!("через @{}", tg.username()),
    )
    .await;
    assert_eq!(bot.hears("chosen_inline_result").await["result_id"], "3");
    page.until("document.querySelector('textarea').value === ''")
        .await;
    page.is_clean().await;
}

#[tokio::test]
async fn a_button_begins_a_query_and_an_offer_may_start_the_bot() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::listening(&tg).await);
    alice.says("/start");
    let row = json!([[{"text": "Искать", "switch_inline_query_current_chat": "пёс"}]]);
    bot.sends_with(
        &alice,
        "Кого?",
        &json!({"reply_markup": {"inline_keyboard": row}}),
    )
    .await;
    let page = Browser::open(&tg.url()).await;
    page.press("Искать").await;
    let query = bot.hears("inline_query").await;
    assert_eq!(query["query"], "пёс");
    let button = json!({"text": "Сначала войдите", "start_parameter": "login"});
    let answer = json!({"inline_query_id": query["id"], "results": [], "button": button});
    bot.call("answerInlineQuery", &answer).await;
    page.press("Сначала войдите").await;
    page.sees("/start login").await;
    page.types(".composer textarea", Key::Escape + "").await;
    page.is_clean().await;
}
