//! A process that ends between the commit and the sending: another one sends the file, from the store.

use telegram_emulator::{Fault, Person};

use super::{CAT, OnDisk, bot, content, stored, uploads, world};
use crate::support::{TestApp, World};

async fn start(world: &World, file: &OnDisk) -> TestApp {
    let app = world.app(bot(file.0.clone()));
    let brittle = app.config(|config| config.delivery.shutdown_grace_ms = 1);
    brittle.start().await
}

/// Ends a bot while it waits to send its answer to `text` once more.
async fn crash(world: &World, file: &OnDisk, alice: &Person, text: &str, fault: Fault) {
    let app = start(world, file).await;
    world.tg.fault(fault.status(429).retry_after(2));
    alice.says(text);
    app.logs.wait_for("call_retried").await;
    app.stop().await;
    world.tg.clear_faults();
}

#[tokio::test]
async fn the_file_of_a_committed_reply_is_sent_from_the_store() {
    let (world, file) = (world().await, OnDisk::of(CAT));
    let alice = world.tg.person("Алиса");
    crash(&world, &file, &alice, "/from", Fault::on("sendDocument")).await;
    assert_eq!(world.count("FROM hits").await, 1);
    std::fs::write(&file.0, "another").expect("it is changed meanwhile");

    let app = start(&world, &file).await;
    let message = alice.next_message().await.message;
    assert_eq!(&*content(&world, &message).await, CAT);
    world.queue_is_empty().await;
    assert_eq!(world.count("FROM hits").await, 1);
    let effects = "FROM inbox WHERE effects IS NOT NULL";
    assert_eq!(world.count(effects).await, 0);
    drop(app);
}

#[tokio::test]
async fn a_file_beside_a_dialogue_is_sent_from_the_store() {
    let (world, file) = (world().await, OnDisk::of(CAT));
    let alice = world.tg.person("Алиса");
    crash(&world, &file, &alice, "/walk", Fault::on("sendDocument")).await;
    let app = start(&world, &file).await;
    let message = alice.next_message().await.message;
    assert_eq!(&*content(&world, &message).await, CAT);
    drop(app);
}

#[tokio::test]
async fn what_was_sent_but_not_recorded_is_sent_again() {
    let (world, file) = (world().await, OnDisk::of(CAT));
    let alice = world.tg.person("Алиса");
    let unheard = Fault::on("sendDocument").takes_effect();
    crash(&world, &file, &alice, "/hit", unheard).await;
    let app = start(&world, &file).await;
    for _ in 0..2 {
        let message = alice.next_message().await.message;
        assert_eq!(&*content(&world, &message).await, CAT);
    }
    world.queue_is_empty().await;
    assert_eq!((world.count("FROM hits").await, uploads(&world)), (1, 2));
    drop(app);
}

#[tokio::test]
async fn a_reply_that_is_not_stored_leaves_nothing_in_the_store() {
    let (world, file) = (world().await, OnDisk::of(CAT));
    let app = start(&world, &file).await;
    let alice = world.tg.person("Алиса");
    // What came before its partition had an owner may have been applied: its reply is stored.
    alice.says("/plain");
    alice.next_message().await;
    let before = stored(&world).await;
    alice.says("/plain");
    let message = alice.next_message().await.message;
    assert_eq!(&*content(&world, &message).await, CAT);
    assert_eq!(stored(&world).await, before);
    alice.says("/hit");
    alice.next_message().await;
    assert_eq!(stored(&world).await, 2, "its bytes and its name");
    drop(app);
}
