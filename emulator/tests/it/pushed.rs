//! A pushed message, press or person is part of the world: replied to, answered, edited.

use serde_json::json;

use crate::support::start;

#[tokio::test]
async fn a_pushed_message_is_replied_to_and_its_writer_known() {
    let (tg, bot) = start().await;
    tg.push_update(json!({"message": {
        "message_id": 70, "date": 1, "text": "привет",
        "from": {"id": 500, "is_bot": false, "first_name": "Пётр", "username": "petr"},
        "chat": {"id": 500, "type": "private", "first_name": "Пётр"},
    }}));
    let params = json!({"chat_id": 500, "text": "и тебе", "reply_parameters": {"message_id": 70}});
    let sent = bot.call("sendMessage", params).await.result().clone();
    assert_eq!(sent["reply_to_message"]["text"], "привет");
    assert!(sent["message_id"].as_i64() > Some(70), "{sent}");
    let petr = tg.person_named("petr").unwrap();
    assert_eq!(petr.next_message().await.text, "и тебе");
}

#[tokio::test]
async fn a_pushed_press_is_answered_and_its_message_edited() {
    let (tg, bot) = start().await;
    let me =
        json!({"id": tg.bot_id(), "is_bot": true, "first_name": "B", "username": tg.username()});
    tg.push_update(json!({"callback_query": {
        "id": "777", "chat_instance": "1", "data": "yes",
        "from": {"id": 500, "is_bot": false, "first_name": "Пётр"},
        "message": {
            "message_id": 71, "date": 1, "text": "Да?", "from": me,
            "chat": {"id": -1001, "type": "supergroup", "title": "Дом"},
            "reply_markup": {"inline_keyboard": [[{"text": "Да", "callback_data": "yes"}]]},
        },
    }}));
    let answer = json!({"callback_query_id": "777", "text": "хорошо"});
    bot.call("answerCallbackQuery", answer).await.result();
    let edit = json!({"chat_id": -1001, "message_id": 71, "text": "Да!"});
    assert_eq!(
        bot.call("editMessageText", edit).await.result()["text"],
        "Да!"
    );
    let member = json!({"chat_id": -1001, "user_id": 500});
    assert_eq!(
        bot.call("getChatMember", member).await.result()["status"],
        "member"
    );
    assert_eq!(tg.group_named("Дом").unwrap().id(), -1001);
}

#[tokio::test]
async fn an_edited_message_is_the_edited_one() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    alice.says("раз");
    let mut said = bot.only_update().await["message"].clone();
    said["text"] = json!("два");
    said["edit_date"] = json!(2);
    tg.push_update(json!({"edited_message": said}));
    let params = json!({"chat_id": alice.id(), "text": "?", "reply_parameters": {"message_id": said["message_id"]}});
    let sent = bot.call("sendMessage", params).await.result().clone();
    assert_eq!(sent["reply_to_message"]["text"], "два");
}

#[tokio::test]
async fn a_connection_and_a_topic_that_an_update_named_are_answered() {
    let (tg, bot) = start().await;
    let vera = tg.person("Вера").who_has_started();
    let channel = tg.group("Канал").with(&vera);
    let from = json!({"id": vera.id(), "is_bot": false, "first_name": "Вера"});
    tg.push_update(json!({"business_message": {
        "message_id": 1, "date": 1, "text": "вы открыты?", "business_connection_id": "bc",
        "from": from, "chat": {"id": vera.id(), "type": "private", "first_name": "Вера"},
    }}));
    tg.push_update(json!({"message": {
        "message_id": 2, "date": 1, "text": "x", "direct_messages_topic": {"topic_id": 77},
        "from": from, "chat": {"id": channel.id(), "type": "supergroup", "title": "Канал"},
    }}));
    let open = json!({"chat_id": vera.id(), "text": "да", "business_connection_id": "bc"});
    bot.call("sendMessage", open).await.result();
    let there = json!({"chat_id": channel.id(), "text": "да", "direct_messages_topic_id": 77});
    bot.call("sendMessage", there).await.result();
    let elsewhere = json!({"chat_id": vera.id(), "text": "да", "direct_messages_topic_id": 77});
    let refused = bot.call("sendMessage", elsewhere).await;
    refused.is_error(400, "Bad Request: direct messages topic not found");
}
