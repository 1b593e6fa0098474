//! Processes that end with a payment in their hands: another one answers it, and what it does is done once.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
    mpsc,
};

use ostankino::{App, DbSession, Error, Reply, Router, User, extract::PreCheckoutQuery};
use telegram_emulator::Fault;
use tokio::sync::Semaphore;

use super::{checkout, note, world};
use crate::support::{APOLOGY, Service, World, program::serve, servers::until};

/// No test: the bot that the tests of this file start as a process, to kill it.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a program, started by the tests of this file"]
async fn a_bot_that_checks_payments() {
    let hangs = std::env::var("TEST_HANGS").is_ok();
    let check = move |query: PreCheckoutQuery, user: User, db: DbSession| async move {
        tracing::info!(event = "check_begins", "a payment is checked");
        if query.id == "deadly" {
            std::process::abort();
        }
        note(&db, &user).await?;
        if hangs {
            std::future::pending::<()>().await;
        }
        Ok::<_, Error>(Reply::confirm())
    };
    serve(|config| App::builder(config).router(Router::new().pre_checkout(check))).await;
}

async fn start(world: &World, variables: &[(&str, &str)]) -> Service {
    let program = world.this_program("express::killed::a_bot_that_checks_payments");
    let program = variables.iter().fold(program, |program, (name, value)| {
        program.variable(name, value)
    });
    program.start().await
}

#[tokio::test]
async fn a_payment_of_a_process_that_is_killed_before_its_commit_is_answered_by_another() {
    let world = world().await;
    let first = start(&world, &[("TEST_HANGS", "1")]).await;
    let alice = world.tg.person("Алиса").who_has_started();
    world.tg.push_update(checkout(&alice, "77"));
    first.logs.wait_for("check_begins").await;
    let second = start(&world, &[]).await;
    first.signal("KILL");
    first.ended().await;
    let call = world.tg.next_call("answerPreCheckoutQuery").await;
    assert_eq!(call.params["ok"], true);
    second.logs.wait_for("update_handled").await;
    assert_eq!(world.count("FROM checks").await, 1);
    assert_eq!(world.tg.calls_of("answerPreCheckoutQuery").len(), 1);
}

#[tokio::test]
async fn a_payment_of_a_process_that_is_killed_after_its_commit_is_answered_by_another_and_done_once()
 {
    let world = world().await;
    let first = start(&world, &[]).await;
    let alice = world.tg.person("Алиса").who_has_started();
    let held = Fault::on("answerPreCheckoutQuery").times(1);
    world
        .tg
        .fault(held.delay(std::time::Duration::from_secs(600)));
    world.tg.push_update(checkout(&alice, "77"));
    until("it is committed", async || {
        world.count("FROM checks").await == 1
    })
    .await;
    let second = start(&world, &[]).await;
    first.signal("KILL");
    first.ended().await;
    second.logs.wait_for("duplicate").await;
    second
        .logs
        .wait_until("it is answered", |record| {
            record["event"] == "update_handled" && record["outcome"] != "retry"
        })
        .await;
    let answers = world.tg.calls_of("answerPreCheckoutQuery");
    assert!(answers.iter().all(|call| call.params["ok"] == true));
    assert!(!answers.is_empty());
    assert_eq!(
        second.logs.of("check_begins").len(),
        0,
        "it is not checked again"
    );
    assert_eq!(world.count("FROM checks").await, 1);
    until("nothing is left to say", async || {
        world.count("FROM inbox WHERE effects IS NOT NULL").await == 0
    })
    .await;
}

#[tokio::test]
async fn a_payment_that_ends_three_processes_is_refused_by_the_next_and_set_aside() {
    let world = world().await;
    let mut all = Vec::new();
    for _ in 0..4 {
        all.push(start(&world, &[]).await);
    }
    let alice = world.tg.person("Алиса").who_has_started();
    world.tg.push_update(checkout(&alice, "deadly"));
    let call = world.tg.next_call("answerPreCheckoutQuery").await;
    assert_eq!(call.params["error_message"], APOLOGY);
    let letters = world.dead_letters().await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].1, "it was begun too often without a result");
    // The one that is left says so, a moment later; what the others said last went with them.
    let says = |process: &&Service| !process.logs.of("dead_letter").is_empty();
    until("it is said", async || {
        all.iter().any(|process| says(&process))
    })
    .await;
    let (left, ended): (Vec<_>, Vec<_>) = all.iter().partition(says);
    assert_eq!((left.len(), ended.len()), (1, 3));
    for process in ended {
        process.ends_with(-1).await;
    }
}

#[tokio::test]
async fn of_two_processes_with_the_same_payment_one_is_believed() {
    let world = world().await;
    let (begun, later) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
    let (first, released) = mpsc::channel();
    let (released, begins, waits) = (Arc::new(Mutex::new(released)), begun.clone(), later.clone());
    let check = move |user: User, db: DbSession| {
        let (released, begins, waits) = (released.clone(), begins.clone(), waits.clone());
        async move {
            note(&db, &user).await?;
            if begins.fetch_add(1, Ordering::Relaxed) == 0 {
                // The only thread of its process: the queue hears of nothing.
                let _ = released.lock().expect("not poisoned").recv();
                return Err(Error::message("the first one fails"));
            }
            waits.acquire().await.expect("open").forget();
            Ok(Reply::confirm())
        }
    };
    let router = Router::new().pre_checkout(check);
    let frozen = world.app(router.clone()).threads(1).start().await;
    let alice = world.tg.person("Алиса").who_has_started();
    world.tg.push_update(checkout(&alice, "77"));
    let begins = async |count: usize| {
        until("it is begun", async || {
            begun.load(Ordering::Relaxed) == count
        })
        .await;
    };
    begins(1).await;
    let next = world.app(router).start().await;
    begins(2).await;
    later.add_permits(1);
    let call = world.tg.next_call("answerPreCheckoutQuery").await;
    assert_eq!(call.params["ok"], true);
    first.send(()).expect("it waits");
    // What it would say is decided: a copy was applied.
    frozen.logs.wait_for("duplicate").await;
    next.stop().await;
    frozen.stop().await;
    let answers = world.tg.calls_of("answerPreCheckoutQuery");
    assert!(answers.iter().all(|call| call.params["ok"] == true));
    assert_eq!(world.count("FROM checks").await, 1);
}
