//! The page lives: what happens is there at once, in every tab, and after the emulator was away.

use serde_json::json;
use telegram_emulator::Emulator;

use crate::{bot::Bot, browser::Browser};

#[tokio::test]
async fn two_tabs_show_the_same() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    let page = Browser::open(&tg.url()).await;
    let first = page.second_tab(&tg.url()).await;

    page.says("из второй").await;
    page.sees("из второй").await;
    let second = page.to_tab(first).await;
    page.sees("из второй").await;
    bot.sends(&alice, "обеим").await;
    page.sees("обеим").await;
    page.to_tab(second).await;
    page.sees("обеим").await;
    page.is_clean().await;
}

#[tokio::test]
async fn edits_deletions_and_what_the_bot_is_doing_are_seen_at_once() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    let page = Browser::open(&tg.url()).await;

    bot.call(
        "sendChatAction",
        &json!({"chat_id": alice.id(), "action": "typing"}),
    )
    .await;
    page.until("document.querySelector('.doing').innerText === 'печатает…'")
        .await;
    let sent = bot.sends(&alice, "раз").await;
    page.sees("раз").await;
    page.until("document.querySelector('.doing').innerText === ''")
        .await;
    let place = json!({"chat_id": alice.id(), "message_id": sent["message_id"]});
    let reply = json!({"reply_parameters": {"message_id": sent["message_id"]}});
    bot.sends_with(&alice, "в ответ", &reply).await;
    page.until("document.querySelector('.reply')?.innerText.includes('раз')")
        .await;

    let mut edit = place.clone();
    edit["text"] = json!("два");
    bot.call("editMessageText", &edit).await;
    page.sees("два").await;
    page.until("document.querySelectorAll('.edited').length === 1")
        .await;
    // What stands below is not touched by that.
    page.handles("в ответ").await;
    bot.call("deleteMessage", &place).await;
    page.until("document.querySelectorAll('.bubble').length === 2")
        .await;
    page.counts(".actions[open]", 1).await;
    page.is_clean().await;
}

#[tokio::test]
async fn the_page_comes_back_by_itself_when_the_emulator_does() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    let page = Browser::open(&tg.url()).await;
    page.sees("/start").await;

    tg.stop().await;
    page.until("document.querySelector('.offline')").await;
    alice.says("пока никого нет");
    tg.restart().await;
    page.until("!document.querySelector('.offline')").await;
    page.sees("пока никого нет").await;
    bot.sends(&alice, "мы снова здесь").await;
    page.sees("мы снова здесь").await;
    page.until("document.querySelectorAll('.bubble').length === 3")
        .await;

    // Another one on the same port: another world.
    let address = tg.address();
    tg.stop().await;
    drop(tg);
    let tg = Emulator::builder()
        .port(address.port())
        .start()
        .await
        .expect("the port is free again");
    let boris = tg.person("Боря");
    boris.says("новый мир");
    page.press("Боря").await;
    page.sees("новый мир").await;
    page.until("document.querySelectorAll('.entry').length === 1")
        .await;
    page.until("[...document.querySelectorAll('.log li')].length === 1")
        .await;
}

#[tokio::test]
async fn each_bot_has_a_page_of_its_own() {
    let tg = Emulator::start().await;
    let shop = tg.add_bot("shop_bot");
    let alice = tg.person("Алиса");
    alice.says("первому");
    alice.to(&shop).says("лавке");
    let page = Browser::open(&tg.url()).await;
    page.sees("первому").await;
    page.picks("Бот", "@shop_bot").await;
    page.sees("лавке").await;
    page.says("ещё лавке").await;
    page.sees("ещё лавке").await;
    page.counts(".bubble", 2).await;
    let updates = Bot::of(&shop)
        .call("getUpdates", &json!({"offset": -1}))
        .await;
    assert_eq!(updates[0]["message"]["text"], "ещё лавке");
}
