//! Servers that lost what they held: NATS is made whole by the running processes, an empty
//! PostgreSQL ends them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::APOLOGY;
use crate::support::{
    Logs, World,
    servers::{connect, until},
};

const LOST: &str = "store_lost";

/// How often each stream was told to be lost, by the end of its name.
fn told(logs: &Logs, world: &World) -> BTreeMap<String, usize> {
    let mut told = BTreeMap::new();
    for record in logs.of(LOST) {
        assert_eq!(record["level"], "ERROR");
        assert!(!record["lost"].as_str().expect("in words").is_empty());
        let stream = record["stream"].as_str().expect("its name");
        *told.entry(stream.replace(&world.prefix, "")).or_default() += 1;
    }
    told
}

#[tokio::test]
async fn each_store_of_nats_that_is_deleted_is_recreated_as_it_was_and_named_once() {
    let world = World::new().await;
    let service = world.service().start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/form");
    alice.next_message().await;
    world.queue_is_empty().await;
    let jetstream = world.jetstream().await;
    for suffix in ["UPDATES", "DEAD", "fsm", "leases"] {
        let bucket = suffix.chars().all(char::is_lowercase);
        let kind = if bucket { "KV_" } else { "" };
        let name = format!("{kind}{}_{suffix}", world.prefix);
        let before = jetstream.get_stream(&name).await.expect("it is there");
        jetstream.delete_stream(&name).await.expect("deleted");
        let fits = |record: &Value| record["event"] == LOST && record["stream"] == *name;
        service.logs.wait_until(suffix, fits).await;
        let after = jetstream
            .get_stream(&name)
            .await
            .expect("it is there again");
        let (before, after) = (&before.cached_info().config, &after.cached_info().config);
        assert_eq!(before.subjects, after.subjects);
        assert_eq!(before.max_age, after.max_age);
        assert_eq!(before.max_bytes, after.max_bytes);
        assert_eq!(before.max_message_size, after.max_message_size);
        assert_eq!(
            before.max_messages_per_subject,
            after.max_messages_per_subject
        );
        assert_eq!(before.retention, after.retention);
        assert_eq!(before.duplicate_window, after.duplicate_window);
        alice.says("/form");
        assert!(
            alice
                .next_message()
                .await
                .text
                .starts_with("Как вас зовут?")
        );
    }
    let told = told(&service.logs, &world);
    assert_eq!(
        told.values().copied().collect::<Vec<_>>(),
        [1; 4],
        "{told:?}"
    );
    assert!(
        alice
            .messages()
            .iter()
            .all(|message| message.text != APOLOGY)
    );
    service.stop().await;
}

#[tokio::test]
async fn a_nats_server_that_comes_back_empty_is_made_whole_and_everybody_is_answered() {
    let (world, mut nats) = World::with_nats().await;
    let settings =
        |service: crate::support::ServiceSetup| service.set("NATS__REQUEST_TIMEOUT_MS", "4000");
    let one = settings(world.service()).start().await;
    let two = settings(world.service()).start().await;
    // What is handed over just then may be apologised for on a busy machine.
    two.logs.wait_for("seats_taken").await;
    let guests: Vec<_> = (0..8).map(|_| world.tg.person("Гость")).collect();
    for guest in &guests {
        guest.says("/form");
        let said = guest.next_message().await.text;
        assert!(said.starts_with("Как вас зовут?"), "{said}");
    }
    world.queue_is_empty().await;

    nats.kill().await;
    nats.wipe();
    nats.restart().await;
    for guest in &guests {
        guest.says("/form");
    }
    for guest in &guests {
        let said = guest.next_message().await.text;
        assert!(said.starts_with("Как вас зовут?"), "{said}");
        guest.says("Гость");
        assert!(guest.next_message().await.text != APOLOGY);
    }
    // One of them tells of each, or both if they met: within 5 s of what nobody asked for.
    for stream in ["_UPDATES", "_DEAD", "KV__fsm", "KV__leases"] {
        let times = |logs| told(logs, &world).get(stream).copied().unwrap_or(0);
        until(stream, async || times(&one.logs) + times(&two.logs) > 0).await;
        assert!(times(&one.logs) <= 1 && times(&two.logs) <= 1, "{stream}");
    }
    one.stop().await;
    two.stop().await;
}

async fn ends_saying(service: &crate::support::Service, problem: &str) {
    service.ends_with(1).await;
    let told = service.logs.of("cannot_run");
    assert_eq!(told.len(), 1, "{told:?}");
    let error = told[0]["error"].as_str().expect("a text");
    assert!(error.contains(problem), "{error}");
    assert!(
        error.contains("restore the database from a backup"),
        "{error}"
    );
    assert_eq!(service.logs.of("nats_closed").len(), 1);
}

#[tokio::test]
async fn a_service_whose_tables_are_gone_ends_and_recreates_none() {
    let world = World::new().await;
    let service = world.service().start().await;
    let database = world.database().await;
    let drop = "DROP TABLE users, inbox CASCADE";
    database.batch_execute(drop).await.expect("dropped");
    ends_saying(&service, "no table users, inbox").await;
    let ours = "FROM pg_tables WHERE tablename IN ('users', 'inbox')";
    assert_eq!(world.count(ours).await, 0);
}

#[tokio::test]
async fn a_service_whose_database_is_gone_ends() {
    let (world, postgres) = World::with_postgres().await;
    let service = world.service().start().await;
    let url = postgres.url();
    let (server, _) = url.rsplit_once('/').expect("a database");
    let admin = connect(&format!("{server}/template1")).await;
    let drop = "DROP DATABASE ostankino WITH (FORCE)";
    admin.batch_execute(drop).await.expect("dropped");
    ends_saying(&service, "does not exist").await;
}
