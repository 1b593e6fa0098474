//! What people share by buttons of a reply keyboard, and web apps: signed data, answers, prepared messages.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{Bot, start};

async fn next(bot: &Bot) -> Value {
    let update = bot.only_update().await;
    bot.updates(update["update_id"].as_i64().unwrap() + 1).await;
    update["message"].clone()
}

async fn keyboard(bot: &Bot, chat_id: i64, buttons: Value) {
    let params = json!({"chat_id": chat_id, "text": "?", "reply_markup": {"keyboard": [buttons]}});
    bot.call("sendMessage", params).await.result();
}

/// As a bot's server checks it.
fn is_signed(init_data: &str, token: &str) -> bool {
    let hmac = |key: &[u8], data: &[u8]| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(data);
        mac.finalize().into_bytes().to_vec()
    };
    let url = reqwest::Url::parse(&format!("http://x/?{init_data}")).unwrap();
    let (mut lines, mut hash) = (vec![], String::new());
    for (name, value) in url.query_pairs() {
        match &*name {
            "hash" => hash = value.into_owned(),
            _ => lines.push(format!("{name}={value}")),
        }
    }
    lines.sort();
    let key = hmac(b"WebAppData", token.as_bytes());
    let expected = hmac(&key, lines.join("\n").as_bytes());
    hash == expected
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>()
}

#[tokio::test]
async fn people_and_chats_are_shared() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").with_username("alice").who_has_started();
    let boris = tg.person("Борис").with_username("boris");
    let group = tg.group("Дом").with_administrator(&alice);
    let channel = tg.channel("Новости");
    keyboard(&bot, alice.id(), json!([
        {"text": "Друг", "request_users": {"request_id": 7, "request_name": true, "max_quantity": 2}},
        {"text": "Группа", "request_chat": {"request_id": 8, "chat_is_channel": false, "request_title": true}},
        "Просто",
    ])).await;
    alice.shares_people("Друг", &[&boris]);
    assert_eq!(
        next(&bot).await["users_shared"],
        json!({"request_id": 7, "users": [{"user_id": boris.id(), "first_name": "Борис"}]})
    );
    alice.shares_chat("Группа", &group);
    assert_eq!(
        next(&bot).await["chat_shared"],
        json!({"request_id": 8, "chat_id": group.id(), "title": "Дом"})
    );

    let share = async |more: Value| {
        let mut params = json!({"user": "alice"});
        params
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        bot.post_json(format!("{}/control/share", tg.url()), params)
            .await
    };
    share(json!({"button": "Друг", "users": ["boris", alice.id()]}))
        .await
        .result();
    assert_eq!(
        next(&bot).await["users_shared"]["users"][1]["user_id"],
        alice.id()
    );
    share(json!({"button": "Друг", "users": ["boris", "boris", "boris"]}))
        .await
        .is_error(400, "Bad Request: the button asks for 1 to 2 people");
    share(json!({"button": "Группа", "chat": "Новости"}))
        .await
        .is_error(400, "Bad Request: the button asks for another kind of chat");
    share(json!({"button": "Просто", "users": "boris"}))
        .await
        .is_error(400, "Bad Request: the button \"Просто\" asks for no people");
    share(json!({"button": "Нет", "users": "boris"}))
        .await
        .is_error(
            400,
            "Bad Request: there is no button \"Нет\" below the chat",
        );
    drop(channel);
}

#[tokio::test]
async fn a_web_app_is_opened_with_signed_data_and_answers() {
    let (tg, bot) = start().await;
    let alice = tg
        .person("Алиса & Ко")
        .with_username("alice")
        .who_has_started();
    let markup = json!({"inline_keyboard": [[{"text": "Открыть", "web_app": {"url": "https://example.org/app"}}]]});
    bot.call(
        "sendMessage",
        json!({"chat_id": alice.id(), "text": "?", "reply_markup": markup}),
    )
    .await
    .result();
    let app = alice.opens_web_app(Some("Открыть"));
    assert_eq!(app.url, "https://example.org/app");
    assert!(is_signed(&app.init_data, tg.token()), "{}", app.init_data);
    assert!(!is_signed(&app.init_data, "42:other"));
    assert!(!is_signed(
        &app.init_data.replace("auth_date=1", "auth_date=2"),
        tg.token()
    ));
    assert!(is_signed(&alice.init_data(Some("shop")), tg.token()));

    let answer = |id: &Option<String>| {
        json!({"web_app_query_id": id, "result": {
            "type": "article", "id": "1", "title": "t", "input_message_content": {"message_text": "Заказ"},
        }})
    };
    assert_eq!(
        bot.call("answerWebAppQuery", answer(&app.query_id))
            .await
            .result(),
        &json!({})
    );
    let message = next(&bot).await;
    assert_eq!(
        (&message["text"], &message["via_bot"]["id"]),
        (&json!("Заказ"), &json!(tg.bot_id()))
    );
    let twice = bot.call("answerWebAppQuery", answer(&app.query_id)).await;
    twice.is_error(
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    );
    let late = alice.opens_web_app(Some("Открыть"));
    tg.put_clock_forward(Duration::from_secs(3600));
    let late = bot.call("answerWebAppQuery", answer(&late.query_id)).await;
    late.is_error(
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    );
    let empty = bot
        .call("answerWebAppQuery", json!({"web_app_query_id": "x"}))
        .await;
    empty.is_error(400, "Bad Request: result isn't specified");
}

#[tokio::test]
async fn a_web_app_of_the_keyboard_sends_data() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").with_username("alice").who_has_started();
    keyboard(
        &bot,
        alice.id(),
        json!([{"text": "Форма", "web_app": {"url": "https://example.org/form"}}]),
    )
    .await;
    alice.sends_web_app_data("Форма", r#"{"a":1}"#);
    assert_eq!(
        next(&bot).await["web_app_data"],
        json!({"button_text": "Форма", "data": r#"{"a":1}"#})
    );
    let url = |path: &str| format!("{}/control/{path}", tg.url());
    bot.post_json(
        url("web-app/data"),
        json!({"user": "alice", "button": "Форма", "data": "2"}),
    )
    .await
    .result();
    assert_eq!(next(&bot).await["web_app_data"]["data"], "2");
    bot.call(
        "sendMessage",
        json!({"chat_id": alice.id(), "text": "!", "reply_markup": {"remove_keyboard": true}}),
    )
    .await
    .result();
    let gone = bot
        .post_json(
            url("web-app/data"),
            json!({"user": "alice", "button": "Форма", "data": "3"}),
        )
        .await;
    gone.is_error(
        400,
        "Bad Request: there is no button \"Форма\" below the chat",
    );

    let none = bot
        .post_json(url("web-app"), json!({"user": "alice"}))
        .await;
    none.is_error(400, "Bad Request: there is no button with a web app");
    let menu = json!({"menu_button": {"type": "web_app", "text": "Магазин", "web_app": {"url": "https://example.org/shop"}}});
    bot.call("setChatMenuButton", menu).await.result();
    let opened = bot
        .post_json(url("web-app"), json!({"user": "alice", "start_param": "x"}))
        .await
        .result()
        .clone();
    assert_eq!(opened["url"], "https://example.org/shop");
    let init_data = opened["init_data"].as_str().unwrap();
    assert!(init_data.contains("start_param=x") && is_signed(init_data, tg.token()));
}

#[tokio::test]
async fn a_prepared_message_is_sent_by_whom_it_was_prepared_for() {
    let (tg, bot) = start().await;
    let (alice, boris) = (tg.person("Алиса").who_has_started(), tg.person("Борис"));
    let group = tg.group("Дом").with(&alice);
    let result = json!({"type": "article", "id": "1", "title": "t", "input_message_content": {"message_text": "Приглашаю"}});
    let params = json!({"user_id": alice.id(), "result": result});
    bot.call("savePreparedInlineMessage", params.clone())
        .await
        .is_error(400, "Bad Request: at least one chat type must be allowed");
    let mut params = params;
    params["allow_group_chats"] = json!(true);
    let prepared = bot
        .call("savePreparedInlineMessage", params)
        .await
        .result()
        .clone();
    let id = prepared["id"].as_str().unwrap();
    alice.sends_prepared_to(&group, id);
    assert_eq!(next(&bot).await["text"], "Приглашаю");
    let url = format!("{}/control/web-app/share", tg.url());
    let other = bot
        .post_json(url, json!({"user": boris.id(), "chat": "Дом", "id": id}))
        .await;
    other.is_error(
        400,
        "Bad Request: the message is not theirs to send any more",
    );
}
