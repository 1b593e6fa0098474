//! Who can be written to.

use serde_json::{Value, json};

use super::bot;
use crate::support::{World, servers::until};

#[tokio::test]
async fn who_blocked_the_bot_and_writes_in_a_group_stays_inactive() {
    let world = World::new().await;
    let service = world.service().start().await;
    let alice = world.tg.person("Алиса");
    let group = world.tg.group("Клуб").with(&alice);
    alice.says("/start");
    alice.next_message().await;
    alice.blocks();
    service.logs.wait_for("blocked").await;

    alice.renames("Alice", None);
    alice.says_in(&group, "/help");
    group.next_message().await;
    let row = world.user(alice.id()).await.expect("a row");
    assert_eq!(row.fullname, "Alice", "it is refreshed");
    assert!(!row.is_active, "she cannot be written to");

    alice.unblocks();
    alice.says("/start");
    alice.next_message().await;
    assert!(world.user(alice.id()).await.expect("a row").is_active);
}

#[tokio::test]
async fn who_is_first_seen_in_a_group_is_inactive_until_the_private_chat() {
    let world = World::new().await;
    let _app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    let group = world.tg.group("Клуб").with(&alice);
    alice.says_in(&group, "привет");
    group.next_message().await;
    assert!(!world.user(alice.id()).await.expect("a row").is_active);

    alice.says("привет");
    alice.next_message().await;
    assert!(world.user(alice.id()).await.expect("a row").is_active);

    alice.says_in(&group, "привет");
    group.next_message().await;
    assert!(
        world.user(alice.id()).await.expect("a row").is_active,
        "a group takes nothing away"
    );
}

#[tokio::test]
async fn somebody_unknown_who_blocks_or_unblocks_gets_a_row() {
    let world = World::new().await;
    let service = world.service().start().await;
    let (alice, boris) = (
        world.tg.person("Алиса").with_username("alice"),
        world.tg.person("Борис"),
    );
    alice.blocks();
    boris.unblocks();
    let blocked = service.logs.wait_for("blocked").await;
    assert_eq!(
        (&blocked["user_id"], &blocked["level"]),
        (&alice.id().into(), &"INFO".into())
    );
    let unblocked = service.logs.wait_for("unblocked").await;
    assert_eq!(unblocked["user_id"], boris.id());
    for person in [&alice, &boris] {
        let handled = service.logs.wait_until("it is handled", |record| {
            record["route"] == "my_chat_member" && record["user_id"] == person.id()
        });
        assert_eq!(handled.await["outcome"], "ok");
    }
    let row = world.user(alice.id()).await.expect("a row");
    assert_eq!(
        (row.username.as_deref(), row.is_active),
        (Some("alice"), false)
    );
    assert!(world.user(boris.id()).await.expect("a row").is_active);
    assert_eq!(
        world.tg.calls_of("sendMessage").len(),
        0,
        "nobody is written to"
    );
}

#[tokio::test]
async fn the_bots_membership_in_a_group_changes_nobody() {
    let world = World::new().await;
    let service = world.service().start().await;
    let alice = world.greeted("Алиса").await;
    let before = world.user(alice.id()).await;

    let group = world.tg.group("Клуб").with(&alice);
    let bot = json!({"id": world.tg.bot_id(), "is_bot": true, "first_name": "bot"});
    let change = |from: i64, old: Value, new: Value| {
        json!({"my_chat_member": {
            "chat": {"id": group.id(), "type": "supergroup", "title": "Клуб"}, "date": 1,
            "from": {"id": from, "is_bot": false, "first_name": "Алиса"},
            "old_chat_member": old, "new_chat_member": new,
        }})
    };
    let member = json!({"user": bot, "status": "member"});
    let kicked = json!({"user": bot, "status": "kicked", "until_date": 0});
    let left = json!({"user": bot, "status": "left"});
    let updates = [
        change(alice.id(), member.clone(), kicked.clone()),
        change(alice.id(), kicked, member.clone()),
        change(alice.id(), member.clone(), left.clone()),
        change(alice.id() + 1, left, member),
    ];
    for update in updates {
        let id = world.tg.push_update(update);
        let handled = service
            .logs
            .wait_until("it is handled", |record| record["update_id"] == id);
        assert_eq!(handled.await["outcome"], "ok");
    }
    assert_eq!(world.user(alice.id()).await, before);
    // Who added the bot has a row, so that a handler may refer to it, and is not written to.
    let others = "FROM users WHERE NOT is_active";
    assert_eq!(world.count(others).await, 1);
}

#[tokio::test]
async fn who_turns_out_to_have_blocked_the_bot_becomes_inactive() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let alice = world.greeted("Алиса").await;

    // The block itself was never heard of, as after a day without the bot.
    let blocked = telegram_emulator::Fault::on("sendMessage")
        .status(403)
        .description("Forbidden: bot was blocked by the user");
    world.tg.fault(blocked.times(1));
    alice.says("привет");
    app.logs.wait_for("reply_unsent").await;
    let inactive = async || !world.user(alice.id()).await.expect("a row").is_active;
    until("she is inactive", inactive).await;

    alice.says("я вернулась");
    alice.next_message().await;
    assert!(world.user(alice.id()).await.expect("a row").is_active);
}
