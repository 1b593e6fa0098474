//! What the bot says of itself: names, descriptions, commands by scope, menu buttons.

use serde_json::{Value, json};

use crate::support::start;

#[tokio::test]
async fn texts_are_kept_by_language() {
    let (_tg, bot) = start().await;
    let call = async |method: &str, params: Value| bot.call(method, params).await.result().clone();
    call("setMyDescription", json!({"description": "Всё о котах"})).await;
    call(
        "setMyDescription",
        json!({"description": "All on cats", "language_code": "en"}),
    )
    .await;
    assert_eq!(
        call("getMyDescription", json!({})).await,
        json!({"description": "Всё о котах"})
    );
    let params = json!({"language_code": "en"});
    assert_eq!(
        call("getMyDescription", params).await,
        json!({"description": "All on cats"})
    );
    call(
        "setMyShortDescription",
        json!({"short_description": "Коты"}),
    )
    .await;
    assert_eq!(
        call("getMyShortDescription", json!({})).await,
        json!({"short_description": "Коты"})
    );
    call("setMyShortDescription", json!({})).await;
    assert_eq!(
        call("getMyShortDescription", json!({})).await,
        json!({"short_description": ""})
    );

    call("setMyName", json!({"name": "Котобот"})).await;
    assert_eq!(
        call("getMyName", json!({"language_code": "de"})).await,
        json!({"name": "Котобот"})
    );
    assert_eq!(call("getMe", json!({})).await["first_name"], "Котобот");
    bot.call("getMyName", json!({"language_code": "deutsch"}))
        .await
        .is_error(400, "Bad Request: invalid language code specified");
}

#[tokio::test]
async fn command_scopes_are_checked_and_chats_in_them_found() {
    let (tg, bot) = start().await;
    let group = tg.group("Дом").with_username("home");
    let commands = json!([{"command": "start", "description": "Начать"}]);
    let set = async |scope: Value| {
        bot.call(
            "setMyCommands",
            json!({"commands": commands, "scope": scope}),
        )
        .await
    };
    set(json!({"type": "chat", "chat_id": "@home"}))
        .await
        .result();
    let params = json!({"scope": {"chat_id": group.id(), "type": "chat"}});
    assert_eq!(bot.call("getMyCommands", params).await.result(), &commands);
    let prefix = "Bad Request: can't parse BotCommandScope: ";
    for (scope, why) in [
        (json!({"type": "everyone"}), "Unsupported type specified"),
        (json!({"type": "chat"}), "Empty chat_id specified"),
        (
            json!({"type": "chat_member", "chat_id": 1}),
            "Invalid user_id specified",
        ),
        (json!([]), "BotCommandScope must be an Object"),
    ] {
        set(scope).await.is_error(400, &format!("{prefix}{why}"));
    }
    set(json!({"type": "chat", "chat_id": 5}))
        .await
        .is_error(400, "Bad Request: chat not found");
    bot.call("setMyCommands", json!({"commands": [1]}))
        .await
        .is_error(
            400,
            "Bad Request: can't parse BotCommand: expected an Object",
        );
}

#[tokio::test]
async fn menu_buttons_are_of_a_chat_or_of_all() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let get = async |params: Value| bot.call("getChatMenuButton", params).await.result().clone();
    let own = json!({"chat_id": alice.id()});
    assert_eq!(get(own.clone()).await, json!({"type": "commands"}));
    let button =
        json!({"type": "web_app", "text": "Открыть", "web_app": {"url": "https://example.com/"}});
    bot.call("setChatMenuButton", json!({"menu_button": button}))
        .await
        .result();
    assert_eq!(get(own.clone()).await, button);
    bot.call(
        "setChatMenuButton",
        json!({"chat_id": alice.id(), "menu_button": {"type": "commands"}}),
    )
    .await
    .result();
    assert_eq!(get(own).await, json!({"type": "commands"}));
    assert_eq!(get(json!({})).await, button);
    bot.call("setChatMenuButton", json!({"menu_button": {"type": "odd"}}))
        .await
        .is_error(
            400,
            "Bad Request: can't parse menu button: MenuButton has unsupported type",
        );
}

#[tokio::test]
async fn there_are_no_profile_photos_and_parting_is_easy() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    let none = json!({"total_count": 0, "photos": []});
    assert_eq!(
        bot.call("getUserProfilePhotos", json!({"user_id": alice.id()}))
            .await
            .result(),
        &none
    );
    bot.call("getUserProfilePhotos", json!({"user_id": 5}))
        .await
        .is_error(400, "Bad Request: user not found");
    assert_eq!(bot.call("logOut", json!({})).await.result(), true);
    assert_eq!(bot.call("close", json!({})).await.result(), true);
}
