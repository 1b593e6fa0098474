//! The whole bot, on real servers.

use downstream::{Order, compose, orders_of};
use ostankino_test::World;

#[tokio::test]
async fn an_order_is_stored_and_confirmed() {
    let world = World::new().await;
    let bot = world.start(compose).await;
    let alice = world.person("Алиса");

    alice.says("/order");
    assert_eq!(alice.next_message().await.text, "Какой чай?");
    alice.presses("Пуэр").await;
    let asked = alice.next_edit().await;
    assert_eq!(asked.text, "Пуэр. Сколько граммов?");
    alice.says("50");
    assert_eq!(alice.next_message().await.text, "Заказ принят: Пуэр, 50 г");

    let orders = orders_of(&mut world.connection().await, alice.id()).await;
    let tea = Order {
        tea: "Пуэр".into(),
        grams: 50,
    };
    assert_eq!(orders.expect("they are read"), [tea]);
    bot.stop().await;
}
