//! A stream that vanished while somebody needs it, and what nats-server makes of one that is recreated too early.

use std::fs;

use async_nats::jetstream::consumer::pull;
use futures_util::{StreamExt, TryStreamExt, stream};
use ostankino::{Reply, Router};
use serde_json::{Value, json};

use crate::support::{
    APOLOGY, World,
    servers::{Nats, until},
};

#[tokio::test]
async fn a_stream_that_the_server_is_slow_to_delete_is_recreated_when_it_is_gone() {
    let (world, mut nats) = World::with_nats().await;
    let service = world.service().start().await;
    let alice = world.greeted("Алиса").await;
    world.queue_is_empty().await;
    let name = format!("{}_UPDATES", world.prefix);
    // The server forgets the stream at once, and is a moment about so many consumers before it comes to the files.
    let queue = world.queue().await;
    let consumers = stream::iter(0..1_500).map(|number| {
        let config = pull::Config {
            durable_name: Some(format!("c{number}")),
            filter_subject: format!("{}.upd.none.{number}", world.prefix),
            ..pull::Config::default()
        };
        queue.create_consumer(config)
    });
    let made: Vec<_> = consumers
        .buffer_unordered(64)
        .try_collect()
        .await
        .expect("created");
    assert_eq!(made.len(), 1_500);
    let jetstream = world.jetstream().await;
    jetstream.delete_stream(&name).await.expect("deleted");
    alice.says("/help");
    alice.next_message().await;
    world.queue_is_empty().await;

    // Had it lost its files to the deletion, it would be gone by now.
    nats.kill().await;
    nats.restart().await;
    alice.says("/help");
    alice.next_message().await;
    let told = service.logs.of("store_lost");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["stream"], name);
    assert_eq!(service.logs.of("store_useless").len(), 0);
}

#[tokio::test]
async fn a_stream_that_stores_nothing_since_it_was_recreated_is_replaced_and_nothing_passed_over() {
    let (world, nats) = World::with_nats().await;
    let routes = Router::new()
        .text(async || "да")
        .pre_checkout(async || Reply::confirm());
    let app = world.app(routes);
    let app = app.config(|config| config.nats.request_timeout_ms = 500);
    let app = app.start().await;
    let alice = world.tg.person("Алиса").who_has_started();
    let asks = async || {
        alice.says("?");
        assert_eq!(alice.next_message().await.text, "да");
    };
    let pays = async || {
        world.tg.push_update(json!({"pre_checkout_query": {
            "id": "1", "currency": "RUB", "total_amount": 100, "invoice_payload": "7",
            "from": {"id": alice.id(), "is_bot": false, "first_name": "Алиса"},
        }}));
        let call = world.tg.next_call("answerPreCheckoutQuery").await;
        assert_eq!(call.params["ok"], true);
    };
    asks().await;
    pays().await;
    for lane in ["UPDATES", "PAYMENTS"] {
        let name = format!("{}_{lane}", world.prefix);
        recreate_among_old_files(&world, &nats, &name).await;
        let is_it = |record: &Value| record["event"] == "store_lost" && record["stream"] == *name;
        app.logs.wait_until(lane, is_it).await;
        lose_files(&world, &nats, &name, if lane == "UPDATES" { 4 } else { 1 }).await;
        // The one that waits for an answer, and one more.
        for _ in 0..2 {
            match lane {
                "UPDATES" => asks().await,
                _ => pays().await,
            }
        }
    }
    let told = app.logs.of("store_useless");
    let told: Vec<_> = told.iter().map(|record| &record["stream"]).collect();
    let names = ["UPDATES", "PAYMENTS"].map(|lane| format!("{}_{lane}", world.prefix));
    assert_eq!(told, [&names[0], &names[1]]);
    assert_eq!(app.logs.of("store_lost").len(), 2);
    app.stop().await;
}

/// Deletes a stream so that the one that is recreated finds its files, as it does if that is while they are
/// being deleted.
async fn recreate_among_old_files(world: &World, nats: &Nats, name: &str) {
    let mut stream = world
        .jetstream()
        .await
        .get_stream(name)
        .await
        .expect("it is there");
    until("nothing is in it", async || {
        stream.info().await.expect("an answer").state.messages == 0
    })
    .await;
    let (files, kept) = (nats.files_of(name), nats.folder().join("kept"));
    fs::create_dir_all(kept.join("msgs")).expect("created");
    for file in fs::read_dir(files.join("msgs")).expect("files") {
        let file = file.expect("a file");
        let copied = fs::copy(file.path(), kept.join("msgs").join(file.file_name()));
        copied.expect("copied");
    }
    let deleted = world.jetstream().await.delete_stream(name).await;
    deleted.expect("deleted");
    fs::rename(&kept, &files).expect("its folder is gone");
}

/// Takes the files of a stream away, and waits until so many consumers have theirs, recreated by the bot.
async fn lose_files(world: &World, nats: &Nats, name: &str, consumers: usize) {
    let files = nats.files_of(name);
    fs::remove_dir_all(&files).expect("they are there");
    let stream = world
        .jetstream()
        .await
        .get_stream(name)
        .await
        .expect("it is listed");
    let names: Vec<String> = stream.consumer_names().try_collect().await.expect("names");
    for name in names {
        // Its owner may be about to do so.
        let _ = stream.delete_consumer(&name).await;
    }
    until("its consumers have files", async || {
        let found = fs::read_dir(files.join("obs"))
            .into_iter()
            .flatten()
            .flatten();
        found
            .filter(|dir| dir.path().join("o.dat").exists())
            .count()
            == consumers
    })
    .await;
}

#[tokio::test]
async fn all_who_meet_a_lost_bucket_at_once_are_answered() {
    let world = World::new().await;
    let service = world.service().start().await;
    let guests: Vec<_> = (0..8).map(|_| world.tg.person("Гость")).collect();
    for guest in &guests {
        guest.says("/start");
        guest.next_message().await;
    }
    world.queue_is_empty().await;
    let name = format!("KV_{}_fsm", world.prefix);
    let jetstream = world.jetstream().await;
    jetstream.delete_stream(name).await.expect("deleted");
    for guest in &guests {
        guest.says("/form");
    }
    for guest in &guests {
        let said = guest.next_message().await.text;
        assert_ne!(said, APOLOGY);
        assert!(said.starts_with("Как вас зовут?"), "{said}");
    }
    assert_eq!(service.logs.of("store_lost").len(), 1);
}
