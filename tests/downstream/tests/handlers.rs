//! The handlers by themselves: no server is needed.

use downstream::router;
use ostankino_test::Chat;

#[tokio::test]
async fn who_orders_is_asked_for_the_tea_and_then_how_much() {
    let mut chat = Chat::new(router());
    chat.says("/order").await.expect_text("Какой чай?");
    chat.presses("Сенча")
        .await
        .expect_edit("Сенча. Сколько граммов?");
    for odd in ["много", "0", "-5", "5001"] {
        let mut answer = chat.says(odd).await;
        answer
            .expect_text("Напишите число от 1 до 5000")
            .expect_silence();
    }
    assert_eq!(chat.dialogue().as_deref(), Some("order.grams"));
}
