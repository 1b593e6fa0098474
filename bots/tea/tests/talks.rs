//! What is said, without any server.

use ostankino_test::Chat;
use tea_shop::{Settings, router};

#[tokio::test]
async fn a_tea_is_looked_at_and_left() {
    let mut chat = Chat::new(router()).state(Settings::default());
    chat.says("/start")
        .await
        .expect_text("Здравствуйте, Алиса!");
    chat.says("🍵 Чай").await.expect_text("Какой?");
    let card = "Улун\nС нотами сливок\n900 ₽ за 100 г";
    chat.presses("Улун").await.expect_edit(card);
    chat.presses("‹ Назад").await.expect_edit("Какой?");
}

#[tokio::test]
async fn nobody_is_served_while_the_shop_is_closed() {
    let settings = Settings {
        is_closed: true,
        ..Settings::default()
    };
    let mut chat = Chat::new(router()).state(settings);
    chat.says("🍵 Чай")
        .await
        .expect_text("Закрыто. Приходите завтра.");
}
