//! The shop as people have it: on real servers, with a Telegram and a delivery service of each test's own.

use axum::{Json, routing::post};
use diesel_async::SimpleAsyncConnection;
use ostankino::App;
use ostankino_test::{TestApp, World};
use serde_json::{Value, json};
use telegram_emulator::{Attachment, CheckoutEnd, Payment, Person, SentMessage};

use crate::{Lang, Shop, bot, dialogs};

/// A delivery service at a port of its own: it asks for so much wherever to, or never answers.
async fn delivery(roubles: Option<i32>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let price = async move || match roubles {
        Some(roubles) => Json(roubles),
        None => std::future::pending().await,
    };
    let service = axum::Router::new().route("/price", post(price));
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

async fn sql(world: &World, statements: &str) {
    let mut connection = world.connection().await;
    let done = connection.batch_execute(statements).await;
    done.expect("they are executed");
}

/// What it says, with plain spaces.
fn said(message: &SentMessage) -> String {
    format!("{}{}", message.text, message.caption).replace('\u{a0}', " ")
}

async fn hears(person: &Person, words: &str) -> SentMessage {
    let message = person.next_message().await;
    let text = said(&message);
    assert!(text.contains(words), "{words:?} is not in {text:?}");
    message
}

/// A message becomes one that says so; others lose their buttons meanwhile.
async fn sees(person: &Person, words: &str) -> SentMessage {
    loop {
        let message = person.next_edit().await;
        if said(&message).contains(words) {
            return message;
        }
    }
}

/// The title and the payload of the link of the one good that is found by that.
async fn found(world: &World, person: &Person, words: &str) -> (String, String) {
    let found = world.tg.offered(&person.queries(words)).await;
    assert_eq!(found.len(), 1, "{found:?}");
    let button = &found[0]["reply_markup"]["inline_keyboard"][0][0];
    let url = button["url"].as_str().expect("a link to the bot");
    let (_, payload) = url.split_once("?start=").expect("a payload");
    let title = found[0]["title"].as_str().expect("a title");
    (title.to_owned(), payload.to_owned())
}

async fn noted(world: &World, person: &Person, button: &str) -> Value {
    let press = person.presses(button).await;
    world.tg.press_answered(&press).await["text"].clone()
}

/// Opens the card of a good, puts it into the cart, and goes back.
async fn adds(world: &World, person: &Person, good: &str) {
    person.presses(&good.replace(" ₽", "\u{a0}₽")).await;
    sees(person, good.split(',').next().expect("a name")).await;
    assert_eq!(noted(world, person, "В корзину").await, "Добавлено");
    person.presses("‹ Каталог").await;
}

/// From the cart on to the summary.
async fn orders(person: &Person) {
    person.presses("Оформить заказ").await;
    sees(person, "Как вас зовут?").await;
    person.says("Алиса <3");
    hears(person, "Номер можно и отправить").await;
    hears(person, "Ваш телефон?").await;
    person.sends(Attachment::own_contact("+79990000000"));
    hears(person, "Место можно и отправить").await;
    hears(person, "Куда привезти?").await;
    person.sends(Attachment::location(55.8197, 37.6117));
    hears(person, "Спасибо").await;
}

#[test]
fn every_window_has_a_picture_in_each_language() {
    let previews = dialogs("photos").preview();
    for preview in &previews {
        assert_eq!(preview.problem, None, "{preview}");
        let is_it = |tag: &str| {
            let same = (preview.dialog, preview.window, tag);
            let mut all = previews.iter();
            all.any(|it| (it.dialog, it.window, it.sample) == same)
        };
        assert!(Lang::ALL.iter().all(|lang| is_it(lang.tag())), "{preview}");
    }
    let windows = previews.iter().filter(|it| it.sample == "ru");
    assert_eq!(windows.count(), 7);
    for arrow in [
        "catalogue_Goods --> card",
        "card_Good --> catalogue",
        "cart_Lines --> order",
        "order_Address --> order_Summary",
    ] {
        let diagram = dialogs("photos").diagram();
        assert!(diagram.contains(arrow), "{arrow} is not in {diagram}");
    }
}

#[tokio::test]
async fn goods_are_found_on_pages_and_counted_in_the_cart() {
    let world = World::new().await;
    let bot = open(&world, &[], String::new()).await;
    let alice = world.person("Алиса");
    alice.says("/start");
    let first = hears(&alice, "Каталог").await;
    assert_eq!(
        first.buttons(),
        [
            "Чай чёрный, 350\u{a0}₽",
            "Чай зелёный, 420\u{a0}₽",
            "Иван-чай, 380\u{a0}₽",
            "·",
            "1 / 3",
            "›",
            "Корзина"
        ]
    );
    adds(&world, &alice, "Чай чёрный, 350 ₽").await;
    hears(&alice, "Каталог").await;
    alice.presses("›").await;
    let second = sees(&alice, "Каталог").await;
    assert_eq!(second.buttons()[1], "Какао, 540\u{a0}₽");
    adds(&world, &alice, "Какао, 540 ₽").await;
    // Back on the page that was left.
    let second = hears(&alice, "Каталог").await;
    assert_eq!(second.buttons()[4], "2 / 3");

    alice.says("/cart");
    let cart = hears(&alice, "Итого").await;
    assert_eq!(
        said(&cart),
        "Чай чёрный: 1 × 350 ₽\nКакао: 1 × 540 ₽\nИтого: 890 ₽"
    );
    alice.presses("+").await;
    sees(&alice, "Итого: 1240 ₽").await;
    alice.presses("− Какао").await;
    let cart = sees(&alice, "Итого").await;
    assert_eq!(said(&cart), "Чай чёрный: 2 × 350 ₽\nИтого: 700 ₽");
    alice.presses("− Чай чёрный").await;
    sees(&alice, "Итого: 350 ₽").await;
    alice.presses("− Чай чёрный").await;
    let empty = sees(&alice, "Корзина пуста").await;
    assert_eq!(empty.buttons(), ["‹ Каталог"]);
    bot.stop().await;
}

#[tokio::test]
async fn an_order_takes_four_steps_and_is_paid_once() {
    let world = World::new().await;
    let (alice, boss) = (
        world.person("Алиса"),
        world.person("Глава").who_has_started(),
    );
    let bot = open(&world, &[&boss], delivery(Some(300)).await).await;
    alice.says("/catalogue");
    hears(&alice, "Каталог").await;
    adds(&world, &alice, "Чай чёрный, 350 ₽").await;
    hears(&alice, "Каталог").await;
    adds(&world, &alice, "Чай зелёный, 420 ₽").await;
    hears(&alice, "Каталог").await;
    alice.presses("Корзина").await;
    sees(&alice, "Итого: 770 ₽").await;

    alice.presses("Оформить заказ").await;
    sees(&alice, "Как вас зовут?").await;
    // No name, and of no other route.
    alice.sends(Attachment::location(55.7, 37.6));
    alice.says(&"я".repeat(201));
    hears(&alice, "Слишком длинно: 201 символ, можно не больше 200").await;
    alice.says("Алиса <3");
    hears(&alice, "Номер можно и отправить").await;
    hears(&alice, "Ваш телефон?").await;
    alice.sends(Attachment::own_contact("+79990000000"));
    hears(&alice, "Место можно и отправить").await;
    hears(&alice, "Куда привезти?").await;
    alice.sends(Attachment::location(55.8197, 37.6117));
    hears(&alice, "Спасибо").await;
    hears(
        &alice,
        "Итого: 770 ₽\nДоставка: 300 ₽\n\nАлиса <3, +79990000000\n55.81970, 37.61170",
    )
    .await;
    alice.says("А скидка?");
    hears(&alice, "Каталог: /catalogue").await;
    let picture = alice.presses("Оплатить").await;
    world.tg.press_answered(&picture).await;
    let bare = sees(&alice, "Доставка: 300 ₽").await;
    assert!(bare.buttons().is_empty());
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
    let thanks = |message: &&SentMessage| message.text.starts_with("Оплачено");
    assert_eq!(alice.messages().iter().filter(thanks).count(), 1);
    let lines = "FROM order_lines WHERE count = 1 AND price IN (350, 420)";
    assert_eq!(world.count(lines).await, 2);
    bot.stop().await;
}

#[tokio::test]
async fn a_slow_delivery_service_holds_up_no_order_in_english_too() {
    let world = World::new().await;
    let bot = open(&world, &[], delivery(None).await).await;
    let bob = world.person("Bob").with_language("en-GB");
    bob.says("/start");
    hears(&bob, "Catalogue").await;
    bob.presses("Чай чёрный, ₽350").await;
    sees(&bob, "₽350").await;
    assert_eq!(noted(&world, &bob, "Add to cart").await, "Added");
    bob.presses("Cart").await;
    hears(&bob, "Total: ₽350").await;
    bob.presses("Order it").await;
    sees(&bob, "your name").await;
    for (said, asked) in [
        ("Bob", "phone"),
        ("+4420", "Where to"),
        ("Baker Street", ""),
    ] {
        bob.says(said);
        hears(
            &bob,
            if asked.is_empty() {
                "Thank you"
            } else {
                "by the button"
            },
        )
        .await;
        hears(&bob, asked).await;
    }
    let summary = bob.messages().last().map(said).expect("a summary");
    assert!(
        summary.ends_with("Delivery: by agreement\n\nBob, +4420\nBaker Street"),
        "{summary}"
    );
    bob.says("/cancel");
    hears(&bob, "There is no order").await;
    assert!(sees(&bob, "by agreement").await.buttons().is_empty());

    bob.says("/language");
    hears(&bob, "Which language").await;
    bob.presses("Русский").await;
    sees(&bob, "Буду говорить по-русски").await;
    bob.says("/cart");
    hears(&bob, "Итого: 350 ₽").await;
    bot.stop().await;
}

#[tokio::test]
async fn an_order_whose_cart_was_emptied_meanwhile_is_none() {
    let world = World::new().await;
    // Nobody is there who knows what delivery costs.
    let bot = open(&world, &[], "http://127.0.0.1:9/price".into()).await;
    let alice = world.person("Алиса");
    alice.says("/start");
    hears(&alice, "Каталог").await;
    adds(&world, &alice, "Чай чёрный, 350 ₽").await;
    hears(&alice, "Каталог").await;
    alice.presses("Корзина").await;
    sees(&alice, "Итого: 350 ₽").await;
    orders(&alice).await;
    hears(&alice, "Доставка: по договорённости").await;
    sql(&world, "DELETE FROM carts").await;
    let told = noted(&world, &alice, "Оплатить").await;
    assert_eq!(told, "Корзина пуста. Каталог: /catalogue");
    assert_eq!(world.count("FROM orders").await, 0);

    // What only the shop itself is to blame for.
    sql(&world, "DROP TABLE carts").await;
    alice.says("/cart");
    hears(&alice, "У нас что-то сломалось").await;
    bot.stop().await;
}

#[tokio::test]
async fn goods_that_are_sold_no_more_are_not_put_into_the_cart() {
    let world = World::new().await;
    let bot = open(&world, &[], String::new()).await;
    let alice = world.person("Алиса");
    alice.says("/start");
    hears(&alice, "Каталог").await;
    let (_, link) = found(&world, &alice, "зел").await;
    sql(&world, "DELETE FROM goods WHERE id = 2").await;
    let told = noted(&world, &alice, "Чай зелёный, 420\u{a0}₽").await;
    assert_eq!(told, "Этого уже нет");
    let page = sees(&alice, "Каталог").await;
    assert_eq!(page.buttons()[1], "Иван-чай, 380\u{a0}₽");
    alice.presses("Чай чёрный, 350\u{a0}₽").await;
    sees(&alice, "Чай чёрный").await;
    sql(&world, "DELETE FROM goods WHERE id = 1").await;
    let told = noted(&world, &alice, "В корзину").await;
    assert_eq!(told, "Этого товара больше нет.");
    alice.says(&format!("/start {link}"));
    hears(&alice, "Этого товара больше нет.").await;
    assert_eq!(world.count("FROM carts").await, 0);
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

    let (title, payload) = found(&world, &alice, "зел").await;
    assert_eq!(title, "Чай зелёный, 450\u{a0}₽");
    // However often one comes by a link.
    for _ in 0..2 {
        alice.says(&format!("/start {payload}"));
        let card = hears(&alice, "Чай зелёный\n450 ₽").await;
        let sizes = card.message["photo"].as_array().expect("a photo");
        assert_eq!(sizes.last().expect("a size")["width"], 320);
    }
    assert_eq!(noted(&world, &alice, "В корзину").await, "Добавлено");
    alice.presses("‹ Каталог").await;
    hears(&alice, "Каталог").await;
    bot.stop().await;
}
