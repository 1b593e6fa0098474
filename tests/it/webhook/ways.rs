//! What is posted goes the ways that what is fetched goes: payments past all that waits, what nobody can read aside, floods nowhere.

use serde_json::json;

use super::{all_is_noted, alone, posted_to, world};
use crate::support::{balancer::Balancer, servers::until};

#[tokio::test]
async fn payments_go_past_all_that_waits_and_what_cannot_be_read_is_set_aside() {
    let world = world().await;
    let (_balancer, service) = alone(&world).await;
    let alice = world.tg.person("Алиса").who_has_started();
    let payer = json!({"id": alice.id(), "is_bot": false, "first_name": "Алиса"});
    world.tg.push_update(json!({"pre_checkout_query": {
        "id": "77", "currency": "RUB", "total_amount": 100, "invoice_payload": "7", "from": payer,
    }}));
    let answered = world.tg.next_call("answerPreCheckoutQuery").await;
    assert_eq!(answered.param("pre_checkout_query_id"), "77");
    let id = alice.says("раз");
    for (number, bytes) in [(1, "42"), (2, r#"{"message":{"text":"x"}}"#)] {
        world.tg.push_bytes(id + number, bytes);
    }
    alice.says("два");
    until("two are set aside", async || {
        world.dead_letters().await.len() == 2
    })
    .await;
    let texts = ["раз", "два"];
    world.tg.wait_until(|tg| tg.pending_updates() == 0).await;
    until("all is noted", async || {
        world.noted(&alice).await.len() >= texts.len()
    })
    .await;
    assert_eq!(world.noted(&alice).await, texts);
    let mut kept = world.dead_letters().await;
    kept.sort_unstable();
    assert_eq!(kept[0].0, "42");
    service.stop().await;
}

#[tokio::test]
async fn a_flood_is_cut_off_and_told_once() {
    let world = world().await;
    let balancer = Balancer::start().await;
    let setup = posted_to(&world, &balancer)
        .set("FLOOD__UPDATES_PER_MIN", "1")
        .set("FLOOD__BURST", "5")
        .set("FLOOD__NOTICE", "Помедленнее.");
    let service = setup.start().await;
    balancer.add(&service).await;
    service.logs.wait_for("webhook_set").await;
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    alice.says_many((1..=30).map(|number| number.to_string()));
    boris.says_many((1..=5).map(|number| number.to_string()));
    all_is_noted(&world, 10).await;
    let five: Vec<_> = (1..=5).map(|number| number.to_string()).collect();
    for person in [&alice, &boris] {
        assert_eq!(world.noted(person).await, five);
    }
    assert_eq!(alice.next_message().await.text, "Помедленнее.");
    assert_eq!(service.logs.of("flood").len(), 1);
    service.stop().await;
}
