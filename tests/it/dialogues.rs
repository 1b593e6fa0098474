//! The form of /form, which is a dialog, and the other routes of the bundled bot, each driven once through the real
//! stack.

use serde_json::json;
use telegram_emulator::{Attachment, Call, Person};

use crate::support::{World, servers::until};

/// Says each text and waits for its answer.
async fn talk(person: &Person, texts: &[&str]) {
    for text in texts {
        person.says(text);
        person.next_message().await;
    }
}

#[tokio::test]
async fn the_form_asks_checks_shows_and_saves() {
    let world = World::new().await;
    let _service = world.service().start().await;
    let alice = world.tg.person("Алиса");

    alice.says("/form");
    assert!(
        alice
            .next_message()
            .await
            .text
            .starts_with("Как вас зовут?")
    );
    alice.sends(Attachment::location(55.75, 37.62));
    // No text, so it goes to the other routes.
    let told = alice.next_message().await.text;
    assert_eq!(told, "Пока я понимаю только текст. Что я умею: /help");
    alice.says(&"я".repeat(101));
    assert!(alice.next_message().await.text.contains("длиннее 100"));
    alice.says(" Анна <3 ");
    assert!(
        alice
            .next_message()
            .await
            .text
            .contains("Приятно познакомиться, Анна <3!")
    );
    for wrong in ["сорок", "0", "151", "-5", "4.5"] {
        alice.says(wrong);
        assert!(
            alice
                .next_message()
                .await
                .text
                .starts_with("Возраст — это число"),
            "{wrong}"
        );
    }
    alice.says("42");
    let summary = alice.next_message().await;
    assert!(
        summary.text.contains("Имя: Анна <3\nВозраст: 42"),
        "{}",
        summary.text
    );
    assert_eq!(summary.buttons(), ["Сохранить", "Отмена"]);
    alice.says("ну и?");
    assert_eq!(alice.next_message().await.text, "Что я умею: /help");
    assert_eq!(world.count("FROM profiles").await, 0);

    let press = alice.presses("Сохранить").await;
    assert_eq!(world.tg.press_answered(&press).await["text"], "Сохранено");
    assert_eq!(alice.next_message().await.text, "Анкета сохранена.");
    let edited = alice.next_edit().await;
    assert!(edited.text.contains("Возраст: 42"), "{}", edited.text);
    assert!(edited.buttons().is_empty());
    let row = world
        .database()
        .await
        .query_one("SELECT user_id, name, age FROM profiles", &[])
        .await;
    let row = row.expect("one row");
    let (user, name, age): (i64, String, i16) = (row.get(0), row.get(1), row.get(2));
    assert_eq!((user, name.as_str(), age), (alice.id(), "Анна <3", 42));
}

#[tokio::test]
async fn a_form_survives_a_restart_of_the_service_in_the_middle() {
    let world = World::new().await;
    let first = world.service().start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/form");
    alice.next_message().await;
    alice.says("Анна");
    alice.next_message().await;
    world.queue_is_empty().await;
    first.signal("KILL");
    first.ended().await;

    alice.says("42");
    let _second = world.service().start().await;
    assert!(
        alice
            .next_message()
            .await
            .text
            .contains("Имя: Анна\nВозраст: 42")
    );
    let press = alice.presses("Сохранить").await;
    world.tg.press_answered(&press).await;
    assert_eq!(
        world
            .count("FROM profiles WHERE name = 'Анна' AND age = 42")
            .await,
        1
    );
}

#[tokio::test]
async fn a_form_can_be_cancelled_at_every_step_and_old_buttons_do_nothing() {
    let world = World::new().await;
    let _service = world.service().start().await;
    let alice = world.tg.person("Алиса");

    alice.says("/cancel");
    assert_eq!(alice.next_message().await.text, "Прерывать нечего.");
    alice.says("/form");
    alice.next_message().await;
    alice.says("/cancel");
    assert_eq!(alice.next_message().await.text, "Диалог прерван.");
    alice.says("Анна");
    assert_eq!(alice.next_message().await.text, "Что я умею: /help");

    talk(&alice, &["/form", "Анна", "42"]).await;
    let cancelled = alice.presses("Отмена").await;
    assert_eq!(
        world.tg.press_answered(&cancelled).await["text"],
        "Отменено"
    );
    assert_eq!(alice.next_message().await.text, "Анкета не сохранена.");
    assert!(alice.next_edit().await.buttons().is_empty());

    talk(&alice, &["/form", "Анна"]).await;
    alice.says("42");
    let summary = alice.next_message().await;
    alice.says("/cancel");
    assert_eq!(alice.next_message().await.text, "Диалог прерван.");
    assert!(alice.next_edit().await.buttons().is_empty());
    // Pressed while its buttons went.
    let markup = &summary.message["reply_markup"]["inline_keyboard"];
    world.tg.push_update(json!({"callback_query": {
        "id": "late", "chat_instance": "1", "data": markup[0][0]["callback_data"],
        "from": {"id": alice.id(), "is_bot": false, "first_name": "Алиса"},
        "message": {
            "message_id": summary.message_id, "date": 1, "text": "Имя: Анна",
            "chat": {"id": alice.id(), "type": "private", "first_name": "Алиса"},
        },
    }}));
    let is_late = |call: &&Call| call.params["callback_query_id"] == "late";
    let answer = || {
        let calls = world.tg.calls_of("answerCallbackQuery");
        calls
            .iter()
            .find(is_late)
            .map(|it| it.params["text"].clone())
    };
    until("the late press is answered", async || answer().is_some()).await;
    assert_eq!(answer(), Some(json!("Диалог закрыт")));
    assert_eq!(world.count("FROM profiles").await, 0);
}

#[tokio::test]
async fn a_second_form_replaces_the_profile() {
    let world = World::new().await;
    let _service = world.service().start().await;
    let alice = world.tg.person("Алиса");
    for (name, age) in [("Анна", "42"), ("Анна\0Мария", "43")] {
        talk(&alice, &["/form", name, age]).await;
        let press = alice.presses("Сохранить").await;
        world.tg.press_answered(&press).await;
    }
    assert_eq!(world.count("FROM profiles").await, 1);
    assert_eq!(
        world
            .count("FROM profiles WHERE name = 'Анна Мария' AND age = 43")
            .await,
        1
    );
}

#[tokio::test]
async fn the_dialogues_of_two_users_and_of_two_chats_do_not_mix() {
    let world = World::new().await;
    let _service = world.service().start().await;
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    let group = world.tg.group("Группа").with(&alice).with(&boris);

    alice.says_in(&group, "/form");
    assert!(
        group
            .next_message()
            .await
            .text
            .starts_with("Как вас зовут?")
    );
    alice.says("в личном чате");
    assert_eq!(alice.next_message().await.text, "Что я умею: /help");
    boris.says_in(&group, "Борис");
    alice.says_in(&group, "Алиса");
    assert!(
        group
            .next_message()
            .await
            .text
            .contains("познакомиться, Алиса")
    );
}

#[tokio::test]
async fn commands_answer_and_are_shown_in_the_menu() {
    let world = World::new().await;
    let _service = world.service().start().await;
    let menu = world.tg.next_call("setMyCommands").await;
    let commands = menu.params["commands"].as_array().expect("a list").clone();
    assert!(commands.iter().any(|command| command["command"] == "form"));

    let alice = world.tg.person("Алиса & Ко");
    alice.says("/start promo_7");
    let greeting = alice.next_message().await;
    assert!(
        greeting.text.starts_with("Здравствуйте, Алиса & Ко!"),
        "{}",
        greeting.text
    );
    assert!(greeting.text.contains("promo_7"));
    alice.says("/help");
    let help = alice.next_message().await.text;
    assert!(
        ["/start", "/form", "/cancel", "/help"]
            .iter()
            .all(|command| help.contains(command))
    );
    alice.says("/no_such_command");
    assert!(
        alice
            .next_message()
            .await
            .text
            .starts_with("Такой команды нет")
    );
    alice.says(&format!("/help@{}", world.tg.username()));
    assert_eq!(alice.next_message().await.text, help);
}

#[tokio::test]
async fn whatever_is_sent_outside_of_a_dialogue_gets_an_answer() {
    let world = World::new().await;
    let _service = world.service().start().await;
    let alice = world.greeted("Алиса").await;
    alice.sends_document("кот.pdf", "мяу");
    let told = alice.next_message().await.text;
    assert_eq!(told, "Пока я понимаю только текст. Что я умею: /help");
    // Telegram's word about the chat is nobody's.
    let (from, chat) = (
        json!({"id": alice.id(), "is_bot": false, "first_name": "А"}),
        json!({"id": alice.id(), "type": "private"}),
    );
    let pinned = json!({"message_id": 1, "date": 0, "chat": chat});
    world.tg.push_update(json!({"message": {"message_id": 99, "date": 1, "chat": chat, "from": from, "pinned_message": pinned}}));
    alice.says("/help");
    assert!(alice.next_message().await.text.contains("Команды"));
}

#[tokio::test]
async fn stats_are_for_configured_admins_only() {
    let world = World::new().await;
    let (admin, alice) = (world.tg.person("Админ"), world.tg.person("Алиса"));
    let _service = world
        .service()
        .set("BOT__ADMIN_IDS", &format!("1, {}", admin.id()))
        .start()
        .await;
    alice.says("/start");
    alice.next_message().await;
    alice.blocks();
    let blocked = async || !world.user(alice.id()).await.expect("a row").is_active;
    until("the block is recorded", blocked).await;

    admin.says("/stats");
    let stats = admin.next_message().await.text;
    // Whether somebody blocked the bot or never opened it is not known: it must not be claimed.
    assert_eq!(
        stats,
        "Пользователей: 2\nМожно написать: 1\nНельзя (заблокировали бота или не начинали с ним): 1"
    );
    alice.unblocks();
    alice.says("/stats");
    assert!(
        alice
            .next_message()
            .await
            .text
            .starts_with("Такой команды нет")
    );
}
