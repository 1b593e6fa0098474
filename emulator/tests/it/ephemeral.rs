//! Ephemeral messages: what one member of a group and the bot say to each other there, unseen by all others.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{button, png, start};

#[tokio::test]
async fn an_administrator_says_something_to_one_member_alone() {
    let (tg, bot) = start().await;
    let (alice, boris) = (tg.person("Алиса"), tg.person("Борис"));
    let group = tg
        .group("Дом")
        .with(&alice)
        .with(&boris)
        .with_bot_as_administrator();
    let send = |to: i64| {
        json!({
            "chat_id": group.id(), "text": "<b>тихо</b>", "parse_mode": "HTML",
            "ephemeral_message_parameters": {"receiver_user_id": to},
        })
    };
    let sent = bot.call("sendMessage", send(alice.id())).await;
    let sent = sent.result().clone();
    assert_eq!(
        (&sent["message_id"], &sent["receiver_user"]["id"]),
        (&json!(0), &json!(alice.id()))
    );
    let id = sent["ephemeral_message_id"].clone();
    assert!(id.as_i64().is_some_and(|id| id > 0), "{sent}");
    assert_eq!(alice.next_aside(&group).await.text, "тихо");
    assert!(boris.asides(&group).is_empty());
    assert!(
        tg.messages_in(group.id()).is_empty(),
        "it is not in the chat"
    );

    let place = |more: Value| {
        let mut params = json!({
            "chat_id": group.id(), "receiver_user_id": alice.id(), "ephemeral_message_id": id,
        });
        for (name, value) in more.as_object().unwrap() {
            params[name] = value.clone();
        }
        params
    };
    let edit = place(json!({"text": "громче", "reply_markup": button("Да", "yes")}));
    bot.call("editEphemeralMessageText", edit.clone())
        .await
        .result();
    let again = bot.call("editEphemeralMessageText", edit).await;
    assert!(
        again
            .description()
            .starts_with("Bad Request: message is not modified"),
        "{again:?}"
    );
    assert_eq!(alice.asides(&group)[0].buttons(), ["Да"]);
    bot.call("editEphemeralMessageReplyMarkup", place(json!({})))
        .await
        .result();
    assert!(alice.asides(&group)[0].buttons().is_empty());
    let other = place(json!({"text": "x", "receiver_user_id": boris.id()}));
    bot.call("editEphemeralMessageText", other)
        .await
        .is_error(400, "Bad Request: message to edit not found");
    // It has no number by which other methods would find it.
    let plain = json!({"chat_id": group.id(), "message_id": id});
    bot.call("deleteMessage", plain)
        .await
        .is_error(400, "Bad Request: message to delete not found");
    bot.call("deleteEphemeralMessage", place(json!({})))
        .await
        .result();
    assert!(alice.asides(&group).is_empty());

    let stranger = bot.call("sendMessage", send(tg.person("Глеб").id())).await;
    stranger.is_error(400, "Bad Request: USER_NOT_PARTICIPANT");
    let private = json!({
        "chat_id": alice.who_has_started().id(), "text": "x",
        "ephemeral_message_parameters": {"receiver_user_id": 1},
    });
    let refused = bot.call("sendMessage", private).await;
    assert_eq!(refused.status, 400, "{refused:?}");
}

#[tokio::test]
async fn a_press_is_answered_aside_within_15_seconds() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    let group = tg.group("Дом").with(&alice);
    let ask = json!({"chat_id": group.id(), "text": "?", "reply_markup": button("Тайна", "s")});
    let asked = bot.call("sendMessage", ask).await.result().clone();
    let answer = |press: Option<&str>, replace: bool| {
        let mut whom =
            json!({"receiver_user_id": alice.id(), "replace_callback_query_message": replace});
        if let Some(press) = press {
            whom["callback_query_id"] = json!(press);
        }
        json!({"chat_id": group.id(), "text": "!", "ephemeral_message_parameters": whom})
    };
    let unasked = bot.call("sendMessage", answer(None, false)).await;
    unasked.is_error(400, "Bad Request: CHAT_ADMIN_REQUIRED");
    let press = alice.presses_in(&group, "Тайна").await;
    tg.put_clock_forward(Duration::from_secs(14));
    bot.call("sendMessage", answer(Some(&press.id), true))
        .await
        .result();
    let path = format!("ephemeral?user={}&chat={}", alice.id(), group.id());
    let seen = bot.control(&tg, &path).await;
    assert_eq!(
        (&seen[0]["text"], &seen[0]["replaces"]),
        (&json!("!"), &asked["message_id"])
    );
    tg.put_clock_forward(Duration::from_secs(1));
    let late = bot
        .call("sendMessage", answer(Some(&press.id), false))
        .await;
    late.is_error(
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    );
    // The press itself can still be answered.
    let params = json!({"callback_query_id": press.id});
    bot.call("answerCallbackQuery", params).await.result();
}

#[tokio::test]
async fn commands_for_the_bot_alone_are_seen_by_nobody_else() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    let group = tg.group("Дом").with(&alice);
    let commands = json!([
        {"command": "balance", "description": "Сколько", "is_ephemeral": true},
        {"command": "help", "description": "Помощь"},
    ]);
    bot.call("setMyCommands", json!({"commands": commands}))
        .await
        .result();
    let shown = bot.call("getMyCommands", json!({})).await;
    assert_eq!(*shown.result(), commands);
    alice.says_in(&group, "/help");
    alice.says_in(&group, "/balance all");
    let updates = bot.updates(0).await;
    assert_eq!(updates[0]["message"]["ephemeral_message_id"], Value::Null);
    let said = &updates[1]["message"];
    assert_eq!(
        (&said["message_id"], &said["receiver_user"]["id"]),
        (&json!(0), &json!(tg.bot_id()))
    );
    assert_eq!(
        (&said["text"], &said["entities"][0]["type"]),
        (&json!("/balance all"), &json!("bot_command"))
    );

    let answer = json!({
        "chat_id": group.id(), "text": "100", "reply_markup": button("Ещё", "more"),
        "reply_parameters": {"ephemeral_message_id": said["ephemeral_message_id"]},
        "ephemeral_message_parameters": {"receiver_user_id": alice.id()},
    });
    let sent = bot
        .call("sendMessage", answer.clone())
        .await
        .result()
        .clone();
    assert_eq!(sent["reply_to_message"]["text"], "/balance all");
    let press = alice.presses_in(&group, "Ещё").await;
    let query = bot.updates(press.update_id).await[0]["callback_query"].clone();
    assert_eq!(
        query["message"]["ephemeral_message_id"],
        sent["ephemeral_message_id"]
    );
    alice.replies_aside(
        &group,
        sent["ephemeral_message_id"].as_i64().unwrap(),
        "ясно",
    );
    let said = bot.updates(press.update_id + 1).await[0]["message"].clone();
    assert_eq!(
        (&said["text"], &said["reply_to_message"]["text"]),
        (&json!("ясно"), &json!("100"))
    );
    tg.put_clock_forward(Duration::from_secs(15));
    let late = bot.call("sendMessage", answer).await;
    late.is_error(400, "Bad Request: CHAT_ADMIN_REQUIRED");
}

#[tokio::test]
async fn files_go_aside_and_polls_do_not() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    let group = tg.group("Дом").with(&alice).with_bot_as_administrator();
    let to = json!({"receiver_user_id": alice.id()}).to_string();
    let form = crate::support::Form::default()
        .text("chat_id", group.id())
        .text("caption", "раз")
        .text("ephemeral_message_parameters", &to)
        .file("photo", "a.png", &png(10, 10));
    let sent = bot.upload("sendPhoto", form).await.result().clone();
    let mut edit = json!({
        "chat_id": group.id(), "receiver_user_id": alice.id(), "caption": "два",
        "ephemeral_message_id": sent["ephemeral_message_id"],
    });
    bot.call("editEphemeralMessageCaption", edit.clone())
        .await
        .result();
    assert_eq!(alice.asides(&group)[0].caption, "два");
    let file = sent["photo"][0]["file_id"].clone();
    edit["media"] = json!({"type": "photo", "media": file, "caption": "три"});
    bot.call("editEphemeralMessageMedia", edit).await.result();
    assert_eq!(alice.asides(&group)[0].caption, "три");
    let poll = json!({
        "chat_id": group.id(), "question": "?", "options": ["a", "b"],
        "ephemeral_message_parameters": {"receiver_user_id": alice.id()},
    });
    assert_eq!(bot.call("sendPoll", poll).await.status, 501);

    let url = format!("{}/control/say", tg.url());
    let body = format!(
        "user={}&chat={}&text=ok&reply_to_ephemeral={}",
        alice.id(),
        group.id(),
        sent["ephemeral_message_id"]
    );
    bot.request(Method::POST, url, &body).await.result();
    let said = bot.only_update().await["message"].clone();
    assert_eq!(said["reply_to_message"]["caption"], "три");
}
