//! One process sets the webhook, and sees to it that it stays.

use ostankino::{Bot, methods::SetWebhookParams};
use serde_json::Value;

use super::{all_is_noted, alone, posted_to, world};
use crate::support::{Service, World, balancer::Balancer, servers::until};

fn keeps(service: &Service) -> bool {
    !service.logs.of("webhook_kept").is_empty()
}

/// What `/readyz` says of the webhook.
async fn part(service: &Service) -> (u16, Value) {
    let record = service.logs.wait_for("web_listening").await;
    let address = record["address"].as_str().expect("an address");
    let answer = reqwest::get(format!("http://{address}/readyz")).await;
    let answer = answer.expect("it answers");
    let status = answer.status().as_u16();
    let told: Value = answer.json().await.expect("JSON");
    (status, told["parts"]["webhook"].clone())
}

async fn shows(service: &Service, line: &str) -> bool {
    let record = service.logs.wait_for("web_listening").await;
    let address = record["address"].as_str().expect("an address");
    let answer = reqwest::get(format!("http://{address}/metrics")).await;
    let text = answer.expect("it answers").text().await.expect("a text");
    text.lines().any(|it| it == line)
}

#[tokio::test]
async fn one_process_sets_the_webhook_and_another_takes_that_over() {
    let world = world().await;
    let balancer = Balancer::start().await;
    let first = posted_to(&world, &balancer).start().await;
    first.logs.wait_for("webhook_set").await;
    let second = posted_to(&world, &balancer).start().await;
    balancer.add(&second).await;
    assert!(keeps(&first) && !keeps(&second));
    let set = world.tg.calls_of("setWebhook");
    assert_eq!(set.len(), 1);
    assert_eq!(set[0].param("max_connections"), "40");
    let kinds: Vec<String> = serde_json::from_str(&set[0].param("allowed_updates")).expect("JSON");
    for kind in [
        "message",
        "callback_query",
        "my_chat_member",
        "pre_checkout_query",
    ] {
        assert!(kinds.iter().any(|it| it == kind), "{kind}: {kinds:?}");
    }
    // It takes updates though it looks after nothing.
    world.tg.person("Алиса").says("раз");
    all_is_noted(&world, 1).await;
    first.signal("KILL");
    second.logs.wait_for("webhook_set").await;
    world.tg.person("Борис").says("два");
    all_is_noted(&world, 2).await;
    second.stop().await;
    // It stays where it is: Telegram keeps what comes meanwhile.
    assert_eq!(world.tg.calls_of("deleteWebhook").len(), 0);
}

#[tokio::test]
async fn a_webhook_that_somebody_else_changes_is_set_again() {
    let world = world().await;
    let (_balancer, service) = alone(&world).await;
    let other = Bot::new(&world.config().telegram);
    let set = SetWebhookParams::builder().url("https://example.org/hook");
    other.send(&set.build()).await.expect("set");
    let record = service.logs.wait_for("webhook_drifted").await;
    assert_eq!(record["is_elsewhere"], true);
    world.tg.person("Алиса").says("раз");
    all_is_noted(&world, 1).await;
    service.stop().await;
}

#[tokio::test]
async fn what_telegram_cannot_deliver_is_told_and_so_is_its_end() {
    let world = world().await;
    let balancer = Balancer::start().await;
    let setup = posted_to(&world, &balancer).set("WEB__LISTEN", "127.0.0.1:0");
    let service = setup.start().await;
    service.logs.wait_for("webhook_set").await;
    until("all is well", async || {
        part(&service).await.1["state"] == "ok"
    })
    .await;
    // The balancer leads nowhere yet.
    world.tg.person("Алиса").says("раз");
    let record = service.logs.wait_for("webhook_troubled").await;
    assert_eq!(record["pending"], 1);
    let (status, told) = part(&service).await;
    assert_eq!(status, 200, "it can work, and somebody should look");
    assert_eq!(
        (&told["state"], &told["pending"]),
        (&"down".into(), &1.into())
    );
    assert!(
        told["error"]
            .as_str()
            .is_some_and(|error| !error.is_empty())
    );
    assert!(shows(&service, "ostankino_webhook_pending 1").await);
    assert!(shows(&service, "ostankino_webhook_failing 1").await);

    balancer.add(&service).await;
    service.logs.wait_for("webhook_recovered").await;
    all_is_noted(&world, 1).await;
    until("all is well", async || {
        part(&service).await.1["state"] == "ok"
    })
    .await;
    let stored = "ostankino_webhook_requests_total{outcome=\"stored\"} 1";
    assert!(shows(&service, stored).await);
    assert_eq!(service.logs.of("webhook_troubled").len(), 1, "told once");
    service.stop().await;
}

#[tokio::test]
async fn a_process_that_stops_leaves_the_rest_to_others() {
    let world = world().await;
    let (balancer, first) = alone(&world).await;
    let alice = world.tg.person("Алиса");
    for number in 0..20 {
        alice.says(&number.to_string());
    }
    first.signal("TERM");
    for number in 20..40 {
        alice.says(&number.to_string());
    }
    first.ends_with(0).await;
    assert_eq!(first.logs.of("webhook_stopped")[0]["in_time"], true);
    balancer.clear();
    let second = posted_to(&world, &balancer).start().await;
    balancer.add(&second).await;
    all_is_noted(&world, 40).await;
    let all: Vec<_> = (0..40).map(|number| number.to_string()).collect();
    assert_eq!(world.noted(&alice).await, all);
    second.stop().await;
}

#[tokio::test]
async fn a_webhook_without_an_address_ends_the_start_with_what_to_do() {
    let world = World::new().await;
    let service = world.service().set("TELEGRAM__INTAKE", "webhook").spawn();
    service.ends_with(1).await;
    let told = service.stderr();
    for key in ["web.webhook_listen is not set", "web.public_url is not set"] {
        assert!(told.contains(key), "{told}");
    }
}
