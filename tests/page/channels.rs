//! Channels: posts, who may write, subscribing, and the group of comments.

use serde_json::json;
use telegram_emulator::Emulator;

use crate::{bot::Bot, browser::Browser};

#[tokio::test]
async fn the_owner_posts_others_subscribe_and_comments_have_a_group() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::listening(&tg).await);
    let boris = tg.person("Боря");
    alice.says("/start");
    let talk = tg.group("Обсуждение").with(&alice);
    let page = Browser::open(&tg.url()).await;
    page.click("[aria-label='Добавить группу']").await;
    page.types("input[name=title]", "Новости").await;
    page.run("document.querySelector('select[name=type]').value = 'channel'")
        .await;
    page.press("Создать").await;
    page.shows(".title", "канал").await;
    page.counts(".entry .mark", 1).await;

    page.click("button.title").await;
    page.until(
        "(() => {
        const list = document.querySelector('dialog label select');
        list.value = list.options[1].value;
        list.dispatchEvent(new Event('change', {bubbles: true}));
        return true;
    })()",
    )
    .await;
    page.press("Готово").await;
    page.says("Первый пост").await;
    page.sees("Первый пост").await;
    let post = bot.hears("channel_post").await;
    assert_eq!(post["text"], "Первый пост");
    let comment = bot.hears("message").await;
    assert_eq!(comment["chat"]["id"], talk.id());
    assert_eq!(comment["is_automatic_forward"], true);

    page.picks("Кто вы", "Боря").await;
    page.press("Подписаться").await;
    page.shows(".composer", "Здесь пишут только администраторы")
        .await;
    let channel = json!({"chat_id": post["chat"]["id"], "user_id": boris.id()});
    let member = bot.call("getChatMember", &channel).await;
    assert_eq!(member["status"], "member");
    page.press("Обсуждение").await;
    page.shows(".forwarded", "Переслано от Новости").await;
    page.is_clean().await;
}
