//! The customer's Definition of Done, a test a line: the real binary, told over HTTP, looked at in
//! the database and the log.

use crate::support::World;

#[tokio::test]
async fn the_bot_starts_by_long_polling_and_connects_to_nats() {
    let world = World::new().await;
    let service = world.service().start().await;
    world
        .tg
        .wait_until(telegram_emulator::Emulator::is_polled)
        .await;
    let poll = &world.tg.calls_of("getUpdates")[0];
    assert_eq!(poll.params["timeout"], 30, "a long poll");
    assert_eq!(
        poll.params["allowed_updates"],
        serde_json::json!([
            "message",
            "callback_query",
            "my_chat_member",
            "stopped_message_generation"
        ])
    );
    let jetstream = world.jetstream().await;
    jetstream
        .get_stream(format!("{}_UPDATES", world.prefix))
        .await
        .expect("the queue is there");
    jetstream
        .get_key_value(format!("{}_fsm", world.prefix))
        .await
        .expect("the states are there");
    service.stop().await;
}

#[tokio::test]
async fn a_new_users_start_is_answered_and_makes_a_row() {
    let world = World::new().await;
    let _service = world.service().start().await;
    let alice = world
        .tg
        .person("Алиса")
        .with_last_name("Ли")
        .with_username("alice")
        .with_language("ru");
    assert_eq!(world.user(alice.id()).await, None);

    alice.says("/start");
    assert!(
        alice
            .next_message()
            .await
            .text
            .starts_with("Здравствуйте, Алиса!")
    );

    let row = world.user(alice.id()).await.expect("a row");
    assert_eq!(row.username.as_deref(), Some("alice"));
    assert_eq!(row.fullname, "Алиса Ли");
    assert_eq!(row.language.as_deref(), Some("ru"));
    assert!(row.is_active);
}

#[tokio::test]
async fn another_message_refreshes_the_row_and_makes_no_second_one() {
    let world = World::new().await;
    let _service = world.service().start().await;
    let alice = world.tg.person("Алиса").with_username("alice");
    alice.says("/start");
    alice.next_message().await;
    let before = world.user(alice.id()).await.expect("a row");

    alice.renames("Alice", Some("Lee"));
    alice.changes_username(None);
    alice.says("ещё раз");
    alice.next_message().await;

    let after = world.user(alice.id()).await.expect("a row");
    assert!(after.updated_at > before.updated_at);
    assert_eq!(after.created_at, before.created_at);
    assert_eq!(
        (after.fullname.as_str(), after.username),
        ("Alice Lee", None)
    );
    assert_eq!(world.count("FROM users").await, 1);
}

#[tokio::test]
async fn a_block_is_logged_and_noted_and_an_unblock_undoes_it() {
    let world = World::new().await;
    let service = world.service().start().await;
    let alice = world.greeted("Алиса").await;

    alice.blocks();
    let record = service.logs.wait_for("blocked").await;
    assert_eq!(record["user_id"], alice.id());
    service
        .logs
        .wait_until("the block is handled", |r| r["route"] == "my_chat_member")
        .await;
    let blocked = world.user(alice.id()).await.expect("the row is kept");
    assert!(!blocked.is_active);

    alice.unblocks();
    alice.says("/start");
    alice.next_message().await;
    assert!(world.user(alice.id()).await.expect("a row").is_active);
    assert_eq!(world.count("FROM users").await, 1);
}
