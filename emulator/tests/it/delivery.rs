//! What reaches the webhook, and what comes back.

use axum::{Json, http::header};
use serde_json::{Value, json};
use telegram_emulator::Emulator;

use crate::support::{Bot, Hook, button, start};

/// An emulator, its bot, and a webhook set to the hook.
async fn with_hook() -> (Emulator, Bot, Hook) {
    let (tg, bot) = start().await;
    let hook = Hook::start().await;
    set(&bot, &hook.url).await;
    (tg, bot, hook)
}

async fn set(bot: &Bot, url: &str) {
    let params = json!({"url": url, "secret_token": "s3cret_-"});
    bot.call("setWebhook", params).await.result();
}

async fn info(bot: &Bot) -> Value {
    bot.get("getWebhookInfo").await.result().clone()
}

#[tokio::test]
async fn updates_are_posted_with_the_secret() {
    let (tg, bot) = start().await;
    let mut hook = Hook::start().await;
    let waited = tg.person("Алиса").says("до вебхука");
    set(&bot, &hook.url).await;
    let delivery = hook.next().await;
    assert_eq!(delivery.update["update_id"], waited);
    assert_eq!(delivery.text(), "до вебхука");
    assert_eq!(delivery.headers["content-type"], "application/json");
    assert_eq!(
        delivery.headers["x-telegram-bot-api-secret-token"],
        "s3cret_-"
    );
    assert_eq!(tg.pending_updates(), 1);
    delivery.accept();
    tg.wait_until(|tg| tg.pending_updates() == 0).await;
    let info = info(&bot).await;
    assert_eq!(info["ip_address"], "127.0.0.1");
    assert_eq!(info.get("last_error_message"), None);
}

#[tokio::test]
async fn an_update_comes_again_until_it_is_taken() {
    let (tg, bot, mut hook) = with_hook().await;
    let id = tg.person("Алиса").says("привет");
    for status in [500, 302] {
        hook.next().await.refuse(status);
    }
    let delivery = hook.next().await;
    assert_eq!(delivery.update["update_id"], id);
    let info_then = info(&bot).await;
    assert_eq!(
        info_then["last_error_message"],
        "Wrong response from the webhook: 302 Found"
    );
    assert!(info_then["last_error_date"].is_i64());
    assert_eq!(info_then["pending_update_count"], 1);
    delivery.accept();
    tg.wait_until(|tg| tg.pending_updates() == 0).await;
}

#[tokio::test]
async fn a_retry_after_of_the_webhook_is_heeded() {
    let (tg, _bot, mut hook) = with_hook().await;
    tg.person("Алиса").says("привет");
    let refused = std::time::Instant::now();
    let wait = [(header::RETRY_AFTER, "1")];
    hook.next()
        .await
        .answer((axum::http::StatusCode::TOO_MANY_REQUESTS, wait));
    hook.next().await.accept();
    assert!(refused.elapsed().as_secs() >= 1, "{:?}", refused.elapsed());
}

#[tokio::test]
async fn a_bot_that_does_not_listen_is_an_error_shown() {
    let (tg, bot) = start().await;
    let hook = Hook::start().await;
    let url = hook.url.clone();
    drop(hook);
    set(&bot, &url).await;
    tg.person("Алиса").says("привет");
    loop {
        let version = bot.control(&tg, "world").await["version"].clone();
        if info(&bot).await.get("last_error_message") == Some(&json!("Connection refused")) {
            break;
        }
        // Refused past its deadline.
        let change = bot.control(&tg, &format!("changes?after={version}")).await;
        assert!(change["version"].is_u64(), "{change}");
    }
}

#[tokio::test]
async fn the_updates_of_a_chat_come_one_after_another() {
    let (tg, _bot, mut hook) = with_hook().await;
    let (alice, boris) = (tg.person("Алиса"), tg.person("Борис"));
    alice.says_many(["1", "2"]);
    let first = hook.next().await;
    boris.says("3");
    let other = hook.next().await;
    assert_eq!((first.text(), other.text()), ("1", "3"));
    other.accept();
    // The second of Alice's is not on its way before her first is taken: a third person's overtakes it.
    tg.person("Вера").says("4");
    let third = hook.next().await;
    assert_eq!(third.text(), "4");
    first.accept();
    assert_eq!(hook.next().await.text(), "2");
}

#[tokio::test]
async fn at_most_max_connections_are_under_way() {
    let (tg, bot, mut hook) = with_hook().await;
    let params = json!({"url": hook.url, "max_connections": 1});
    bot.call("setWebhook", params).await.result();
    for name in ["Алиса", "Борис", "Вера"] {
        tg.person(name).says(name);
    }
    for name in ["Алиса", "Борис", "Вера"] {
        let delivery = hook.next().await;
        assert_eq!(delivery.text(), name);
        delivery.accept();
    }
}

#[tokio::test]
async fn a_call_in_the_answer_is_carried_out() {
    let (tg, _bot, mut hook) = with_hook().await;
    let alice = tg.person("Алиса");
    alice.says("привет");
    let call = json!({"method": "sendmessage", "chat_id": alice.id(), "text": "из ответа"});
    hook.next().await.answer(Json(call));
    assert_eq!(alice.next_message().await.text, "из ответа");
    let logged = tg.next_call("sendMessage").await;
    assert_eq!(
        logged.params,
        json!({"chat_id": alice.id(), "text": "из ответа"})
    );

    // As a form, and with a method that is not for answers.
    alice.says("ещё");
    let form = [(header::CONTENT_TYPE, "application/x-www-form-urlencoded")];
    hook.next().await.answer((form.clone(), "method=getMe"));
    alice.says("и ещё");
    let text = format!("method=sendMessage&chat_id={}&text=x", alice.id());
    hook.next().await.answer((form, text));
    assert_eq!(alice.next_message().await.text, "x");
    assert_eq!(tg.calls_of("getMe").len(), 0);
}

#[tokio::test]
async fn deleting_the_webhook_stops_deliveries_and_loses_nothing() {
    let (tg, bot, mut hook) = with_hook().await;
    let id = tg.person("Алиса").says("привет");
    let untaken = hook.next().await;
    bot.call("deleteWebhook", json!({})).await.result();
    assert_eq!(bot.only_update().await["update_id"], id);
    untaken.accept();
    assert_eq!(bot.updates(id).await.len(), 1);
}

#[tokio::test]
async fn a_webhook_set_anew_gets_what_the_old_one_did_not_take() {
    let (tg, bot, mut old) = with_hook().await;
    let id = tg.person("Алиса").says("привет");
    let untaken = old.next().await;
    let mut new = Hook::start().await;
    set(&bot, &new.url).await;
    let delivery = new.next().await;
    assert_eq!(delivery.update["update_id"], id);
    delivery.accept();
    tg.wait_until(|tg| tg.pending_updates() == 0).await;
    drop(untaken);
}

#[tokio::test]
async fn while_telegram_is_away_nothing_is_delivered() {
    let (tg, _bot, mut hook) = with_hook().await;
    tg.stop().await;
    let id = tg.person("Алиса").says("привет");
    tg.restart().await;
    let delivery = hook.next().await;
    assert_eq!(delivery.update["update_id"], id);
    delivery.accept();
    tg.wait_until(|tg| tg.pending_updates() == 0).await;
}

#[tokio::test]
async fn what_would_be_too_old_when_it_comes_again_is_dropped() {
    let (tg, bot, mut hook) = with_hook().await;
    let alice = tg.person("Алиса").who_has_started();
    let ask = json!({"chat_id": alice.id(), "text": "?", "reply_markup": button("x", "x")});
    bot.call("sendMessage", ask).await.result();
    alice.presses("x").await;
    let wait = [(header::RETRY_AFTER, "151")];
    hook.next()
        .await
        .answer((axum::http::StatusCode::SERVICE_UNAVAILABLE, wait));
    tg.wait_until(|tg| tg.pending_updates() == 0).await;
    alice.says("слово");
    let next = hook.next().await;
    assert_eq!(next.text(), "слово");
    next.accept();
}

#[tokio::test]
async fn a_webhook_that_is_gone_for_23_hours_is_deleted() {
    let (tg, bot, mut hook) = with_hook().await;
    tg.person("Алиса").says("раз");
    hook.next().await.refuse(410);
    let again = hook.next().await;
    tg.put_clock_forward(std::time::Duration::from_secs(23 * 3600 + 1));
    again.refuse(410);
    loop {
        let version = bot.control(&tg, "world").await["version"].clone();
        if info(&bot).await["url"] == "" {
            break;
        }
        bot.control(&tg, &format!("changes?after={version}")).await;
    }
    assert_eq!(tg.pending_updates(), 1, "what waits is kept for polling");
}
