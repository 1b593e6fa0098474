//! What is said to the bot, and what is none of its business: other bots' commands, what Telegram
//! tells of a chat, the talk of a group.

use ostankino::{CommandArgs, DialogueState, Error, Fsm, Reply, Router, UpdateKind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use telegram_emulator::{Group, Person};

use crate::support::{APOLOGY, TestApp, World};

/// Waits until an update is over; says how it ended.
async fn outcome(app: &TestApp, update: i64) -> Value {
    let ended = app.logs.wait_until("the end of the update", |record| {
        record["update_id"] == update && record.get("outcome").is_some()
    });
    ended.await["outcome"].clone()
}

/// What Telegram tells of a chat through a person.
fn tells(world: &World, person: &Person, chat: &Value, field: &str, value: &Value) -> i64 {
    let from = json!({"id": person.id(), "is_bot": false, "first_name": "Алиса"});
    world.tg.push_update(json!({"message": {
        "message_id": 7_000, "date": 1, "chat": chat, "from": from, field: value,
    }}))
}

fn private(person: &Person) -> Value {
    json!({"id": person.id(), "type": "private"})
}

fn supergroup(group: &Group) -> Value {
    json!({"id": group.id(), "type": "supergroup", "title": "Дом"})
}

#[tokio::test]
async fn what_telegram_tells_of_a_chat_is_no_answer_in_a_dialogue() {
    let world = World::new().await;
    let service = world.service().start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/form");
    alice.next_message().await;
    let pinned = json!({"message_id": 1, "date": 1, "chat": private(&alice), "text": "Борис"});
    for (field, value) in [
        ("pinned_message", &pinned),
        (
            "message_auto_delete_timer_changed",
            &json!({"message_auto_delete_time": 86_400}),
        ),
        ("chat_background_set", &json!({"type": {"type": "fill"}})),
        ("brand_new", &json!({})),
    ] {
        tells(&world, &alice, &private(&alice), field, value);
    }
    alice.says("Анна");
    let reply = alice.next_message().await.text;
    assert!(reply.starts_with("Приятно познакомиться, Анна!"), "{reply}");
    drop(service);
}

#[tokio::test]
async fn who_comes_and_goes_in_a_group_is_no_answer_in_a_dialogue() {
    let world = World::new().await;
    let _service = world.service().start().await;
    let alice = world.tg.person("Алиса");
    let group = world.tg.group("Дом").with(&alice);
    alice.says_in(&group, "/form");
    group.next_message().await;
    let boris = json!({"id": 7, "is_bot": false, "first_name": "Борис"});
    tells(
        &world,
        &alice,
        &supergroup(&group),
        "new_chat_members",
        &json!([boris]),
    );
    tells(
        &world,
        &alice,
        &supergroup(&group),
        "left_chat_member",
        &boris,
    );
    alice.says_in(&group, "/weather@other_bot");
    alice.says_in(&group, "Анна");
    let reply = group.next_message().await.text;
    assert!(reply.starts_with("Приятно познакомиться, Анна!"), "{reply}");
}

#[tokio::test]
async fn what_telegram_tells_goes_to_who_asks_for_it() {
    let world = World::new().await;
    let router = Router::new()
        .service("pinned_message", || async { "Закреплено" })
        .text(|| async { "да" });
    let _app = world.run(router).await;
    let alice = world.tg.person("Алиса").who_has_started();
    let pinned = json!({"message_id": 1, "date": 1, "chat": private(&alice), "text": "x"});
    tells(
        &world,
        &alice,
        &private(&alice),
        "delete_chat_photo",
        &json!(true),
    );
    tells(&world, &alice, &private(&alice), "pinned_message", &pinned);
    assert_eq!(alice.next_message().await.text, "Закреплено");
}

#[tokio::test]
async fn a_command_of_another_bot_is_taken_by_no_route() {
    let world = World::new().await;
    let router = Router::new()
        .command(
            "weather",
            |CommandArgs(place): CommandArgs| async move { place },
        )
        .text(|| async { "текст" })
        .fallback(|| async { "прочее" });
    let _app = world.run(router).await;
    let alice = world.tg.person("Алиса");
    let group = world.tg.group("Дом").with(&alice);
    alice.says_in(&group, "/weather@other_bot там");
    alice.says_in(&group, "/weather@EMULATED_bot тут");
    // The first answer would be to the first message.
    assert_eq!(group.next_message().await.text, "тут");
    assert_eq!(group.messages().len(), 1);
}

#[tokio::test]
async fn a_command_ends_where_telegram_says() {
    let world = World::new().await;
    let router = Router::new()
        .command("help", |CommandArgs(args): CommandArgs| async move {
            format!("помощь [{args}]")
        })
        .text(|| async { "текст" });
    let _app = world.run(router).await;
    let alice = world.tg.person("Алиса");
    for (said, answer) in [
        ("/help, please", "помощь [, please]"),
        ("/help@emulated_bot  7 ", "помощь [7]"),
        ("/HELP\nя", "помощь [я]"),
        ("/help/x", "текст"),
        ("/помощь", "текст"),
    ] {
        alice.says(said);
        assert_eq!(alice.next_message().await.text, answer, "{said}");
    }
}

#[derive(Serialize, Deserialize)]
struct Asked {}

impl DialogueState for Asked {
    const NAME: &'static str = "asked";
}

#[tokio::test]
async fn in_a_group_only_who_spoke_to_the_bot_hears_that_it_failed() {
    let world = World::new().await;
    let fails = || async { Err::<(), _>(Error::message("x")) };
    let router = Router::new()
        .command("start", || async { "Начнём?" })
        .command("ask", |fsm: Fsm| async move {
            fsm.set(Asked {})?;
            Ok::<_, Error>("Что?")
        })
        .command("fail", fails)
        .state::<Asked, _>(fails)
        .text(fails);
    let app = world.run(router).await;
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    let group = world.tg.group("Дом").with(&alice).with(&boris);
    for said in ["привет", "/fail@other_bot", "@other_bot, привет"] {
        let update = boris.says_in(&group, said);
        outcome(&app, update).await;
    }
    assert_eq!(group.messages().len(), 0, "nobody spoke to the bot");

    for said in ["/fail", "ну что, @emulated_bot?"] {
        boris.says_in(&group, said);
        assert_eq!(group.next_message().await.text, APOLOGY, "{said}");
    }
    alice.says_in(&group, "/ask");
    assert_eq!(group.next_message().await.text, "Что?");
    alice.says_in(&group, "в диалоге");
    assert_eq!(group.next_message().await.text, APOLOGY);
}

#[tokio::test]
async fn what_cannot_be_said_to_anybody_makes_no_call() {
    let world = World::new().await;
    let refuses = || async { Err::<(), _>(Error::user("Нет")) };
    let router = Router::new()
        .on(UpdateKind::InlineQuery, refuses)
        .on(UpdateKind::PollAnswer, || async { Reply::text("да") });
    let app = world.run(router).await;
    let user = json!({"id": 5, "is_bot": false, "first_name": "A"});
    let query = json!({"id": "q", "from": user, "query": "x", "offset": ""});
    let query = world.tg.push_update(json!({"inline_query": query}));
    assert_eq!(outcome(&app, query).await, "refused");
    let vote = json!({"poll_id": "p", "user": user, "option_ids": [0]});
    let vote = world.tg.push_update(json!({"poll_answer": vote}));
    assert_eq!(outcome(&app, vote).await, "unsent");
    for method in ["answerCallbackQuery", "answerInlineQuery", "sendMessage"] {
        assert_eq!(world.tg.calls_of(method).len(), 0, "{method}");
    }
    let record = app.logs.wait_for("reply_unsent").await;
    assert_eq!(
        (&record["update_id"], &record["route"]),
        (&json!(vote), &json!("poll_answer"))
    );
}

#[tokio::test]
async fn a_checkout_that_fails_is_refused_with_the_reason() {
    let world = World::new().await;
    let router = Router::new().on(UpdateKind::PreCheckoutQuery, || async {
        Err::<(), _>(Error::user("Товар &lt;кончился&gt;"))
    });
    let _app = world.run(router).await;
    world.tg.push_update(json!({"pre_checkout_query": {
        "id": "77", "from": {"id": 5, "is_bot": false, "first_name": "A"},
        "currency": "RUB", "total_amount": 100, "invoice_payload": "x",
    }}));
    let call = world.tg.next_call("answerPreCheckoutQuery").await;
    let expected = json!({
        "pre_checkout_query_id": "77", "ok": false, "error_message": "Товар <кончился>",
    });
    assert_eq!(call.params, expected);
}
