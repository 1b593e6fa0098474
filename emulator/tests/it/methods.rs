//! getMe, the commands, getChat, sendChatAction.

use serde_json::{Value, json};

use crate::support::start;

#[tokio::test]
async fn get_me_is_complete() {
    let (tg, bot) = start().await;
    let reply = bot.call("getMe", json!({})).await;
    let me = reply.result();
    assert_eq!(
        (&me["id"], &me["username"]),
        (&json!(tg.bot_id()), &json!(tg.username()))
    );
    assert_eq!(
        (&me["is_bot"], &me["first_name"]),
        (&json!(true), &json!("Emulated bot"))
    );
    for field in [
        "can_join_groups",
        "can_read_all_group_messages",
        "supports_inline_queries",
        "has_main_web_app",
    ] {
        assert!(me[field].is_boolean(), "{field}");
    }
}

#[tokio::test]
async fn commands_are_kept_by_scope_and_language() {
    let (tg, bot) = start().await;
    let set = async |params: Value| bot.call("setMyCommands", params).await;
    let get = async |params: Value| bot.call("getMyCommands", params).await.result().clone();
    let (start, help) = (
        json!({"command": "start", "description": "Начать"}),
        json!({"command": "help", "description": "Help"}),
    );

    set(json!({"commands": [start, help]})).await.result();
    set(json!({"commands": [help], "language_code": "en", "scope": {"type": "all_private_chats"}}))
        .await
        .result();
    assert_eq!(get(json!({})).await, json!([start, help]));
    assert_eq!(
        get(json!({"scope": {"type": "default"}})).await,
        json!([start, help])
    );
    assert_eq!(get(json!({"language_code": "en"})).await, json!([]));
    assert_eq!(
        get(json!({"language_code": "en", "scope": {"type": "all_private_chats"}})).await,
        json!([help])
    );
    assert_eq!(tg.commands(""), json!([start, help]));

    bot.call("deleteMyCommands", json!({})).await.result();
    assert_eq!(get(json!({})).await, json!([]));
}

#[tokio::test]
async fn odd_commands_are_refused() {
    let (_tg, bot) = start().await;
    let set = async |name: &str, description: &str| {
        bot.call(
            "setMyCommands",
            json!({"commands": [{"command": name, "description": description}]}),
        )
        .await
    };
    set("Старт", "x")
        .await
        .is_error(400, "Bad Request: BOT_COMMAND_INVALID");
    set("/", "x")
        .await
        .is_error(400, "Bad Request: command must be non-empty");
    set(&"a".repeat(33), "x")
        .await
        .is_error(400, "Bad Request: command length must not exceed 32");
    set("start", "")
        .await
        .is_error(400, "Bad Request: command description must be non-empty");
    set("start", &"x".repeat(257)).await.is_error(
        400,
        "Bad Request: command description length must not exceed 256",
    );
    set("/start", "x").await.result();
}

#[tokio::test]
async fn get_chat_knows_people_and_groups() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").with_username("alice").who_has_started();
    let group = tg.group("Дом").with_username("our_home");
    let get = async |id: Value| {
        bot.call("getChat", json!({"chat_id": id}))
            .await
            .result()
            .clone()
    };
    let chat = get(json!(alice.id())).await;
    assert_eq!(
        (&chat["type"], &chat["first_name"]),
        (&json!("private"), &json!("Алиса"))
    );
    assert!(chat["accepted_gift_types"].is_object() && chat["max_reaction_count"].is_number());
    assert_eq!(get(json!("@Our_Home")).await["id"], group.id());
    assert_eq!(get(json!(group.id())).await["title"], "Дом");
    // Bots cannot find people by their usernames.
    bot.call("getChat", json!({"chat_id": "@alice"}))
        .await
        .is_error(400, "Bad Request: chat not found");
}

#[tokio::test]
async fn chat_actions_must_be_known() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let act = async |action: &str| {
        bot.call(
            "sendChatAction",
            json!({"chat_id": alice.id(), "action": action}),
        )
        .await
    };
    assert_eq!(act("typing").await.result(), true);
    act("dancing")
        .await
        .is_error(400, "Bad Request: wrong parameter action in request");
}
