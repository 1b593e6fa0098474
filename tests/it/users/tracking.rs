//! Whoever writes or presses a button is known before a handler runs.

use serde_json::json;

use super::{bot, message, private_chat};
use crate::support::{World, servers::until};

#[tokio::test]
async fn a_message_and_a_pressed_button_both_make_and_refresh_the_row() {
    let world = World::new().await;
    let _app = world.run(bot()).await;
    let alice = world.tg.person("Алиса").with_username("alice");
    alice.says("/start");
    alice.next_message().await;
    let first = world.user(alice.id()).await.expect("a row");
    assert!(first.is_active);

    alice.changes_username(Some("liddell"));
    let press = alice.presses("Да").await;
    world.tg.press_answered(&press).await;
    let second = world.user(alice.id()).await.expect("a row");
    assert_eq!(second.username.as_deref(), Some("liddell"));
    assert_eq!(second.created_at, first.created_at);
    assert!(second.updated_at > first.updated_at);

    let forgets = "DELETE FROM users";
    let forgot = world.database().await.batch_execute(forgets).await;
    forgot.expect("it is forgotten");
    let press = alice.presses("Да").await;
    world.tg.press_answered(&press).await;
    let third = world.user(alice.id()).await.expect("a press makes it too");
    assert!(third.is_active);
}

#[tokio::test]
async fn a_handler_finds_its_users_row_at_the_very_first_message() {
    let world = World::new().await;
    let _app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    alice.says("/save");
    assert_eq!(alice.next_message().await.text, "Сохранено");
    assert_eq!(
        world
            .count("FROM profiles JOIN users ON id = user_id")
            .await,
        1
    );
}

#[tokio::test]
async fn a_language_that_is_not_told_is_kept() {
    let world = World::new().await;
    let _app = world.run(bot()).await;
    let alice = world.tg.person("Алиса").with_language("en-GB");
    let boris = world.tg.person("Борис").without_language();
    for person in [&alice, &boris] {
        person.says("1");
        person.next_message().await;
    }
    let language = async |id| world.user(id).await.expect("a row").language;
    assert_eq!(language(alice.id()).await.as_deref(), Some("en-GB"));
    assert_eq!(language(boris.id()).await, None);

    let alice = alice.without_language();
    let boris = boris.with_language("be");
    for person in [&alice, &boris] {
        person.says("2");
        person.next_message().await;
    }
    assert_eq!(language(alice.id()).await.as_deref(), Some("en-GB"));
    assert_eq!(language(boris.id()).await.as_deref(), Some("be"));
}

#[tokio::test]
async fn odd_names_survive() {
    let world = World::new().await;
    let _app = world.run(bot()).await;
    let emoji = "👨‍👩‍👧".repeat(16) + "🦉".repeat(16).as_str();
    let marks = "\u{202e}\u{200f}עליסה\u{202c}";
    let names = [
        ("A\0l\0ice", Some("\0"), "Alice "),
        (marks, None, marks),
        (&emoji, Some(&emoji), &format!("{emoji} {emoji}")),
        ("<b>&'\"\\", Some("%s; --"), "<b>&'\"\\ %s; --"),
        ("{NULL,\"a\"}", None, "{NULL,\"a\"}"),
        (
            "Robert'); DROP TABLE users;--",
            None,
            "Robert'); DROP TABLE users;--",
        ),
        ("\u{fffe}\u{10ffff}\t\r\n", None, "\u{fffe}\u{10ffff}\t\r\n"),
    ];
    for (first, last, kept) in names {
        let person = world.tg.person(first);
        person.renames(first, last);
        person.says("привет");
        assert_eq!(person.next_message().await.text, "да", "{first:?}");
        let row = world.user(person.id()).await.expect("a row");
        assert_eq!(row.fullname, kept);
    }
}

#[tokio::test]
async fn a_lone_surrogate_in_a_name_loses_nobody() {
    let world = World::new().await;
    let _app = world.run(bot()).await;
    let alice = world.tg.person("Алиса").who_has_started();
    let user = json!({"id": alice.id(), "is_bot": false, "first_name": "X-X"});
    let mut update = message(&user, &private_chat(alice.id()), "привет");
    update["update_id"] = 900_000_001.into();
    let bytes = update.to_string().replace("X-X", "X\\ud83dX");
    world.tg.push_bytes(900_000_001, bytes);
    assert_eq!(alice.next_message().await.text, "да");
    let row = world.user(alice.id()).await.expect("a row");
    assert_eq!(row.fullname, "X\u{fffd}X");
}

#[tokio::test]
async fn bots_are_no_users() {
    let world = World::new().await;
    let _app = world.run(bot()).await;
    let group = world.tg.group("Клуб");
    let chat = json!({"id": group.id(), "type": "supergroup", "title": "Клуб"});
    // Telegram's own stand-in for anonymous admins.
    let from = json!({"id": 1_087_968_824, "is_bot": true, "first_name": "Group"});
    world.tg.push_update(message(&from, &chat, "привет"));
    assert_eq!(group.next_message().await.text, "да", "it is handled");
    assert_eq!(world.count("FROM users").await, 0);
}

#[tokio::test]
async fn many_users_at_once_are_written_together() {
    const USERS: i64 = 500;
    let world = World::new().await;
    let app = world
        .app(bot())
        .config(|config| config.delivery.partitions = 64);
    let app = app.spawn();
    // All of them wait when the bot comes.
    for id in 1..=USERS {
        let user = json!({"id": id, "is_bot": false, "first_name": format!("Некто {id}")});
        let change = json!({"message": {
            "message_id": 1, "date": 1, "from": user, "chat": private_chat(id),
        }});
        world.tg.push_update(change);
    }
    app.logs.wait_for("running").await;
    until("all have a row", async || {
        world.count("FROM users WHERE is_active").await == USERS
    })
    .await;
    let statements = world
        .count("FROM (SELECT DISTINCT xmin::text FROM users) AS written")
        .await;
    assert!(statements < USERS, "{statements} statements");
}
