//! setWebhook, deleteWebhook, getWebhookInfo.

use serde_json::json;

use crate::support::start;

#[tokio::test]
async fn a_webhook_forbids_polling_until_it_is_deleted() {
    let (tg, bot) = start().await;
    let set = bot
        .call("setWebhook", json!({"url": "https://example.com/hook"}))
        .await;
    assert_eq!(
        (set.result(), set.description()),
        (&json!(true), "Webhook was set")
    );
    let again = bot
        .call("setWebhook", json!({"url": "https://example.com/hook"}))
        .await;
    assert_eq!(again.description(), "Webhook is already set");

    bot.call("getUpdates", json!({})).await.is_error(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
    tg.person("Алиса").says("привет");
    let info = bot.call("getWebhookInfo", json!({})).await;
    assert_eq!(info.result()["url"], "https://example.com/hook");
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
    bot.call("setWebhook", json!({"url": "https://example.com/"}))
        .await;
    poll.await
        .unwrap()
        .is_error(409, "Conflict: terminated by setWebhook request");
}
