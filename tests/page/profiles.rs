//! People's profiles: what they tell of themselves, their photo, and the end of an account.

use serde_json::json;
use telegram_emulator::Emulator;

use crate::{bot::Bot, browser::Browser};

#[tokio::test]
async fn a_person_changes_all_about_themselves_and_leaves() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("лицо.png");
    std::fs::write(&path, super::media::PNG).expect("the folder is there");
    let page = Browser::open(&tg.url()).await;

    page.click(".menu summary").await;
    page.press("Профиль: Алиса").await;
    page.types("dialog [name=last_name]", "Ли").await;
    page.types("dialog [name=bio]", "Пою").await;
    page.click("dialog [name=is_premium]").await;
    page.types("dialog [name=photo]", path.to_str().expect("UTF-8"))
        .await;
    page.press("Сохранить").await;
    page.until("document.querySelector('.entry img.avatar')?.naturalWidth === 1")
        .await;
    page.press("Алиса Ли").await;
    page.says("Это я").await;
    page.shows(".bubble.mine", "Это я").await;
    let updates = bot.call("getUpdates", &json!({"offset": -1})).await;
    let from = &updates[0]["message"]["from"];
    assert_eq!(
        [&from["last_name"], &from["is_premium"]],
        [&json!("Ли"), &json!(true)]
    );
    let chat = bot.call("getChat", &json!({"chat_id": alice.id()})).await;
    assert_eq!(chat["bio"], "Пою");

    page.click(".menu summary").await;
    page.press("Профиль: Алиса").await;
    page.press("Удалить аккаунт").await;
    page.shows(".composer", "Аккаунт удалён").await;
    page.counts(".entry .mark", 1).await;
    page.is_clean().await;
}
