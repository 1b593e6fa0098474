//! setWebhook, deleteWebhook, getWebhookInfo.

use serde_json::{Value, json};

use crate::support::start;

#[tokio::test]
async fn a_webhook_forbids_polling_until_it_is_deleted() {
    let (tg, bot) = start().await;
    let set = bot
        .call("setWebhook", json!({"url": "http://127.0.0.1:1/hook"}))
        .await;
    assert_eq!(
        (set.result(), set.description()),
        (&json!(true), "Webhook was set")
    );
    let again = bot
        .call("setWebhook", json!({"url": "http://127.0.0.1:1/hook"}))
        .await;
    assert_eq!(again.description(), "Webhook is already set");

    bot.call("getUpdates", json!({})).await.is_error(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
    tg.person("Алиса").says("привет");
    let info = bot.call("getWebhookInfo", json!({})).await;
    assert_eq!(info.result()["url"], "http://127.0.0.1:1/hook");
    assert_eq!(info.result()["pending_update_count"], 1);

    let deleted = bot
        .call("deleteWebhook", json!({"drop_pending_updates": true}))
        .await;
    assert_eq!(deleted.description(), "Webhook was deleted");
    assert_eq!(bot.updates(0).await.len(), 0);
}

#[tokio::test]
async fn deleting_no_webhook_says_so() {
    let (_tg, bot) = start().await;
    let deleted = bot.call("deleteWebhook", json!({})).await;
    assert_eq!(
        (deleted.result(), deleted.description()),
        (&json!(true), "Webhook is already deleted")
    );
    assert_eq!(bot.get("getWebhookInfo").await.result()["url"], "");
}

#[tokio::test]
async fn setting_a_webhook_ends_a_waiting_poll() {
    let (tg, bot) = start().await;
    let poller = bot.clone();
    let poll = tokio::spawn(async move { poller.call("getUpdates", json!({"timeout": 50})).await });
    tg.wait_until(|tg| tg.is_polled()).await;
    bot.call("setWebhook", json!({"url": "http://127.0.0.1:1/"}))
        .await;
    poll.await
        .unwrap()
        .is_error(409, "Conflict: terminated by setWebhook request");
}

#[tokio::test]
async fn the_webhooks_settings_are_checked_and_shown() {
    let (_tg, bot) = start().await;
    let set = async |params: Value| bot.call("setWebhook", params).await;
    let url = "https://127.0.0.1:1/";
    for url in ["ftp://example.com/", "http://", "a b"] {
        set(json!({"url": url}))
            .await
            .is_error(400, "Bad Request: invalid webhook URL specified");
    }
    set(json!({"url": url, "secret_token": "не то"}))
        .await
        .is_error(
            400,
            "Bad Request: secret token contains unallowed characters",
        );
    set(json!({"url": url, "secret_token": "x".repeat(257)}))
        .await
        .is_error(400, "Bad Request: secret token is too long");
    for (given, kept) in [
        (json!(null), 40),
        (json!(0), 1),
        (json!(7), 7),
        (json!(1000), 100),
    ] {
        let set =
            set(json!({"url": url, "max_connections": given, "allowed_updates": ["message"]}))
                .await;
        set.result();
        let info = bot.get("getWebhookInfo").await.result().clone();
        assert_eq!(
            info,
            json!({
                "url": url, "has_custom_certificate": false, "pending_update_count": 0, "max_connections": kept,
                "allowed_updates": ["message"],
            })
        );
    }
    set(json!({"url": ""})).await.result();
    assert_eq!(bot.get("getWebhookInfo").await.result()["url"], "");
}
