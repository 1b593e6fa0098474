//! The shop of `docs/tutorial.md` with its tables and its dialogue. What needs no server its own package tests.

use tea_shop::{MIGRATIONS, Settings};

use crate::support::World;

#[tokio::test]
async fn the_shop_of_the_tutorial_takes_an_order_and_tells_its_admin() {
    let world = World::new().await;
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    let settings = Settings {
        admin_ids: vec![boris.id()],
        delivery: 300,
        is_closed: false,
    };
    let app = world.app(tea_shop::router());
    let app = app.with(|app| app.state(settings).migrations(MIGRATIONS));
    let app = app.start().await;
    boris.says("/start");
    boris.next_message().await;

    alice.says("🧺 Корзина");
    assert_eq!(alice.next_message().await.text, "В корзине пусто.");
    alice.says("🍵 Чай");
    assert_eq!(alice.next_message().await.text, "Какой?");
    alice.presses("Улун").await;
    let card = alice.next_edit().await.text;
    assert_eq!(card, "Улун\nС нотами сливок\n900 ₽ за 100 г");
    for _ in 0..2 {
        let press = alice.presses("В корзину").await;
        let note = world.tg.press_answered(&press).await;
        assert_eq!(note["text"], "Улун в корзине");
    }
    alice.says("🧺 Корзина");
    let basket = alice.next_message().await.text;
    assert_eq!(basket, "Улун × 2\nДоставка: 300 ₽\nВсего: 2100 ₽");

    alice.presses("Заказать").await;
    let asked = alice.next_message().await.text;
    assert_eq!(asked, "Куда привезти? Прервать: /cancel");
    alice.says("Тверская, 1");
    let confirm = alice.next_message().await.text;
    assert_eq!(confirm, "Везём сюда: Тверская, 1?");
    alice.presses("Да").await;
    let thanks = alice.next_edit().await.text;
    assert_eq!(thanks, "Заказ №1: 2100 ₽. Спасибо!");
    let told = boris.next_message().await.text;
    let news = "Заказ №1, Тверская, 1:\nУлун × 2\nДоставка: 300 ₽";
    assert_eq!(told, news);

    assert_eq!(world.count("FROM orders WHERE total = 2100").await, 1);
    assert_eq!(world.count("FROM baskets").await, 0);
    app.stop().await;
}
