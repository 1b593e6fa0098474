//! What a process left to do when it ended, or lost a server, between the commit and the answer.

use std::sync::Arc;

use ostankino::{DbSession, Error, Fsm, Router, User};
use serde_json::Value;
use telegram_emulator::{Fault, Person};
use tokio::sync::Notify;

use super::{bot, brittle, hit, left, start, walk, world};
use crate::support::{APOLOGY, World, servers::Nats};

/// Ends a bot while it waits to send the answer to `text`.
async fn crash_before_the_answer(world: &World, alice: &Person, text: &str) {
    let app = start(world).await;
    let later = Fault::on("sendMessage").status(429).retry_after(2);
    world.tg.fault(later);
    alice.says(text);
    app.logs.wait_for("call_retried").await;
    app.stop().await;
    world.tg.clear_faults();
}

#[tokio::test]
async fn the_stored_answer_is_given_by_who_finds_the_update_next() {
    let world = world().await;
    let alice = world.tg.person("Алиса");
    crash_before_the_answer(&world, &alice, "/hit").await;
    assert_eq!((world.count("FROM hits").await, left(&world).await), (1, 1));

    let app = start(&world).await;
    assert_eq!(alice.next_message().await.text, "удар 1");
    world.queue_is_empty().await;
    assert_eq!((world.count("FROM hits").await, left(&world).await), (1, 0));
    alice.says("/walk");
    assert_eq!(alice.next_message().await.text, "шаг 2");
    drop(app);
}

/// Alice's dialogue as it is stored.
async fn dialogue(world: &World, alice: &Person) -> Value {
    let bucket = format!("{}_fsm", world.prefix);
    let store = world.jetstream().await.get_key_value(bucket).await;
    let id = alice.id();
    let key = format!("{}.{id}.{id}._._.default", world.tg.bot_id());
    let stored = store.expect("a bucket").get(key).await.expect("an answer");
    serde_json::from_slice(&stored.expect("a dialogue")).expect("JSON")
}

#[tokio::test]
async fn without_a_transaction_the_dialogue_keeps_the_answer() {
    let world = world().await;
    let alice = world.tg.person("Алиса");
    crash_before_the_answer(&world, &alice, "/walk").await;
    let stored = dialogue(&world, &alice).await;
    // In the inbox if the machine was so busy that it took a second try.
    let rows = world.count("FROM inbox").await;
    assert!(stored["o"].is_object() || rows == 1, "{stored}");

    let app = start(&world).await;
    assert_eq!(alice.next_message().await.text, "шаг 1");
    world.queue_is_empty().await;
    assert!(dialogue(&world, &alice).await.get("o").is_none());
    alice.says("/walk");
    assert_eq!(alice.next_message().await.text, "шаг 2");
    let written = world.count("FROM inbox").await;
    assert_eq!(written, rows, "nothing more was written");
    drop(app);
}

#[tokio::test]
async fn the_apology_is_kept_too_and_the_handler_does_not_run_again() {
    let world = world().await;
    let alice = world.tg.person("Алиса");
    crash_before_the_answer(&world, &alice, "/fail").await;
    assert_eq!((world.count("FROM hits").await, left(&world).await), (0, 1));

    let app = start(&world).await;
    assert_eq!(alice.next_message().await.text, APOLOGY);
    world.queue_is_empty().await;
    assert_eq!((world.count("FROM hits").await, left(&world).await), (0, 0));
    assert!(app.logs.of("update_failed").is_empty());
}

#[tokio::test]
async fn a_dialogue_that_could_not_follow_the_commit_follows_later() {
    let mut nats = Nats::start().await;
    let mut world = world().await;
    world.nats_urls = nats.url();
    let (begun, released) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, release) = (begun.clone(), released.clone());
    let holds = move |user: User, db: DbSession, fsm: Fsm| {
        let (begun, released) = (begun.clone(), released.clone());
        async move {
            hit(&db, &user).await?;
            let made = walk(&fsm).await?;
            begun.notify_one();
            released.notified().await;
            Ok::<_, Error>(format!("удар {made}"))
        }
    };
    let router = Router::new().command("hold", holds).merge(bot());
    let app = world.app(router).config(brittle).config(|config| {
        config.nats.request_timeout_ms = 500;
    });
    let app = app.start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/hold");
    begins.notified().await;
    nats.kill().await;
    release.notify_one();
    app.logs.wait_for("update_retried").await;
    assert_eq!(world.count("FROM hits").await, 1, "it is committed");
    nats.restart().await;

    assert_eq!(alice.next_message().await.text, "удар 1");
    world.queue_is_empty().await;
    assert_eq!((world.count("FROM hits").await, left(&world).await), (1, 0));
    alice.says("/walk");
    assert_eq!(alice.next_message().await.text, "шаг 2");
    assert!(alice.messages().iter().all(|said| said.text != APOLOGY));
    drop(app);
}
