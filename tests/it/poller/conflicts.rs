//! Telegram refuses to be polled: somebody else gets the updates, or the token is no longer good.

use ostankino::{
    Bot,
    methods::{DeleteWebhookParams, GetUpdatesParams, SetWebhookParams},
};
use serde_json::Value;
use telegram_emulator::{Emulator, Fault};

use super::TRIED_AGAIN;
use crate::support::{Logs, World};

async fn wait_for_conflict(logs: &Logs, advice: &str) -> Value {
    let fits = |record: &Value| {
        let error = record["error"].as_str().unwrap_or_default();
        record["event"] == TRIED_AGAIN && error.contains("409") && error.contains(advice)
    };
    logs.wait_until(advice, fits).await
}

#[tokio::test]
async fn a_webhook_is_named_as_the_cause_and_polling_goes_on_without_it() {
    let world = World::new().await;
    let service = world.service().start().await;
    world.tg.wait_until(Emulator::is_polled).await;
    let other = Bot::new(&world.config().telegram);
    let set = SetWebhookParams::builder()
        .url("https://example.org/hook")
        .build();
    other.send(&set).await.expect("set");
    // First the poll that was held is ended, then each new one refused: in other words.
    wait_for_conflict(&service.logs, "remove it with deleteWebhook").await;
    let refused = |record: &Value| {
        let error = record["error"].as_str().unwrap_or_default();
        error.contains("while webhook is active")
            && error.ends_with("remove it with deleteWebhook to poll")
    };
    service.logs.wait_until("the second refusal", refused).await;
    let misled = |record: &Value| record.to_string().contains("another process polls");
    assert!(!service.logs.records().iter().any(misled));

    let remove = DeleteWebhookParams::builder().build();
    other.send(&remove).await.expect("gone");
    world.greeted("Алиса").await;
    service.stop().await;
}

#[tokio::test]
async fn a_second_poller_is_named_as_the_cause_and_polling_goes_on_without_it() {
    let world = World::new().await;
    let service = world.service().start().await;
    world.tg.wait_until(Emulator::is_polled).await;
    let other = Bot::new(&world.config().telegram);
    let params = GetUpdatesParams::builder().timeout(50).build();
    let poll = other.send(&params);
    let record = tokio::select! {
        _ = poll => panic!("it is held"),
        record = wait_for_conflict(&service.logs, "stop one of them") => record,
    };
    assert_eq!(record["level"], "ERROR", "only the operator can mend it");
    assert_eq!(record["conflicts"], 1);
    world.greeted("Алиса").await;
    service.stop().await;
}

#[tokio::test]
async fn a_token_revoked_while_it_runs_ends_the_process_in_order_and_is_named() {
    let world = World::new().await;
    let service = world.service().start().await;
    world.tg.wait_until(Emulator::is_polled).await;
    world.tg.fault(Fault::on("getUpdates").status(401));
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    service.ends_with(1).await;
    let record = &service.logs.of("cannot_run")[0];
    let error = record["error"].as_str().expect("a text");
    assert!(error.contains("telegram.token"), "{error}");
    for step in ["database_closed", "nats_closed"] {
        assert_eq!(service.logs.of(step).len(), 1, "{step}");
    }
}
