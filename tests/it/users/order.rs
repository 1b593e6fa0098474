//! Whether somebody can be written to is what the latest update says, in whatever order they are
//! handled.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::future::BoxFuture;
use ostankino::{
    Call, Error, Reply, Request, Result, Route, Router, UpdateKind, User, db::migrate,
    request::UpdateKey, users::UserTracker,
};
use serde_json::Value;
use telegram_emulator::Fault;
use tower::{ServiceExt, layer::layer_fn, util::BoxCloneSyncService};

use super::bot;
use crate::support::{World, servers::until};

fn blocked() -> Fault {
    Fault::on("sendMessage")
        .status(403)
        .description("Forbidden: bot was blocked by the user")
        .times(1)
}

async fn is_active(world: &World, id: i64) -> bool {
    world.user(id).await.expect("a row").is_active
}

#[tokio::test]
async fn an_update_is_not_done_before_a_block_is_recorded() {
    let world = World::new().await;
    let (begun, released) = (
        Arc::new(tokio::sync::Notify::new()),
        Arc::new(tokio::sync::Notify::new()),
    );
    let (begins, release) = (begun.clone(), released.clone());
    let waits = move || {
        let (begun, released) = (begun.clone(), released.clone());
        async move {
            begun.notify_one();
            released.notified().await;
            "да"
        }
    };
    let app = world.app(Router::new().command("wait", waits).merge(bot()));
    let app = app
        .config(|config| config.database.lock_timeout_ms = 1_500)
        .start()
        .await;
    let alice = world.greeted("Алиса").await;

    alice.says("/wait");
    begins.notified().await;
    let mut client = world.database().await;
    let lock = client.transaction().await.expect("a transaction");
    let row = "SELECT 1 FROM users WHERE id = $1 FOR UPDATE";
    lock.execute(row, &[&alice.id()])
        .await
        .expect("it is locked");
    world.tg.fault(blocked());
    release.notify_one();
    let waits =
        "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    tokio::select! {
        biased;
        () = world.queue_is_empty() => panic!("the update is done, the block is not recorded"),
        _ = app.logs.wait_for("block_unrecorded") => {}
    }
    until("nobody waits", async || world.count(waits).await == 0).await;
    lock.rollback().await.expect("it is free");
    world.queue_is_empty().await;

    world.tg.fault(blocked());
    alice.says("привет");
    app.logs
        .wait_until("the second one", |_| app.logs.of("reply_unsent").len() == 2)
        .await;
    world.queue_is_empty().await;
    assert!(!is_active(&world, alice.id()).await);
}

#[tokio::test]
async fn a_refusal_that_comes_late_does_not_undo_a_message_that_came_meanwhile() {
    let world = World::new().await;
    let alice = world.tg.person("Алиса");
    let id = alice.id();
    let tell = move || async move {
        Reply::call(
            Call::new("sendMessage")
                .param("chat_id", id)
                .param("text", "привет от Бориса"),
        )
    };
    let app = world
        .run(Router::new().command("tell", tell).merge(bot()))
        .await;
    let boris = world.person_apart_from("Борис", &[&alice]);
    for person in [&alice, &boris] {
        person.says("/start");
        person.next_message().await;
    }
    // His message to her is refused, and the answer takes its time. Meanwhile she is back.
    world.tg.fault(blocked().delay(Duration::from_secs(2)));
    boris.says("/tell");
    while world.tg.next_call("sendMessage").await.params["text"] != "привет от Бориса"
    {
    }
    alice.says("я вернулась");
    app.logs.wait_for("reply_unsent").await;
    world.queue_is_empty().await;
    alice.next_message().await;
    assert!(is_active(&world, alice.id()).await);

    // What was so before his message is what his message finds out.
    world.tg.fault(blocked());
    boris.says("/tell");
    app.logs
        .wait_until("the second one", |_| app.logs.of("reply_unsent").len() == 2)
        .await;
    world.queue_is_empty().await;
    assert!(!is_active(&world, alice.id()).await);
}

/// A layer that fails changes of membership while it is told to.
fn failing(
    fails: Arc<AtomicBool>,
) -> impl Fn(Route) -> BoxCloneSyncService<Request, Reply, Error> + Clone {
    move |inner: Route| {
        let fails = fails.clone();
        BoxCloneSyncService::new(tower::service_fn(
            move |request: Request| -> BoxFuture<'_, Result<Reply>> {
                let (inner, fails) = (inner.clone(), fails.clone());
                Box::pin(async move {
                    let is_change = request.update.kind == UpdateKind::MyChatMember;
                    if is_change && fails.load(Ordering::SeqCst) {
                        return Err(Error::message("as told"));
                    }
                    inner.oneshot(request).await
                })
            },
        ))
    }
}

#[tokio::test]
async fn a_block_that_is_handled_late_does_not_undo_what_came_after_it() {
    let world = World::new().await;
    let fails = Arc::new(AtomicBool::new(true));
    let layer = layer_fn(failing(fails.clone()));
    let app = world
        .app(bot())
        .config(|config| config.delivery.max_deliveries = 1)
        .with(move |app| app.layer(layer));
    let app = app.start().await;
    let alice = world.greeted("Алиса").await;
    alice.blocks();
    app.logs.wait_for("dead_letter").await;
    world.queue_is_empty().await;
    fails.store(false, Ordering::SeqCst);
    alice.unblocks();
    alice.says("я вернулась");
    alice.next_message().await;
    world.queue_is_empty().await;

    let replayed = world.service().run("dead-letters replay 1").await;
    assert_eq!(replayed.code, 0, "{replayed:?}");
    let handled = |r: &Value| r["kind"] == "my_chat_member" && r["outcome"] == "ok";
    app.logs
        .wait_until("both are handled", |_| {
            app.logs
                .records()
                .iter()
                .filter(|record| handled(record))
                .count()
                == 2
        })
        .await;
    world.queue_is_empty().await;
    assert!(is_active(&world, alice.id()).await, "it was long ago");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_two_processes_record_the_latest_update_counts() {
    let world = World::new().await;
    let config = world.config().database;
    migrate(&config).await.expect("the schema is there");
    let (one, other) = (UserTracker::new(&config), UserTracker::new(&config));
    let mut driving = tokio::task::JoinSet::new();
    driving.spawn(one.1.run());
    driving.spawn(other.1.run());
    let (one, other) = (one.0, other.0);
    let by = |update_id| UpdateKey {
        bot_id: 1,
        update_id,
    };
    let alice = User {
        id: 7,
        is_bot: false,
        first_name: "Алиса".into(),
        last_name: None,
        username: None,
        language_code: None,
    };
    let seen = async |tracker: &UserTracker, is_private, update| {
        let seen = tracker.seen(alice.clone(), is_private, by(update)).await;
        seen.expect("it is recorded");
        is_active(&world, alice.id).await
    };
    let blocked = async |tracker: &UserTracker, update| {
        let blocked = tracker.blocked(alice.id, by(update)).await;
        blocked.expect("it is recorded");
        is_active(&world, alice.id).await
    };
    assert!(seen(&one, true, 10).await);
    assert!(blocked(&other, 9).await, "she wrote after that");
    assert!(
        !blocked(&other, 10).await,
        "what she wrote cannot be answered"
    );
    assert!(!seen(&one, true, 9).await, "it is of before");
    assert!(!seen(&one, false, 12).await, "a group tells nothing");
    assert!(seen(&one, true, 11).await);

    // After a week without updates Telegram counts from anywhere.
    let aged = "UPDATE users SET updated_at = now() - interval '8 days'";
    let ages = world.database().await.batch_execute(aged).await;
    ages.expect("it is long ago");
    assert!(seen(&other, false, 3).await);
    assert!(!blocked(&other, 4).await);
    assert!(seen(&one, true, 5).await);
}
