//! The shop as people have it: on real servers, with a Telegram and a delivery service of each test's own.

use axum::{Json, routing::post};
use ostankino::App;
use ostankino_test::{TestApp, World};
use serde_json::{Value, json};
use telegram_emulator::{Attachment, CheckoutEnd, Payment, Person};

use crate::{Shop, bot};

/// A delivery service at a port of its own, that asks for 300 roubles wherever to.
async fn delivery() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let service = axum::Router::new().route("/price", post(async || Json(300)));
    tokio::spawn(async { axum::serve(listener, service).await });
    format!("http://{address}/price")
}

async fn open(world: &World, admins: &[&Person], delivery_url: String) -> TestApp {
    let shop = Shop {
        admin_ids: admins.iter().map(|admin| admin.id()).collect(),
        delivery_url,
        photos: concat!(env!("CARGO_MANIFEST_DIR"), "/photos").into(),
        provider_token: "381764678:TEST:1".into(),
    };
    world.start(|config| bot(shop, App::builder(config))).await
}

async fn hears(person: &Person, words: &str) {
    let message = person.next_message().await;
    let text = format!("{}{}", message.text, message.caption);
    assert!(text.contains(words), "{words:?} is not in {text:?}");
}

async fn noted(world: &World, person: &Person, button: &str) -> Value {
    let press = person.presses(button).await;
    world.tg.press_answered(&press).await["text"].clone()
}

/// Tells of a good by its number, and puts it into the cart.
async fn adds(world: &World, person: &Person, good: &str) {
    person.presses(good).await;
    hears(person, good.split(',').next().expect("a name")).await;
    assert_eq!(noted(world, person, "В корзину").await, "Добавлено");
}

#[tokio::test]
async fn goods_are_found_on_pages_and_counted_in_the_cart() {
    let world = World::new().await;
    let bot = open(&world, &[], String::new()).await;
    let alice = world.person("Алиса");
    alice.says("/start");
    let first = alice.next_message().await;
    assert_eq!(first.text, "Каталог, 1/3");
    assert_eq!(first.buttons()[0], "Чай чёрный, 350 ₽");
    adds(&world, &alice, "Чай чёрный, 350 ₽").await;
    alice.presses("›").await;
    let second = alice.next_edit().await;
    assert_eq!(
        second.buttons(),
        [
            "Кофе в зёрнах, 890 ₽",
            "Какао, 540 ₽",
            "Мёд липовый, 610 ₽",
            "‹",
            "›",
            "Корзина"
        ]
    );
    adds(&world, &alice, "Какао, 540 ₽").await;

    alice.says("/cart");
    assert_eq!(
        alice.next_message().await.text,
        "Чай чёрный: 1 × 350 ₽\nКакао: 1 × 540 ₽\nИтого: 890 ₽"
    );
    alice.presses("+").await;
    assert!(alice.next_edit().await.text.ends_with("Итого: 1240 ₽"));
    alice.presses("− Какао").await;
    assert_eq!(
        alice.next_edit().await.text,
        "Чай чёрный: 2 × 350 ₽\nИтого: 700 ₽"
    );
    alice.presses("− Чай чёрный").await;
    alice.next_edit().await;
    alice.presses("− Чай чёрный").await;
    assert!(alice.next_edit().await.text.starts_with("Корзина пуста"));
    bot.stop().await;
}

#[tokio::test]
async fn an_order_takes_four_steps_and_is_paid_once() {
    let world = World::new().await;
    let (alice, boss) = (
        world.person("Алиса"),
        world.person("Глава").who_has_started(),
    );
    let bot = open(&world, &[&boss], delivery().await).await;
    alice.says("/catalogue");
    alice.next_message().await;
    adds(&world, &alice, "Чай чёрный, 350 ₽").await;
    adds(&world, &alice, "Чай зелёный, 420 ₽").await;
    alice.says("/cart");
    hears(&alice, "Итого: 770 ₽").await;

    alice.presses("Оформить заказ").await;
    hears(&alice, "Как вас зовут?").await;
    alice.sends(Attachment::location(55.7, 37.6));
    hears(&alice, "Напишите текстом").await;
    alice.says("Алиса <3");
    hears(&alice, "Ваш телефон?").await;
    alice.sends(Attachment::own_contact("+79990000000"));
    hears(&alice, "Куда привезти?").await;
    alice.sends(Attachment::location(55.8197, 37.6117));
    hears(&alice, "Спасибо").await;
    hears(
        &alice,
        "Доставка: 300 ₽\n\nАлиса <3, +79990000000\n55.81970, 37.61170",
    )
    .await;
    alice.says("А скидка?");
    hears(&alice, "Нажмите «Оплатить»").await;
    alice.presses("Оплатить").await;
    let invoice = alice.next_message().await;
    assert_eq!(invoice.message["invoice"]["total_amount"], 107_000);
    assert_eq!(world.count("FROM carts").await, 0);

    let checkout = alice.pays(invoice.message_id, Payment::new());
    let CheckoutEnd::Paid(charge) = world.tg.checkout_ended(&checkout).await else {
        panic!("the checkout was refused");
    };
    hears(&alice, "Оплачено").await;
    hears(&boss, "№ 1: /orders").await;
    let again = json!({"message": {
        "message_id": 1_000, "date": 1_800_000_000,
        "chat": {"id": alice.id(), "type": "private", "first_name": "Алиса"},
        "from": {"id": alice.id(), "is_bot": false, "first_name": "Алиса"},
        "successful_payment": {
            "currency": "RUB", "total_amount": 107_000, "invoice_payload": "1",
            "telegram_payment_charge_id": charge, "provider_payment_charge_id": "2",
        },
    }});
    world.tg.push_update(again);
    boss.says("/orders");
    hears(&boss, "№ 1, 1070 ₽, оплачен").await;
    // Behind the second payment in the order of her updates.
    alice.says("/cart");
    hears(&alice, "Корзина пуста").await;
    let thanks = |message: &&telegram_emulator::SentMessage| message.text.starts_with("Оплачено");
    assert_eq!(alice.messages().iter().filter(thanks).count(), 1);
    assert_eq!(
        world
            .count("FROM order_lines WHERE count = 1 AND price IN (350, 420)")
            .await,
        2
    );
    bot.stop().await;
}

#[tokio::test]
async fn without_a_price_of_delivery_the_order_goes_on_in_english_too() {
    let world = World::new().await;
    let bot = open(&world, &[], "http://127.0.0.1:9/price".into()).await;
    let bob = world.person("Bob").with_language("en-GB");
    bob.says("/start");
    assert_eq!(bob.next_message().await.text, "Catalogue, 1/3");
    bob.presses("Чай чёрный, 350 ₽").await;
    hears(&bob, "350 ₽").await;
    assert_eq!(noted(&world, &bob, "Add to cart").await, "Added");
    bob.presses("Cart").await;
    hears(&bob, "Total: 350 ₽").await;
    bob.presses("Order it").await;
    for (asked, said) in [
        ("your name", "Bob"),
        ("phone", "+4420"),
        ("Where to", "Baker Street"),
    ] {
        hears(&bob, asked).await;
        bob.says(said);
    }
    hears(&bob, "Thank you").await;
    hears(&bob, "Delivery: by agreement\n\nBob, +4420\nBaker Street").await;
    bob.says("/cancel");
    hears(&bob, "There is no order").await;
    assert_eq!(noted(&world, &bob, "Pay").await, "This order is closed");
    bot.stop().await;
}

#[tokio::test]
async fn goods_are_found_in_any_chat_and_priced_by_admins_only() {
    let world = World::new().await;
    let (alice, boss) = (world.person("Алиса"), world.person("Глава"));
    let bot = open(&world, &[&boss], String::new()).await;
    alice.says("/price 2 1");
    hears(&alice, "Каталог: /catalogue").await;
    boss.says("/price 2");
    hears(&boss, "Напишите номер товара и цену").await;
    boss.says("/price 2 450");
    hears(&boss, "Товар 2: 450 ₽").await;

    let found = world.tg.offered(&alice.queries("зел")).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["title"], "Чай зелёный, 450 ₽");
    let button = &found[0]["reply_markup"]["inline_keyboard"][0][0];
    let (_, payload) = button["url"]
        .as_str()
        .and_then(|url| url.split_once("?start="))
        .expect("a link to the bot");
    alice.says(&format!("/start {payload}"));
    let card = alice.next_message().await;
    assert_eq!(card.caption, "Чай зелёный\n450 ₽");
    let sizes = card.message["photo"].as_array().expect("a photo");
    assert_eq!(sizes.last().expect("a size")["width"], 320);
    bot.stop().await;
}
