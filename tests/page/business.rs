//! Business accounts and what is said aside: an account's chats as a page of their own, checklists, words for one member only.

use serde_json::json;
use telegram_emulator::Emulator;

use crate::{bot::Bot, browser::Browser};

#[tokio::test]
async fn an_account_is_connected_both_sides_write_and_the_bot_answers_for_the_owner() {
    let tg = Emulator::start().await;
    let (vera, bot) = (tg.person("Вера"), Bot::listening(&tg).await);
    let boris = tg.person("Боря");
    vera.says("/start");
    let page = Browser::open(&tg.url()).await;
    page.click(".menu summary").await;
    page.press("Профиль: Вера").await;
    page.press("Подключить бота к аккаунту").await;
    let connection = bot.hears("business_connection").await;
    assert_eq!(connection["rights"]["can_reply"], true);
    page.press("Чаты аккаунта").await;

    page.shows(".title", "пишет в аккаунт: Вера").await;
    page.says("Вы открыты?").await;
    let asked = bot.hears("business_message").await;
    assert_eq!(asked["from"]["id"], boris.id());
    let answer = json!({"business_connection_id": connection["id"], "chat_id": boris.id(), "text": "До восьми"});
    bot.call("sendMessage", &answer).await;
    page.shows(".bubble:not(.mine)", "До восьми").await;
    page.picks("Кто вы", "Вера").await;
    page.says("Приходите").await;
    page.shows(".bubble.mine", "Приходите").await;
    let said = bot.hears("business_message").await;
    assert_eq!(said["from"]["id"], vera.id());

    let list = json!({"title": "Заказ", "tasks": [{"id": 1, "text": "Мёд"}, {"id": 2, "text": "Сыр"}],
        "others_can_mark_tasks_as_done": true, "others_can_add_tasks": true});
    let params = json!({"business_connection_id": connection["id"], "chat_id": boris.id(), "checklist": list});
    bot.call("sendChecklist", &params).await;
    page.picks("Кто вы", "Боря").await;
    page.press("Сыр").await;
    page.shows(".checklist [aria-checked=true]", "Сыр").await;
    page.shows(".service", "Сделано дел: 1").await;
    page.types("[aria-label='Ещё задача']", "Хлеб").await;
    page.click(".checklist form button").await;
    page.counts(".checklist [role=checkbox]", 3).await;

    page.picks("Бот", &format!("@{}", tg.username())).await;
    page.press("Вера").await;
    page.click(".menu summary").await;
    page.press("Профиль: Вера").await;
    page.press("Отключить бота от аккаунта").await;
    let ended = bot.hears("business_connection").await;
    assert_eq!(ended["is_enabled"], false);
    page.until("!document.querySelector('[aria-label=\"Бот\"]')")
        .await;
}

#[tokio::test]
async fn what_is_said_aside_is_seen_by_one_and_answered() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::listening(&tg).await);
    let boris = tg.person("Боря");
    let home = tg
        .group("Дом")
        .with(&alice)
        .with(&boris)
        .with_bot_as_administrator();
    alice.says_in(&home, "Привет");
    let page = Browser::open(&tg.url()).await;
    page.press("Дом").await;
    page.picks("Кто вы", "Алиса").await;
    let row = json!([[{"text": "Ещё", "callback_data": "more"}]]);
    let params = json!({"chat_id": home.id(), "text": "Ваш баланс: 7", "reply_markup": {"inline_keyboard": row},
        "ephemeral_message_parameters": {"receiver_user_id": alice.id()}});
    bot.call("sendMessage", &params).await;
    page.shows(".aside", "видите только вы").await;
    page.press("Ещё").await;
    let press = bot.hears("callback_query").await;
    assert_eq!(press["data"], "more");
    bot.call(
        "answerCallbackQuery",
        &json!({"callback_query_id": press["id"]}),
    )
    .await;
    page.handles("Ваш баланс").await;
    page.press("Ответить").await;
    page.says("спасибо").await;
    page.shows(".aside.mine", "спасибо").await;
    page.picks("Кто вы", "Боря").await;
    page.until("!document.querySelector('.aside')").await;
    page.is_clean().await;
}
