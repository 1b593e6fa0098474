//! Handlers that fail, and sessions that cannot be committed.

use std::{future::pending, io, sync::Arc};

use diesel::sql_query;
use diesel_async::RunQueryDsl;
use ostankino::{DbSession, Error, Handler, Reply, Result, Router, User};
use tokio::sync::{Notify, oneshot};

use super::{APOLOGY, assert_failed_properly, bot, errors, is_answered, write};
use crate::support::{TestApp, World};

/// A message that fails, then a button that fails, then a message that does not.
async fn fails_properly(world: &World, app: &TestApp, cause: &str) {
    let alice = world.tg.person("Алиса");
    alice.says("/fail");
    assert_eq!(alice.next_message().await.text, APOLOGY);

    alice.says("/start");
    assert_eq!(alice.next_message().await.text, "Начнём?");
    let press = alice.presses("Сломать").await;
    assert_eq!(alice.next_message().await.text, APOLOGY);
    world.tg.press_answered(&press).await;

    is_answered(&alice).await;
    assert_eq!(world.tg.press_answers(&press).len(), 1, "no spinner stays");
    assert_failed_properly(world, &app.logs, &alice, 2, cause).await;
}

async fn fails<H: Handler<Args>, Args: 'static>(handler: H, cause: &str) {
    let world = World::new().await;
    let app = world.run(bot(handler)).await;
    fails_properly(&world, &app, cause).await;
}

#[tokio::test]
async fn a_handler_that_returns_an_error_is_apologised_for() {
    let handler = |user: User, db: DbSession| async move {
        write(&db, &user).await?;
        let cause = io::Error::other("disk on fire");
        Err::<(), _>(Error::context("the order was lost", cause))
    };
    fails(handler, "the order was lost: disk on fire").await;
}

/// Not only of what the handler itself does: of what it calls, too.
fn lose(order: u64) -> Result<()> {
    let cause = io::Error::other("disk on fire");
    Err(Error::context(format!("the order {order} was lost"), cause))
}

#[tokio::test]
async fn a_backtrace_leads_from_the_fault_to_the_handler_and_no_further() {
    let world = World::new().await;
    let handler = || async { lose(7) };
    let app = world.run(bot(handler)).await;
    let alice = world.tg.person("Алиса");
    alice.says("/fail");
    assert_eq!(alice.next_message().await.text, APOLOGY);
    let record = app.logs.wait_for("update_failed").await;
    assert_eq!(record["route"], "/fail");
    let backtrace = record["backtrace"].as_str().expect("a backtrace");
    let lines: Vec<_> = backtrace.lines().collect();
    assert_eq!(lines.len(), 2, "{backtrace}");
    assert!(
        lines[0].contains("lose at ./tests/it/errors/handlers.rs:"),
        "{backtrace}"
    );
    let handler = "a_backtrace_leads_from_the_fault_to_the_handler_and_no_further";
    assert!(lines[1].contains(handler), "{backtrace}");
}

#[tokio::test]
async fn an_error_of_any_type_is_apologised_for() {
    let handler = |user: User, db: DbSession| async move {
        write(&db, &user).await?;
        let age: i32 = "семь".parse()?;
        Ok::<_, Error>(age.to_string())
    };
    fails(handler, "invalid digit found in string").await;
}

#[tokio::test]
async fn a_panic_at_once_is_apologised_for() {
    let handler = |user: User| async move {
        assert!(user.is_bot, "people are not expected here");
        "да"
    };
    fails(
        handler,
        "people are not expected here at tests/it/errors/handlers.rs",
    )
    .await;
}

#[tokio::test]
async fn a_panic_in_the_middle_of_a_transaction_is_apologised_for() {
    let handler = |user: User, db: DbSession| async move {
        let mut connection = db.conn().await?;
        ostankino_demo::profiles::save(&mut connection, user.id, "Алиса", 7).await?;
        assert!(user.is_bot, "held over a panic");
        Ok::<_, Error>(())
    };
    fails(handler, "held over a panic").await;
}

#[tokio::test]
async fn a_handler_that_hangs_with_an_open_transaction_is_cut_short_and_apologised_for() {
    let world = World::new().await;
    let handler = |user: User, db: DbSession| async move {
        write(&db, &user).await?;
        let _held = db.conn().await?;
        pending::<Result<()>>().await
    };
    let app = world
        .app(bot(handler))
        .config(|config| config.delivery.handler_timeout_ms = 1_200);
    let app = app.start().await;
    fails_properly(&world, &app, "the handler took longer than 1.2s").await;
}

#[tokio::test]
async fn a_failed_commit_is_answered_with_the_apology_only() {
    let world = World::new().await;
    let handler = |user: User, db: DbSession| async move {
        write(&db, &user).await?;
        let insert = sql_query("INSERT INTO orders VALUES (-1)");
        insert.execute(&mut *db.conn().await?).await?;
        Ok::<_, Error>("Заказ принят")
    };
    let app = world.run(bot(handler)).await;
    let table =
        "CREATE TABLE orders (by BIGINT REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED)";
    let made = world.database().await.batch_execute(table).await;
    made.expect("the table is made");
    fails_properly(&world, &app, "the commit failed: ").await;
}

#[tokio::test]
async fn a_statement_whose_error_was_ignored_is_no_silent_success() {
    let handler = |user: User, db: DbSession| async move {
        write(&db, &user).await?;
        let wrong = sql_query("INSERT INTO profiles VALUES (-1, 'никто', 7)");
        let ignored = wrong.execute(&mut *db.conn().await?).await;
        assert!(ignored.is_err(), "nobody has that id");
        Ok::<_, Error>("Сохранено")
    };
    fails(handler, "a failed statement was ignored").await;
}

#[tokio::test]
async fn a_task_that_outlives_its_handler_with_the_connection_spoils_the_commit() {
    let handler = |user: User, db: DbSession| async move {
        write(&db, &user).await?;
        let (holding, held) = oneshot::channel();
        tokio::spawn(async move {
            let held = db.conn().await;
            let _ = holding.send(());
            pending::<()>().await;
            drop(held);
        });
        held.await.map_err(Error::other)?;
        Ok::<_, Error>("Сохранено")
    };
    let world = World::new().await;
    let app = world.app(bot(handler));
    // The task never ends: the server itself ends its transaction.
    let app = app.config(|config| config.database.idle_in_transaction_timeout_ms = 500);
    let app = app.start().await;
    fails_properly(&world, &app, "a task outlived its handler").await;
}

#[tokio::test]
async fn a_text_for_the_user_is_said_verbatim_and_rolls_back_without_an_error_record() {
    let world = World::new().await;
    let handler = |user: User, db: DbSession| async move {
        write(&db, &user).await?;
        Err::<(), _>(Error::user("Склад <b>закрыт</b>."))
    };
    let app = world.run(bot(handler)).await;
    let alice = world.tg.person("Алиса");
    alice.says("/fail");
    let message = alice.next_message().await;
    assert_eq!(message.params["text"], "Склад <b>закрыт</b>.");
    is_answered(&alice).await;

    assert_eq!(alice.messages().len(), 2);
    assert_eq!(errors(&app.logs), Vec::<serde_json::Value>::new());
    let refused = app
        .logs
        .wait_until("the refusal", |record| record["outcome"] == "refused");
    assert_eq!(refused.await["user_id"], alice.id());
    assert_eq!(world.count("FROM profiles").await, 0);
    assert!(world.user(alice.id()).await.is_some());
    world.all_transactions_end().await;
}

#[tokio::test]
async fn a_handler_that_hangs_delays_nobody_else() {
    let world = World::new().await;
    let (begun, released) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, release) = (begun.clone(), released.clone());
    let router = Router::new()
        .command("hang", move |user: User, db: DbSession| {
            let (begun, released) = (begun.clone(), released.clone());
            async move {
                write(&db, &user).await?;
                begun.notify_one();
                released.notified().await;
                Ok::<_, Error>("Готово")
            }
        })
        .command("fail", || async { Err::<Reply, _>(Error::message("x")) })
        .text(|| async { "да" });
    let app = world.run(router).await;
    let alice = world.tg.person("Алиса");
    let boris = world.person_apart_from("Борис", &[&alice]);

    alice.says("/hang");
    begins.notified().await;
    boris.says("/fail");
    assert_eq!(boris.next_message().await.text, APOLOGY);
    is_answered(&boris).await;
    assert_eq!(alice.messages().len(), 0, "hers hangs");

    release.notify_one();
    assert_eq!(alice.next_message().await.text, "Готово");
    assert_eq!(world.count("FROM profiles").await, 1);
    assert_eq!(errors(&app.logs).len(), 1);
}
