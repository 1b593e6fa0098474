//! What people do becomes the updates that Telegram sends.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;

use crate::support::{button, start};

#[tokio::test]
async fn a_command_comes_as_a_message_with_its_entity() {
    let (tg, bot) = start().await;
    let alice = tg
        .person("Алиса")
        .with_last_name("Ли")
        .with_username("alice")
        .with_language("en");
    let id = alice.says("/start abc");
    let update = bot.only_update().await;
    let message = &update["message"];
    assert_eq!(update["update_id"], id);
    assert_eq!(
        message["from"],
        json!({
            "id": alice.id(), "is_bot": false, "first_name": "Алиса", "last_name": "Ли", "username": "alice",
            "language_code": "en",
        })
    );
    assert_eq!(
        message["chat"],
        json!({"id": alice.id(), "type": "private", "first_name": "Алиса", "last_name": "Ли", "username": "alice"})
    );
    assert_eq!(message["text"], "/start abc");
    assert_eq!(
        message["entities"],
        json!([{"type": "bot_command", "offset": 0, "length": 6}])
    );
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    assert!(
        message["date"].as_u64().unwrap().abs_diff(now) < 60,
        "seconds: {}",
        message["date"]
    );
}

#[tokio::test]
async fn ids_of_people_do_not_fit_into_32_bits_unless_chosen() {
    let (tg, _bot) = start().await;
    let (alice, boris) = (tg.person("Алиса"), tg.person("Борис").with_id(77));
    assert!(alice.id() > i64::from(u32::MAX));
    assert_eq!(boris.id(), 77);
}

#[tokio::test]
async fn optional_fields_are_absent_rather_than_null() {
    let (tg, bot) = start().await;
    tg.person("Алиса").without_language().says("привет");
    let update = bot.only_update().await;
    let from = update["message"]["from"].as_object().unwrap();
    let mut keys: Vec<_> = from.keys().collect();
    keys.sort();
    assert_eq!(keys, ["first_name", "id", "is_bot"]);
    assert_eq!(update["message"].get("entities"), None);
}

#[tokio::test]
async fn a_changed_name_is_seen_with_the_next_message() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").with_username("alice");
    alice.renames("Алла", Some("Ли"));
    alice.changes_username(None);
    alice.says("привет");
    let update = bot.only_update().await;
    let from = &update["message"]["from"];
    assert_eq!(
        (
            &from["first_name"],
            &from["last_name"],
            from.get("username")
        ),
        (&json!("Алла"), &json!("Ли"), None)
    );
}

#[tokio::test]
async fn words_in_a_group_come_from_the_person_in_the_group() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    let group = tg.group("Дом").with(&alice);
    alice.says_in(&group, "/help@emulated_bot now");
    let update = bot.only_update().await;
    let message = &update["message"];
    assert_eq!(
        message["chat"],
        json!({"id": group.id(), "type": "supergroup", "title": "Дом"})
    );
    assert_eq!(message["from"]["id"], alice.id());
    assert_eq!(
        message["entities"],
        json!([{"type": "bot_command", "offset": 0, "length": 18}])
    );

    bot.says(group.id(), "слышу").await;
    assert_eq!(group.next_message().await.text, "слышу");
    assert_eq!(alice.messages(), []);
}

#[tokio::test]
async fn a_pressed_button_comes_as_a_callback_query_and_keeps_its_answers() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let params = json!({"chat_id": alice.id(), "text": "Сохранить?", "reply_markup": button("Сохранить", "form:save")});
    let message = bot.call("sendMessage", params).await.result().clone();

    let press = alice.presses("Сохранить").await;
    let query = bot.only_update().await["callback_query"].clone();
    assert_eq!(query["id"], press.id);
    assert_eq!(
        (&query["data"], press.data.as_str()),
        (&json!("form:save"), "form:save")
    );
    assert_eq!(query["from"]["id"], alice.id());
    assert_eq!(query["message"], message);
    assert!(query["chat_instance"].is_string());

    assert_eq!(tg.press_answers(&press), [] as [serde_json::Value; 0]);
    for text in ["да", "нет"] {
        let params = json!({"callback_query_id": press.id, "text": text});
        assert_eq!(bot.call("answerCallbackQuery", params).await.result(), true);
    }
    assert_eq!(tg.press_answered(&press).await["text"], "да");
    assert_eq!(tg.press_answers(&press).len(), 2);
}

#[tokio::test]
async fn a_press_waits_for_the_button_and_takes_the_newest() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let group = tg.group("Дом");
    let waiting = tokio::spawn(alice.presses_data("b"));
    let in_group = tokio::spawn(alice.presses_in(&group, "Да"));
    for (chat_id, data) in [(alice.id(), "a"), (alice.id(), "b"), (group.id(), "c")] {
        let params = json!({"chat_id": chat_id, "text": data, "reply_markup": button("Да", data)});
        bot.call("sendMessage", params).await.result();
    }
    assert_eq!(waiting.await.unwrap().data, "b");
    assert_eq!(in_group.await.unwrap().data, "c");
    assert_eq!(alice.presses("Да").await.data, "b");
}

#[tokio::test]
async fn blocking_and_unblocking_come_as_my_chat_member() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    let (blocked, unblocked) = (alice.blocks(), alice.unblocks());
    let updates = bot.updates(0).await;
    let user = json!({
        "id": tg.bot_id(), "is_bot": true, "first_name": "Emulated bot", "username": tg.username(),
    });
    let member = json!({"user": user, "status": "member"});
    let kicked = json!({"user": user, "status": "kicked", "until_date": 0});
    for (update, id, old, new) in [
        (&updates[0], blocked, &member, &kicked),
        (&updates[1], unblocked, &kicked, &member),
    ] {
        assert_eq!(update["update_id"], id);
        let change = &update["my_chat_member"];
        assert_eq!(
            (&change["old_chat_member"], &change["new_chat_member"]),
            (old, new)
        );
        assert_eq!(
            (&change["chat"]["id"], &change["chat"]["type"]),
            (&json!(alice.id()), &json!("private"))
        );
        assert_eq!(change["from"]["id"], alice.id());
        assert!(change["date"].is_i64());
    }
}

#[tokio::test]
async fn writing_to_the_blocked_bot_unblocks_it_first() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    alice.blocks();
    alice.says("/start");
    let updates = bot.updates(0).await;
    assert_eq!(
        updates[1]["my_chat_member"]["new_chat_member"]["status"],
        "member"
    );
    assert_eq!(updates[2]["message"]["text"], "/start");
}

#[tokio::test]
async fn raw_updates_come_as_they_were_pushed() {
    let (tg, bot) = start().await;
    let bot = bot.unchecked();
    let first = tg.push_update(json!({"poll": {"id": "1", "strange": true}}));
    let far = first + 5_000_000_000;
    assert_eq!(
        tg.push_update(json!({"update_id": far, "nonsense": {}})),
        far
    );
    assert_eq!(tg.person("Алиса").says("после"), far + 1);
    let updates = bot.updates(0).await;
    assert_eq!(
        updates[0],
        json!({"update_id": first, "poll": {"id": "1", "strange": true}})
    );
    assert_eq!(updates[1], json!({"update_id": far, "nonsense": {}}));
}

#[tokio::test]
async fn raw_bytes_need_not_be_json() {
    let (tg, bot) = start().await;
    tg.push_bytes(
        7,
        &b"{\"update_id\":7,\"message\":{\"text\":\"\\ud800\"}}"[..],
    );
    let url = format!("{}/bot{}/getUpdates", tg.url(), tg.token());
    let body = bot.text(url).await;
    assert_eq!(
        body,
        r#"{"ok":true,"result":[{"update_id":7,"message":{"text":"\ud800"}}]}"#
    );
}

#[tokio::test]
async fn the_answer_to_a_press_is_at_most_two_hundred_utf16_units_long() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let keyboard = button("Да", "yes");
    bot.call(
        "sendMessage",
        json!({"chat_id": alice.id(), "text": "?", "reply_markup": keyboard}),
    )
    .await
    .result();
    let press = alice.presses("Да").await;
    let answer = async |text: String| {
        let params = json!({"callback_query_id": press.id, "text": text});
        bot.call("answerCallbackQuery", params).await
    };
    let refused = answer("😀".repeat(101)).await;
    refused.is_error(400, "Bad Request: MESSAGE_TOO_LONG");
    answer("😀".repeat(100)).await.result();
    assert_eq!(tg.press_answers(&press).len(), 1);
}
