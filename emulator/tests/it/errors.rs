//! Whom the server does not serve, and what it does not know.

use reqwest::Method;
use serde_json::json;

use crate::support::start;

#[tokio::test]
async fn wrong_tokens_are_unauthorized() {
    let (tg, bot) = start().await;
    let get_me = async |token: &str| {
        bot.request(Method::GET, format!("{}/bot{token}/getMe", tg.url()), "")
            .await
    };
    get_me("42:wrong").await.is_error(401, "Unauthorized");
    get_me("nonsense")
        .await
        .is_error(401, "Unauthorized: invalid token specified");
    get_me("0:zero")
        .await
        .is_error(401, "Unauthorized: invalid token specified");
    let long = format!("1:{}", "x".repeat(80));
    get_me(&long)
        .await
        .is_error(401, "Unauthorized: invalid token specified");
    assert_eq!(tg.calls().len(), 0);
}

#[tokio::test]
async fn good_answers_and_errors_alike_are_json_with_the_status_of_the_error() {
    let (tg, bot) = start().await;
    let good = bot.get("getMe").await;
    assert_eq!((good.status, &good.body["ok"]), (200, &json!(true)));
    assert_eq!(good.headers["content-type"], "application/json");
    let blocked = tg.person("Алиса").who_has_started();
    blocked.blocks();
    for (method, params) in [
        ("sendMessage", json!({"chat_id": blocked.id(), "text": "x"})),
        ("sendMessage", json!({"chat_id": 1, "text": "x"})),
        ("getNothing", json!({})),
    ] {
        let reply = bot.call(method, params).await;
        assert_eq!(reply.body["error_code"], reply.status, "{}", reply.body);
        reply.is_error(reply.status, reply.description());
    }
}

#[tokio::test]
async fn unknown_methods_and_paths_are_not_found() {
    let (tg, bot) = start().await;
    bot.call("getNothing", json!({}))
        .await
        .is_error(404, "Not Found: method not found");
    bot.request(Method::GET, format!("{}/nothing/here", tg.url()), "")
        .await
        .is_error(404, "Not Found");
    bot.request(Method::GET, format!("{}/bot{}", tg.url(), tg.token()), "")
        .await
        .is_error(404, "Not Found");
}

#[tokio::test]
async fn a_method_not_emulated_yet_says_so_by_name() {
    let (tg, bot) = start().await;
    bot.call("SENDGAME", json!({"chat_id": 1})).await.is_error(
        501,
        "Not Implemented: telegram-emulator does not know the method sendGame yet",
    );
    assert_eq!(tg.calls_of("sendGame")[0].status, 501);
}

#[tokio::test]
async fn chats_must_be_named_and_exist() {
    let (_tg, bot) = start().await;
    bot.call("sendMessage", json!({"text": "x"}))
        .await
        .is_error(400, "Bad Request: chat_id is empty");
    for id in [json!(12345), json!("@nobody"), json!("x"), json!(-100)] {
        let params = json!({"chat_id": id, "text": "x"});
        bot.call("sendMessage", params)
            .await
            .is_error(400, "Bad Request: chat not found");
    }
}

#[tokio::test]
async fn an_unknown_press_cannot_be_answered() {
    let (_tg, bot) = start().await;
    bot.call("answerCallbackQuery", json!({"callback_query_id": "123"}))
        .await
        .is_error(
            400,
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
        );
}

#[tokio::test]
async fn the_token_is_in_no_debug_output() {
    let (tg, _bot) = start().await;
    assert!(!format!("{tg:?} {:?} {:?}", tg.person("Алиса"), tg.group("Дом")).contains(tg.token()));
}
