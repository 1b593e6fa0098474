//! PostgreSQL that is away, goes away, or has no connection left.

use std::sync::Arc;

use ostankino::{DbSession, Error, Router, Text, User};
use tokio::sync::Notify;

use super::{
    APOLOGY, apologies, assert_failed_properly, assert_is_short, bot, errors, is_answered, write,
};
use crate::support::World;

#[tokio::test]
async fn whoever_finds_all_connections_busy_waits_for_a_turn() {
    let world = World::new().await;
    let (begun, released) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, release) = (begun.clone(), released.clone());
    let hold = move |db: DbSession| {
        let (begun, released) = (begun.clone(), released.clone());
        async move {
            let _held = db.conn().await?;
            begun.notify_one();
            released.notified().await;
            Ok::<_, Error>("Готово")
        }
    };
    let save = |user: User, db: DbSession| async move {
        tracing::info!(event = "asks");
        write(&db, &user).await
    };
    let router = Router::new().command("hold", hold).merge(bot(save));
    let app = world.app(router).config(|config| {
        config.database.pool_size = 1;
        config.database.connect_timeout_ms = 1_000;
    });
    let app = app.start().await;
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    alice.says("/hold");
    begins.notified().await;
    boris.says("/fail");
    app.logs.wait_for("asks").await;
    assert_eq!(world.count("FROM profiles").await, 0);
    release.notify_one();
    assert_eq!(alice.next_message().await.text, "Готово");
    is_answered(&boris).await;
    assert_eq!(world.count("FROM profiles").await, 1);
    assert_eq!(apologies(&boris), 0);
}

#[tokio::test]
async fn while_postgresql_is_away_the_bot_lives_and_apologises() {
    let (world, mut postgres) = World::with_postgres().await;
    let service = world.service().start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    let greeting = alice.next_message().await.text;

    postgres.kill().await;
    alice.says("/start");
    assert_eq!(alice.next_message().await.text, APOLOGY);
    let boris = world.tg.person("Борис");
    boris.says("/start");
    assert_eq!(boris.next_message().await.text, APOLOGY);

    postgres.restart().await;
    alice.says("/start");
    assert_eq!(alice.next_message().await.text, greeting);
    boris.says("/start");
    assert_ne!(boris.next_message().await.text, APOLOGY);
    assert!(world.user(boris.id()).await.is_some());

    assert_eq!((apologies(&alice), apologies(&boris)), (1, 1));
    let errors = errors(&service.logs);
    assert_eq!(errors.len(), 2, "{errors:?}");
    for (record, person) in errors.iter().zip([&alice, &boris]) {
        assert_eq!(record["user_id"], person.id());
        let error = record["error"].as_str().expect("the chain");
        assert!(error.starts_with("PostgreSQL is unavailable: "), "{error}");
        assert_is_short(record);
    }
    service.stop().await;
}

#[tokio::test]
async fn a_transaction_that_loses_postgresql_is_apologised_for() {
    let (world, mut postgres) = World::with_postgres().await;
    let (begun, released) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, release) = (begun.clone(), released.clone());
    // After a message it asks for more, after a pressed button it has done all.
    let fails = move |user: User, db: DbSession, message: Option<Text>| {
        let (begun, released) = (begun.clone(), released.clone());
        async move {
            write(&db, &user).await?;
            begun.notify_one();
            released.notified().await;
            if message.is_some() {
                write(&db, &user).await?;
            }
            Ok::<_, Error>("Сохранено")
        }
    };
    let app = world.run(bot(fails)).await;
    let alice = world.greeted("Алиса").await;
    for times in [1, 2] {
        let press = if times == 1 {
            alice.says("/fail");
            None
        } else {
            Some(alice.presses("Сломать").await)
        };
        begins.notified().await;
        postgres.kill().await;
        release.notify_one();
        assert_eq!(alice.next_message().await.text, APOLOGY);
        postgres.restart().await;
        is_answered(&alice).await;
        let cause = "PostgreSQL is unavailable: ";
        assert_failed_properly(&world, &app.logs, &alice, times, cause).await;
        if let Some(press) = press {
            assert_eq!(world.tg.press_answers(&press).len(), 1);
        }
    }
}

#[tokio::test]
async fn a_block_while_postgresql_is_away_is_tried_again_until_it_is_noted() {
    let (world, mut postgres) = World::with_postgres().await;
    let service = world.service().set("DATABASE__CONNECT_TIMEOUT_MS", "500");
    let service = service.start().await;
    let alice = world.greeted("Алиса").await;

    postgres.kill().await;
    alice.blocks();
    let retried = service
        .logs
        .wait_until("a retry", |r| r["outcome"] == "retry");
    assert_eq!(retried.await["user_id"], alice.id());
    let retries = service.logs.of("update_retried");
    assert_eq!(retries[0]["user_id"], alice.id());
    assert_eq!(retries[0]["error_kind"], "unavailable");

    postgres.restart().await;
    let noted = |r: &serde_json::Value| r["kind"] == "my_chat_member" && r["outcome"] == "ok";
    service.logs.wait_until("it is noted", noted).await;
    assert!(
        !world
            .user(alice.id())
            .await
            .expect("the row is kept")
            .is_active
    );
    assert_eq!(service.logs.of("blocked").len(), 1);
    assert_eq!(world.tg.calls_of("sendMessage").len(), 1, "the greeting");
    assert_eq!(errors(&service.logs).len(), 0, "nothing was lost");
    service.stop().await;
}
