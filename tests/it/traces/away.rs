//! A collector that is away, refuses or hangs is nobody's trouble but the traces'.

use super::traced;
use crate::{
    support::{
        World,
        collector::{Collector, Mood},
        servers::until,
    },
    web::Port,
};

#[tokio::test]
async fn a_collector_that_hangs_delays_no_answer_and_not_the_end() {
    let world = World::new().await;
    world.prepare_notes().await;
    let collector = Collector::start(Mood::Hangs).await;
    // Longer than any deadline here.
    let setup = traced(&world, &collector).set("TRACES__REQUEST_TIMEOUT_MS", "60000");
    let service = setup.start().await;
    let alice = world.tg.person("Алиса");
    alice.says("раз");
    alice.next_message().await;
    until("it hangs", async || collector.requests() > 0).await;
    for number in 0..20 {
        alice.says(&number.to_string());
        assert_eq!(alice.next_message().await.text, format!("✓ {number}"));
    }
    service.stop().await;
    let unsent = service.logs.of("traces_unsent");
    assert_eq!(unsent.len(), 1);
    assert!(unsent[0]["spans"].as_u64() >= Some(6), "{unsent:?}");
    assert!(collector.spans().is_empty());
}

#[tokio::test]
async fn a_collector_that_refuses_is_told_of_once_and_so_is_its_return() {
    let world = World::new().await;
    world.prepare_notes().await;
    let collector = Collector::start(Mood::Refuses).await;
    let setup = traced(&world, &collector)
        .set("TRACES__REQUEST_TIMEOUT_MS", "100")
        .set("WEB__LISTEN", "127.0.0.1:0");
    let service = setup.start().await;
    let port = Port::told_in(&service.logs).await;
    let alice = world.tg.person("Алиса");
    let mut number = 0;
    // Some exports fail, each of them of new spans.
    until("several were refused", async || {
        number += 1;
        alice.says(&number.to_string());
        alice.next_message().await;
        collector.requests() >= 3
    })
    .await;
    let away = service.logs.wait_for("traces_away").await;
    assert_eq!(away["error"], "it answers with 503 Service Unavailable");
    collector.turns(Mood::Takes);
    alice.says("снова");
    alice.next_message().await;
    service.logs.wait_for("traces_back").await;
    collector
        .wait_until("its trace came", |spans| {
            spans.iter().any(|span| span.name == "sendMessage")
        })
        .await;
    let name = "ostankino_trace_spans_total";
    assert!(port.sum(name, "outcome=\"failed\"").await >= 18.0);
    until("exports are counted", async || {
        port.sum(name, "outcome=\"exported\"").await >= 1.0
    })
    .await;
    assert_eq!(port.sum(name, "outcome=\"dropped\"").await, 0.0);
    service.stop().await;
    assert_eq!(service.logs.of("traces_away").len(), 1);
    assert!(service.logs.of("traces_unsent").is_empty());
}
