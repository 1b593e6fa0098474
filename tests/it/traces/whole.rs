//! A trace is whole: whoever polls, handles, is tried again or is posted to.

use std::collections::BTreeSet;

use serde_json::Value;
use telegram_emulator::Fault;

use super::{KEY, PRIVATE, by_trace, one, share, traced};
use crate::support::{
    World,
    balancer::Balancer,
    collector::{Collector, Mood},
};

#[tokio::test]
async fn one_trace_leads_from_the_poll_in_one_process_to_the_reply_of_another() {
    let world = World::new().await;
    world.prepare_notes().await;
    let collector = Collector::start(Mood::Takes).await;
    let all = share([traced(&world, &collector), traced(&world, &collector)]).await;
    let guests: Vec<_> = (0..12).map(|_| world.tg.person("Гость")).collect();
    for guest in &guests {
        guest.says(PRIVATE);
    }
    for guest in &guests {
        assert_eq!(guest.next_message().await.text, format!("✓ {PRIVATE}"));
    }
    // What ended last is exported by the end of the process.
    for service in &all {
        service.stop().await;
    }
    let traces = by_trace(&collector.spans());
    assert_eq!(traces.len(), guests.len(), "one of each update");
    let mut pairs = BTreeSet::new();
    for spans in traces.values() {
        let root = one(spans, "poll message");
        assert_eq!((root.parent.as_str(), root.kind), ("", 4), "a producer");
        let process = spans.iter().find(|span| span.name.starts_with("process "));
        let process = process.expect("an attempt");
        assert_eq!((&process.parent, process.kind), (&root.id, 5), "a consumer");
        assert_eq!(process.attributes["ostankino.outcome"], "ok");
        assert_eq!(process.attributes["messaging.system"], "nats");
        for name in ["transaction", "COMMIT", "sendMessage", "price"] {
            let part = one(spans, name);
            assert_eq!(part.parent, process.id, "{name}");
            assert!(process.begun <= part.begun && part.ended <= process.ended);
            assert!(!part.is_failed);
        }
        let session = one(spans, "transaction");
        assert_eq!(session.attributes["db.system.name"], "postgresql");
        assert_eq!(session.attributes["ostankino.session.end"], "commit");
        let call = one(spans, "sendMessage");
        assert_eq!(call.attributes["http.response.status_code"], "200");
        assert_eq!(call.attributes["url.template"], "/bot<token>/sendMessage");
        assert_eq!(spans.len(), 6, "{spans:#?}");
        let of = |span: &crate::support::collector::Exported| {
            assert_eq!(span.resource["service.name"], "shop");
            span.resource["service.instance.id"].clone()
        };
        pairs.insert((of(root), of(process)));
    }
    let (polled, handled): (BTreeSet<_>, BTreeSet<_>) = pairs.into_iter().unzip();
    assert_eq!(
        (polled.len(), handled.len()),
        (1, 2),
        "one polls, both handle"
    );
    let users: BTreeSet<_> = guests.iter().map(|guest| guest.id().to_string()).collect();
    let spans = collector.spans();
    let told = spans
        .iter()
        .filter_map(|span| span.attributes.get("user.id"));
    assert_eq!(told.cloned().collect::<BTreeSet<_>>(), users);
    // What people say, and what nobody else may know, is nowhere in it.
    let secret = world.tg.token().split_once(':').expect("a token").1;
    for private in [PRIVATE, KEY, world.tg.token(), secret] {
        assert!(!collector.holds(private), "{private}");
    }
    let headers = collector.headers();
    assert_eq!(headers["authorization"], format!("Bearer {KEY}"));
    assert_eq!(headers["x-tenant"], "shop");
    for service in &all {
        let log = format!("{}{}", service.logs, service.stderr());
        assert!(!log.contains(KEY), "{log}");
    }
}

#[tokio::test]
async fn updates_of_one_batch_have_a_trace_each_and_those_behind_the_first_are_linked_to_it() {
    let world = World::new().await;
    world.prepare_notes().await;
    let collector = Collector::start(Mood::Takes).await;
    let guests: Vec<_> = (0..12).map(|_| world.tg.person("Гость")).collect();
    for guest in &guests {
        guest.says("привет");
    }
    // One answer has all of them: with four partitions some share a batch.
    let service = traced(&world, &collector).start().await;
    for guest in &guests {
        guest.next_message().await;
    }
    service.stop().await;
    let traces = by_trace(&collector.spans());
    assert_eq!(traces.len(), guests.len());
    let spans = collector.spans();
    let is_first = |(trace, span): &(String, String)| {
        let root = one(&traces[trace], "poll message");
        root.id == *span
    };
    let linked: Vec<_> = spans.iter().filter(|span| !span.links.is_empty()).collect();
    let behind: BTreeSet<_> = linked.iter().map(|span| &span.trace).collect();
    assert_eq!(linked.len(), behind.len(), "each once");
    let firsts: BTreeSet<_> = traces.keys().filter(|it| !behind.contains(it)).collect();
    assert!(
        (1..=4).contains(&firsts.len()),
        "a batch for each partition of which somebody is"
    );
    for span in linked {
        assert!(firsts.contains(&span.links[0].0) && is_first(&span.links[0]));
    }
}

#[tokio::test]
async fn an_update_that_is_tried_again_stays_in_its_trace_and_says_what_was_wrong() {
    let (world, mut postgres) = World::with_postgres().await;
    world.prepare_notes().await;
    let collector = Collector::start(Mood::Takes).await;
    let setup = traced(&world, &collector).set("DATABASE__CONNECT_TIMEOUT_MS", "500");
    let service = setup.start().await;
    let alice = world.tg.person("Алиса").who_has_started();
    alice.says("привет");
    alice.next_message().await;
    postgres.kill().await;
    alice.blocks();
    let retried = |record: &Value| record["outcome"] == "retry";
    let retried = service.logs.wait_until("a retry", retried).await;
    postgres.restart().await;
    let noted = |record: &Value| record["kind"] == "my_chat_member" && record["outcome"] == "ok";
    service.logs.wait_until("it is noted", noted).await;
    service.stop().await;
    let traces = by_trace(&collector.spans());
    let spans = &traces[retried["trace_id"].as_str().expect("it is in the log")];
    let root = one(spans, "poll my_chat_member");
    let attempts = spans.iter().filter(|span| span.name.starts_with("process"));
    let mut attempts: Vec<_> = attempts.collect();
    attempts.sort_by_key(|span| span.begun);
    assert!(attempts.len() >= 2, "{spans:#?}");
    assert!(attempts.iter().all(|span| span.parent == root.id));
    let (first, last) = (attempts[0], attempts[attempts.len() - 1]);
    assert!(first.is_failed && !last.is_failed);
    assert_eq!(first.attributes["error.type"], "unavailable");
    assert_eq!(first.attributes["ostankino.outcome"], "retry");
    assert_eq!(first.attributes["ostankino.attempt"], "1");
    assert_eq!(last.attributes["ostankino.outcome"], "ok");
}

#[tokio::test]
async fn an_update_that_is_posted_has_its_trace_from_the_request_on_and_failures_are_told_in_words_of_ours()
 {
    let world = World::new().await;
    world.prepare_notes().await;
    let collector = Collector::start(Mood::Takes).await;
    let balancer = Balancer::start().await;
    let setup = traced(&world, &collector)
        .set("TELEGRAM__INTAKE", "webhook")
        .set("WEB__WEBHOOK_LISTEN", "127.0.0.1:0")
        .set("WEB__PUBLIC_URL", &balancer.url);
    let service = setup.start().await;
    balancer.add(&service).await;
    service.logs.wait_for("webhook_set").await;
    let alice = world.tg.person("Алиса").who_has_started();
    world
        .tg
        .fault(Fault::on("sendMessage").status(502).times(1));
    alice.says("/fail");
    alice.next_message().await;
    service.stop().await;
    let traces = by_trace(&collector.spans());
    let [spans] = &traces.into_values().collect::<Vec<_>>()[..] else {
        panic!("one trace");
    };
    let root = one(spans, "webhook message");
    assert_eq!((root.parent.as_str(), root.kind), ("", 2), "a server");
    assert_eq!(root.attributes["http.response.status_code"], "200");
    let process = one(spans, "process /fail");
    assert_eq!(process.parent, root.id);
    assert!(process.is_failed);
    assert_eq!(process.attributes["ostankino.outcome"], "failed");
    let calls = spans.iter().filter(|span| span.name == "sendMessage");
    let mut calls: Vec<_> = calls.collect();
    calls.sort_by_key(|span| span.begun);
    let codes: Vec<_> = calls
        .iter()
        .map(|span| span.attributes["http.response.status_code"].as_str())
        .collect();
    assert_eq!(codes, ["502", "200"], "each try");
    assert_eq!(calls[0].attributes["error.type"], "502");
    // The words of the error are for the log.
    assert!(!collector.holds(PRIVATE));
}
