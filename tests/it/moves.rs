//! Groups that become supergroups: a dialogue goes on where it was.

use ostankino::{DialogueState, Error, Fsm, Router};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::support::World;

#[tokio::test]
async fn a_form_begun_in_a_group_goes_on_in_the_supergroup() {
    let world = World::new().await;
    let _service = world.service().start().await;
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    let group = world.tg.basic_group("Дом").with(&alice).with(&boris);
    alice.says_in(&group, "/form");
    group.next_message().await;

    // Told by another member, whose updates may be in another partition.
    let supergroup = group.becomes_supergroup(&boris);
    alice.says_in(&supergroup, "Анна");
    let reply = supergroup.next_message().await.text;
    assert!(reply.starts_with("Приятно познакомиться, Анна!"), "{reply}");
    alice.says_in(&supergroup, "42");
    supergroup.next_message().await;
    let press = alice.presses_in(&supergroup, "Сохранить").await;
    assert_eq!(world.tg.press_answered(&press).await["text"], "Сохранено");
    boris.says_in(&supergroup, "Борис");
    assert_eq!(world.count("FROM profiles WHERE name = 'Анна'").await, 1);
}

#[derive(Serialize, Deserialize)]
struct Asked {}

impl DialogueState for Asked {
    const NAME: &'static str = "asked";
}

/// A bot that asks at /ask, and says «ответ» to what is said then, «прочее» to all else.
fn asks() -> Router {
    Router::new()
        .command("ask", |fsm: Fsm| async move {
            fsm.set(Asked {})?;
            Ok::<_, Error>("Что?")
        })
        .state::<Asked, _>(|fsm: Fsm| async move {
            fsm.clear();
            "ответ"
        })
        .text(|| async { "прочее" })
}

#[tokio::test]
async fn either_message_about_the_move_is_enough() {
    let world = World::new().await;
    let _app = world.run(asks()).await;
    let alice = world.tg.person("Алиса");
    let from = json!({"id": alice.id(), "is_bot": false, "first_name": "Алиса"});
    for field in ["migrate_to_chat_id", "migrate_from_chat_id"] {
        let old = world.tg.basic_group("Дом").with(&alice);
        alice.says_in(&old, "/ask");
        old.next_message().await;
        let new = world.tg.group("Дом").with(&alice);
        let (chat, value) = match field {
            "migrate_to_chat_id" => (json!({"id": old.id(), "type": "group"}), new.id()),
            _ => (json!({"id": new.id(), "type": "supergroup"}), old.id()),
        };
        world.tg.push_update(json!({"message": {
            "message_id": 7_000, "date": 1, "chat": chat, "from": from, field: value,
        }}));
        alice.says_in(&new, "да");
        assert_eq!(new.next_message().await.text, "ответ", "{field}");
        alice.says_in(&new, "ещё");
        assert_eq!(new.next_message().await.text, "прочее", "{field}");
    }
}

#[tokio::test]
async fn what_was_said_late_in_the_group_is_answered_in_the_supergroup() {
    let world = World::new().await;
    let _app = world.run(asks()).await;
    let alice = world.tg.person("Алиса");
    let group = world.tg.basic_group("Дом").with(&alice);
    alice.says_in(&group, "/ask");
    group.next_message().await;
    let supergroup = group.becomes_supergroup(&alice);
    alice.says_in(&group, "да");
    assert_eq!(supergroup.next_message().await.text, "ответ");
}

#[tokio::test]
async fn a_refused_call_tells_of_the_move_as_well() {
    let world = World::new().await;
    let _app = world.run(asks()).await;
    let alice = world.tg.person("Алиса");
    // The bot hears nothing of the move itself.
    let old = world.tg.basic_group("Дом").with(&alice);
    alice.says_in(&old, "/ask");
    old.next_message().await;
    let new = old.moves_unheard();
    alice.says_in(&old, "/ask");
    assert_eq!(new.next_message().await.text, "Что?");
    alice.says_in(&new, "да");
    assert_eq!(new.next_message().await.text, "ответ");
}
