//! Direct messages of a channel: people write to it, its bot and its administrators answer.

use serde_json::json;
use telegram_emulator::Emulator;

use crate::{bot::Bot, browser::Browser};

#[tokio::test]
async fn people_write_to_a_channel_and_are_answered_each_in_a_topic_of_their_own() {
    let tg = Emulator::start().await;
    let (olga, bot) = (tg.person("Ольга"), Bot::listening(&tg).await);
    let (alice, boris) = (tg.person("Алиса"), tg.person("Боря"));
    let channel = tg
        .channel("Новости")
        .with_administrator(&olga)
        .with(&alice)
        .with(&boris);
    let page = Browser::open(&tg.url()).await;
    page.press("Новости").await;
    page.click("button.title").await;
    page.press("Включить личные сообщения").await;
    page.shows(".title", "личные сообщения канала").await;
    page.click("button.title").await;
    page.shows(".title", "канал · людей: 3 и бот").await;

    page.picks("Кто вы", "Алиса").await;
    page.press("Написать каналу").await;
    page.says("Можно вопрос?").await;
    page.shows(".bubble.mine", "Можно вопрос?").await;
    let told = bot.hears("message").await;
    assert_eq!(told["direct_messages_topic"]["topic_id"], alice.id());
    assert_eq!(told["chat"]["is_direct_messages"], true);
    let answer = json!({
        "chat_id": told["chat"]["id"], "text": "Спрашивайте",
        "direct_messages_topic_id": told["direct_messages_topic"]["topic_id"],
    });
    bot.call("sendMessage", &answer).await;
    page.shows(".bubble:not(.mine)", "Спрашивайте").await;

    page.picks("Кто вы", "Боря").await;
    page.counts(".bubble", 0).await;
    page.says("А мне?").await;
    page.counts(".bubble", 1).await;

    page.picks("Кто вы", "Ольга").await;
    page.counts(".bubble", 3).await;
    page.shows(".composer", "Выберите, кому ответить").await;
    page.press("Боря").await;
    page.counts(".bubble", 1).await;
    page.says("И вам").await;
    page.shows(".bubble .author", "Новости").await;
    page.counts(".bubble", 2).await;
    page.picks("Кто вы", "Алиса").await;
    page.counts(".bubble", 2).await;
    page.picks("Кто вы", "Боря").await;
    page.counts(".bubble", 2).await;
    page.sees("И вам").await;
    assert_eq!(channel.direct_messages().messages().len(), 1);
    page.is_clean().await;
}
