//! The bots of the folder `examples/`, each as a process of its own. `cargo test` builds them; for
//! `cargo test --test it` alone, `cargo build --examples` does.

use telegram_emulator::{CheckoutEnd, Payment};

use crate::support::World;

/// The unit tests of the example's layer run here: cargo would build an example with tests of its
/// own only as a test, not as the program that is driven below.
#[path = "../../examples/custom_layer.rs"]
#[expect(dead_code, reason = "the program itself runs as a process")]
mod custom_layer;

#[tokio::test]
async fn the_echo_bot_greets_repeats_and_tracks() {
    let world = World::new().await;
    let service = world.example("echo").start().await;
    let alice = world.tg.person("Алиса").with_username("alice");

    alice.says("/start");
    let greeting = alice.next_message().await;
    assert_eq!(greeting.text, "Здравствуйте! Напишите что-нибудь.");
    let row = world.user(alice.id()).await.expect("a row");
    assert_eq!(row.username.as_deref(), Some("alice"));
    assert!(row.is_active);

    let odd = "<b>&amp;</b> & \"кавычки\" <3";
    alice.says(odd);
    assert_eq!(alice.next_message().await.text, odd, "as it was written");
    let after = world.user(alice.id()).await.expect("a row");
    assert!(after.updated_at > row.updated_at);
    assert_eq!(world.count("FROM users").await, 1);
    service.stop().await;
}

#[tokio::test]
async fn the_anti_flood_layer_refuses_the_third_message_of_one_user_only() {
    let world = World::new().await;
    let service = world.example("custom_layer").start().await;
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));

    let last = alice.says_many(["раз", "два", "три", "четыре", "пять"]);
    for answer in ["раз", "два", "Слишком часто. Подождите немного."]
    {
        assert_eq!(alice.next_message().await.text, answer);
    }
    let handled = |record: &serde_json::Value| {
        record["event"] == "update_handled" && record["update_id"] == last
    };
    let silent = service
        .logs
        .wait_until("the last is handled", handled)
        .await;
    assert_eq!(silent["outcome"], "ok");
    assert_eq!(alice.messages().len(), 3, "one refusal, then silence");

    boris.says("привет");
    assert_eq!(boris.next_message().await.text, "привет");
    assert_eq!(
        world.count("FROM users").await,
        2,
        "the refused are tracked too"
    );
}

#[tokio::test]
async fn the_routing_example_hears_the_filters_and_hides_the_commands_of_admins() {
    let world = World::new().await;
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    let setup = world.example("routing");
    let service = setup.set("ROUTING__ADMIN_IDS", &boris.id().to_string());
    let service = service.start().await;

    for (says, answer) in [
        ("/start", "Здравствуйте, Алиса!"),
        ("📜 Правила", "Правило одно: вежливость."),
        ("Заказ №7", "Ищу заказ №7…"),
    ] {
        alice.says(says);
        assert_eq!(alice.next_message().await.text, answer);
    }
    alice.says("/ban Борис");
    alice.sends_document("a.pdf", &b"%PDF"[..]);
    assert_eq!(
        alice.next_message().await.text,
        "Красиво!",
        "no answer before"
    );
    boris.says("/ban Алиса");
    assert_eq!(boris.next_message().await.text, "Больше не пишет: Алиса");
    service.stop().await;
}

#[tokio::test]
async fn the_dialogue_example_takes_an_order_and_knows_a_button_of_the_past() {
    let world = World::new().await;
    let service = world.example("dialogue").start().await;
    let alice = world.tg.person("Алиса");

    alice.says("/order");
    alice.next_message().await;
    alice.says("Маргарита");
    let asked = alice.next_message().await;
    assert_eq!(asked.text, "Нажмите на одну из кнопок.");
    alice.presses("Маргарита").await;
    assert_eq!(alice.next_edit().await.text, "Маргарита. Куда привезти?");
    alice.says("Тверская, 1");
    let confirm = alice.next_message().await;
    assert_eq!(confirm.text, "Маргарита, Тверская, 1. Верно?");
    alice.presses("Да").await;
    let ordered = alice.next_edit().await;
    assert_eq!(ordered.text, "Везём: Маргарита, Тверская, 1.");

    for _ in 0..2 {
        alice.says("/order");
        alice.next_message().await;
    }
    alice.presses("Маргарита").await;
    alice.next_edit().await;
    let past = alice.presses("Четыре сыра").await;
    let note = world.tg.press_answered(&past).await;
    assert_eq!(note["text"], "Это уже в прошлом");
    service.stop().await;
}

#[tokio::test]
async fn the_table_example_keeps_notes_in_a_table_of_its_own() {
    let world = World::new().await;
    let service = world.example("table").start().await;
    let alice = world.tg.person("Алиса");

    for (says, answer) in [
        ("/note", "Напишите что: /note хлеб"),
        ("/note <хлеб>", "Записано. Все: /notes"),
        ("/note чай", "Записано. Все: /notes"),
        ("/notes", "• чай\n• <хлеб>"),
        ("/clear", "Удалено: 2"),
        ("/notes", "Пока ничего."),
    ] {
        alice.says(says);
        assert_eq!(alice.next_message().await.text, answer);
    }
    assert_eq!(world.count("FROM __bot_schema_migrations").await, 1);
    service.stop().await;
}

#[tokio::test]
async fn the_payments_example_takes_stars_and_gives_them_back() {
    let world = World::new().await;
    let service = world.example("payments").start().await;
    let alice = world.tg.person("Алиса");

    alice.says("/buy");
    let invoice = alice.next_message().await;
    let checkout = alice.pays(invoice.message_id, Payment::new());
    let ended = world.tg.checkout_ended(&checkout).await;
    assert!(matches!(ended, CheckoutEnd::Paid(_)), "{ended:?}");
    let thanks = alice.next_message().await.text;
    let (_, command) = thanks.split_once("Вернуть: ").expect("how to get it back");
    for (says, answer) in [
        ("/refund 7", "Такого платежа нет."),
        (command, "Звёзды вернулись."),
    ] {
        alice.says(says);
        assert_eq!(alice.next_message().await.text, answer);
    }
    service.stop().await;
}

#[tokio::test]
async fn the_inline_example_finds_teas_and_hears_which_is_chosen() {
    let world = World::new().await;
    let service = world.example("inline").start().await;
    let alice = world.tg.person("Алиса");

    let query = alice.queries("УЛУН");
    let offered = world.tg.offered(&query).await;
    assert_eq!(offered.len(), 1);
    assert_eq!(offered[0]["title"], "Молочный улун");
    alice.chooses(&query, "Молочный улун");
    let chosen = service.logs.wait_for("tea_chosen").await;
    assert_eq!(chosen["tea"], "Молочный улун");
    service.stop().await;
}

#[tokio::test]
async fn the_webhooks_example_writes_to_a_user_for_whoever_knows_the_secret() {
    let world = World::new().await;
    let setup = world.example("webhooks").set("WEBHOOKS__SECRET", "s3cret");
    let service = setup.set("WEBHOOKS__ADDRESS", "127.0.0.1:0").start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    alice.next_message().await;

    let served = service.logs.wait_for("webhooks_served").await;
    let address = served["address"].as_str().expect("where");
    let client = reqwest::Client::new();
    let tells = async |secret: &str, user: i64| {
        let call = client.post(format!("http://{address}/paid/{user}"));
        let call = call.bearer_auth(secret).body("100").send().await;
        call.expect("an answer").status().as_u16()
    };
    assert_eq!(tells("guess", alice.id()).await, 401);
    assert_eq!(tells("s3cret", alice.id()).await, 204);
    assert_eq!(alice.next_message().await.text, "Оплачено: 100 ₽");
    assert_eq!(tells("s3cret", 404).await, 410, "nobody has that id");
}

#[tokio::test]
async fn the_bot_with_files_sends_one_and_looks_into_another() {
    let world = World::new().await;
    let service = world.example("files").start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/prices");
    let prices = alice.next_message().await;
    assert_eq!(prices.caption, "Цены");
    assert_eq!(prices.message["document"]["file_name"], "prices.csv");
    alice.sends_document("a.txt", "раз\nдва".as_bytes().to_vec());
    assert_eq!(alice.next_message().await.text, "Строк: 2");
    alice.sends_document("b.txt", vec![b'x'; (1 << 20) + 1]);
    assert!(alice.next_message().await.text.contains("мегабайта"));
    service.stop().await;
}
