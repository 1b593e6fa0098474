//! What cannot be sent is not promised: the handler fails before its commit, and whoever waits hears of it.

use std::sync::Arc;

use ostankino::{DbSession, Error, Router, Upload, User};
use telegram_emulator::Person;
use tokio::sync::Notify;

use super::{CAT, bot, cat, content, document, hit, prepare, stored, uploads, world};
use crate::support::{APOLOGY, World};

/// Somebody of whom the process has handled something: what she says next cannot have come to another one
/// before.
async fn known(world: &World) -> Person {
    let alice = world.tg.person("Алиса");
    alice.says("я тут");
    alice.next_message().await;
    alice
}

#[tokio::test]
async fn without_the_store_nothing_is_committed() {
    let (world, mut nats) = World::with_nats().await;
    prepare(&world).await;
    let (begun, released) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, release) = (begun.clone(), released.clone());
    let holds = move |user: User, db: DbSession| {
        let (begun, released) = (begun.clone(), released.clone());
        async move {
            hit(&db, &user).await?;
            begun.notify_one();
            released.notified().await;
            Ok::<_, Error>(cat())
        }
    };
    let routes = Router::new().command("hold", holds);
    let app = world.app(routes.text(async || "да"));
    let app = app.config(|config| {
        config.nats.request_timeout_ms = 500;
        // Longer than a busy machine takes to say it: else the update is dropped, for its next owner.
        config.delivery.lease_ms = 60_000;
    });
    let app = app.start().await;
    let alice = known(&world).await;
    alice.says("/hold");
    begins.notified().await;
    nats.kill().await;
    release.notify_one();
    assert_eq!(alice.next_message().await.text, APOLOGY);
    let failed = app.logs.wait_for("update_failed").await;
    assert_eq!(failed["error_kind"], "unavailable", "{failed}");
    assert_eq!((world.count("FROM hits").await, uploads(&world)), (0, 0));
    nats.restart().await;
    world.queue_is_empty().await;
    assert_eq!(world.count("FROM hits").await, 0);
}

#[tokio::test]
async fn without_room_in_the_store_nothing_is_committed() {
    let world = world().await;
    let large = |user: User, db: DbSession| async move {
        hit(&db, &user).await?;
        let bytes = vec![7; 2 << 20];
        Ok::<_, Error>(document(Upload::bytes(bytes, "text/plain")))
    };
    let app = world.app(
        Router::new()
            .command("large", large)
            .merge(bot("nowhere".into()))
            .text(async || "да"),
    );
    let app = app
        .config(|config| config.nats.files_max_mb = 1)
        .start()
        .await;
    let alice = known(&world).await;
    alice.says("/large");
    assert_eq!(alice.next_message().await.text, APOLOGY);
    let failed = app.logs.wait_for("update_failed").await;
    assert!(
        failed["error"]
            .to_string()
            .contains("maximum bytes exceeded"),
        "{failed}"
    );
    assert_eq!((world.count("FROM hits").await, uploads(&world)), (0, 0));
}

#[tokio::test]
async fn a_path_that_is_not_there_is_named_before_anything_is_committed() {
    let world = world().await;
    let app = world.run(bot("/nowhere/cat.jpg".into())).await;
    let alice = world.tg.person("Алиса");
    alice.says("/from");
    assert_eq!(alice.next_message().await.text, APOLOGY);
    let failed = app.logs.wait_for("update_failed").await;
    assert!(
        failed["error"].to_string().contains("/nowhere/cat.jpg"),
        "{failed}"
    );
    assert_eq!(world.count("FROM hits").await, 0);
}

#[tokio::test]
async fn a_store_that_was_lost_is_recreated() {
    let world = world().await;
    let app = world.run(bot("nowhere".into())).await;
    let alice = world.tg.person("Алиса");
    let name = format!("OBJ_{}_files", world.prefix);
    let deleted = world.jetstream().await.delete_stream(name).await;
    deleted.expect("it was there");
    alice.says("/hit");
    let message = alice.next_message().await.message;
    assert_eq!(&*content(&world, &message).await, CAT);
    assert_eq!(stored(&world).await, 2);
    app.logs.wait_for("store_lost").await;
}

#[tokio::test]
async fn a_file_that_the_store_lost_is_apologised_for() {
    let world = world().await;
    let app = world.app(bot("nowhere".into()));
    let app = app.config(|config| config.delivery.shutdown_grace_ms = 1);
    let app = app.start().await;
    let alice = world.tg.person("Алиса");
    let later = telegram_emulator::Fault::on("sendDocument").status(429);
    world.tg.fault(later.retry_after(2));
    alice.says("/hit");
    app.logs.wait_for("call_retried").await;
    app.stop().await;
    world.tg.clear_faults();
    let name = format!("OBJ_{}_files", world.prefix);
    let stream = world.jetstream().await.get_stream(name).await;
    let purged = stream.expect("it is there").purge().await;
    purged.expect("it is emptied");

    let app = world.run(bot("nowhere".into())).await;
    assert_eq!(alice.next_message().await.text, APOLOGY);
    let unsent = app.logs.wait_for("reply_unsent").await;
    assert!(
        unsent["error"].to_string().contains("in the store no more"),
        "{unsent}"
    );
}
