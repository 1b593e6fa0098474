//! Topics: the bar of them, what is written in one, and what becomes of it.

use serde_json::json;
use telegram_emulator::Emulator;
use thirtyfour::Key;

use crate::{bot::Bot, browser::Browser};

#[tokio::test]
async fn topics_are_opened_written_in_renamed_closed_and_deleted() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::listening(&tg).await);
    let home = tg
        .group("Дом")
        .with_administrator(&alice)
        .with_bot_as_administrator();
    alice.says_in(&home, "Для всех");
    let page = Browser::open(&tg.url()).await;
    page.press("Дом").await;
    page.click("button.title").await;
    page.press("Открыть тему").await;
    page.types(
        "dialog [name=name]",
        format!("Ремонт{}", Key::Enter.value()),
    )
    .await;
    page.until("document.querySelector('.chips [aria-pressed=true]')?.innerText === '# Ремонт'")
        .await;
    page.says("Красим стены").await;
    page.sees("Красим стены").await;
    page.counts(".bubble", 1).await;
    let thread = loop {
        let message = bot.hears("message").await;
        if message["text"] == "Красим стены" {
            assert_eq!(message["is_topic_message"], true);
            break message["message_thread_id"].clone();
        }
    };

    page.attaches("Место").await;
    page.click("dialog .primary").await;
    page.counts(".bubble .tile", 1).await;
    let place = bot.hears("message").await;
    assert_eq!(place["message_thread_id"], thread);

    page.press("Все темы").await;
    page.counts(".bubble", 3).await;
    page.press("# Общая").await;
    page.counts(".bubble", 1).await;
    page.sees("Для всех").await;
    let params = json!({"chat_id": home.id(), "message_thread_id": thread, "text": "Нужна краска"});
    bot.call("sendMessage", &params).await;
    page.press("# Ремонт").await;
    page.sees("Нужна краска").await;

    page.picks("Что сделать с темой", "Переименовать…").await;
    page.types(
        "dialog [name=name]",
        format!(" кухни{}", Key::Enter.value()),
    )
    .await;
    page.shows(".chips", "# Ремонт кухни").await;
    page.picks("Что сделать с темой", "Закрыть").await;
    page.shows(".service", "Тема закрыта").await;
    page.until("document.querySelector('.chips .closed')").await;
    page.picks("Что сделать с темой", "Открыть снова").await;
    page.shows(".service", "Тема снова открыта").await;
    page.picks("Что сделать с темой", "Удалить").await;
    page.until("!document.querySelector('.chips').innerText.includes('Ремонт')")
        .await;
    page.sees("Для всех").await;
    page.is_clean().await;
}
