//! The bots of the folder `examples/`, each as a process of its own. `cargo test` builds them; for
//! `cargo test --test it` alone, `cargo build --examples` does.

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
    assert_eq!(service.stop().await, 0);
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
