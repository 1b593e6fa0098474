//! nats-server that goes away: in the middle of an update, and between two.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use ostankino::{Config, DialogueState, Error, Fsm, User};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::{APOLOGY, apologies, assert_is_short, bot, errors, is_answered};
use crate::support::World;

#[derive(Serialize, Deserialize)]
struct Asked {}

impl DialogueState for Asked {
    const NAME: &'static str = "asked";
}

fn impatient(config: &mut Config) {
    config.nats.request_timeout_ms = 500;
    // It goes on polling meanwhile.
    config.delivery.lease_ms = 15_000;
}

#[tokio::test]
async fn a_change_of_a_dialogue_that_loses_nats_is_apologised_for_and_not_handled_again() {
    let (world, mut nats) = World::with_nats().await;
    let handled = Arc::new(AtomicUsize::new(0));
    let (begun, released) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (count, begins, release) = (handled.clone(), begun.clone(), released.clone());
    let asks = move |fsm: Fsm, user: User| {
        let (handled, begun, released) = (handled.clone(), begun.clone(), released.clone());
        async move {
            handled.fetch_add(1, Ordering::Relaxed);
            fsm.set(Asked {})?;
            begun.notify_one();
            released.notified().await;
            Ok::<_, Error>(user.first_name)
        }
    };
    let app = world.app(bot(asks)).config(impatient).start().await;
    let alice = world.tg.person("Алиса");

    alice.says("/start");
    alice.next_message().await;
    let press = alice.presses("Сломать").await;
    begins.notified().await;
    nats.kill().await;
    release.notify_one();
    assert_eq!(alice.next_message().await.text, APOLOGY);
    world.tg.press_answered(&press).await;

    nats.restart().await;
    is_answered(&alice).await;
    assert_eq!(apologies(&alice), 1);
    assert_eq!(world.tg.press_answers(&press).len(), 1);
    assert_eq!(count.load(Ordering::Relaxed), 1, "handled once");
    let errors: Vec<_> = errors(&app.logs)
        .into_iter()
        .filter(|record| record.get("user_id").is_some())
        .collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0]["user_id"], alice.id());
    let error = errors[0]["error"].as_str().expect("the chain");
    assert!(error.starts_with("NATS is unavailable: "), "{error}");
    assert_is_short(&errors[0]);
    assert_eq!(errors[0]["route"], "callback fail");
}

#[tokio::test]
async fn while_nats_is_away_updates_wait_at_telegram() {
    let (world, mut nats) = World::with_nats().await;
    let app = world.app(bot(|| async {})).config(impatient).start().await;
    let alice = world.tg.person("Алиса");
    is_answered(&alice).await;

    nats.kill().await;
    let first = alice.says("раз");
    let away = "store_failed";
    app.logs.wait_for(away).await;
    alice.says("два");
    assert_eq!(world.tg.pending_updates(), 2);
    assert!(world.tg.confirmed_offset().expect("it polled") <= first);

    nats.restart().await;
    assert_eq!(alice.next_message().await.text, "да");
    assert_eq!(alice.next_message().await.text, "да");
    is_answered(&alice).await;
    assert_eq!(alice.messages().len(), 4, "each once");
    app.logs.wait_for("store_recovered").await;
}

#[tokio::test]
async fn an_outage_is_told_once_however_many_partitions_there_are() {
    let (world, mut nats) = World::with_nats().await;
    let app = world.app(bot(|| async {})).config(|config| {
        impatient(config);
        config.delivery.partitions = 64;
    });
    let app = app.start().await;
    let alice = world.tg.person("Алиса");
    is_answered(&alice).await;

    // Alive but silent, which every partition meets by itself; then it is gone for good.
    nats.freeze();
    let away = "server_away";
    app.logs.wait_for(away).await;
    nats.kill().await;
    nats.restart().await;
    is_answered(&alice).await;

    let mut told = std::collections::BTreeMap::new();
    let mut records = app.logs.records();
    records.retain(|record| record["level"] != "INFO");
    for record in &records {
        let text = (record["message"].to_string(), record["error"].to_string());
        *told.entry(text).or_insert(0) += 1;
    }
    assert!(told.values().all(|times| *times <= 2), "{told:#?}");
    assert!(records.len() <= 12, "{told:#?}");
}

#[tokio::test]
async fn consumers_that_are_gone_are_told_in_one_record() {
    let world = World::new().await;
    let app = world.app(bot(|| async {})).config(|config| {
        config.delivery.partitions = 64;
    });
    let app = app.start().await;
    let alice = world.tg.person("Алиса");
    is_answered(&alice).await;
    assert_eq!(world.delete_consumers().await, 64);
    is_answered(&alice).await;
    let warned = |record: &&serde_json::Value| {
        record["message"]
            .as_str()
            .is_some_and(|text| text.contains("partition") || text.contains("consumer"))
            && record["level"] != "INFO"
    };
    let records = app.logs.records();
    let records: Vec<_> = records.iter().filter(warned).collect();
    assert!((1..=6).contains(&records.len()), "{records:#?}");
}
