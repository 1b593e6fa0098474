//! Telegram and every process of a world show one time, which a test moves.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
    time::Duration,
};

use ostankino::{App, Clock, Context, Reply, Result, Router, jiff::Timestamp};

use crate::support::{DEADLINE, Service, World, program::serve};

const DAY: Duration = Duration::from_secs(86_400);

/// Tells when a day has passed since the start.
async fn a_day(context: Context) -> Result<()> {
    let clock = context.clock();
    let sleeping = clock.sleep_until(clock.now() + DAY);
    if context
        .stop_token()
        .run_until_cancelled(sleeping)
        .await
        .is_some()
    {
        tracing::info!(event = "day_over", "a day has passed");
    }
    context.stopped().await;
    Ok(())
}

/// No test: the bot that these tests start as processes. It tells its time, and which process it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a program, started by the tests of this file"]
async fn a_bot_that_tells_the_time() {
    let found = Arc::new(OnceLock::<Clock>::new());
    let told = found.clone();
    let time = move || {
        let now = told.get().expect("it was found at the start").now();
        async move { Reply::text(format!("{} {now}", std::process::id())) }
    };
    let find = move |context: Context| async move {
        found.set(context.clock().clone()).expect("it starts once");
        Ok(())
    };
    serve(|config| {
        App::builder(config)
            .router(Router::new().command("time", time))
            .on_start(find)
            .task("a day", a_day)
    })
    .await;
}

async fn two_processes(world: &World) -> [Service; 2] {
    let start = || {
        let program = world.this_program("clock::a_bot_that_tells_the_time");
        program.start()
    };
    [start().await, start().await]
}

/// The time that each process tells.
async fn times(world: &World) -> BTreeMap<String, Timestamp> {
    let mut told = BTreeMap::new();
    let asking = async {
        // Each person is of one partition, and so of one process.
        while told.len() < 2 {
            let person = world.person("Алиса");
            person.says("/time");
            let answer = person.next_message().await.text;
            let (process, now) = answer.split_once(' ').expect("a process and a time");
            told.insert(process.to_owned(), now.parse().expect("a time"));
        }
    };
    let both = tokio::time::timeout(DEADLINE, asking).await;
    both.expect("both processes answer");
    told
}

#[tokio::test]
async fn telegram_and_all_processes_show_the_time_of_the_world() {
    let world = World::new().await;
    let processes = two_processes(&world).await;
    let begun = Timestamp::now();
    let is = async |ahead: i64| {
        let (earliest, telegram) = (world.now(), world.tg.now());
        for (process, now) in times(&world).await {
            assert!((earliest..=world.now()).contains(&now), "{process}: {now}");
        }
        // Far more than a test may last.
        let days = |time: i64| (time - begun.as_second() + 43_200).div_euclid(86_400);
        assert_eq!((days(earliest.as_second()), days(telegram)), (ahead, ahead));
    };
    is(0).await;
    world.put_clock_forward(DAY).await;
    is(1).await;
    for process in &processes {
        process.logs.wait_for("day_over").await;
    }
    world.set_clock_back(2 * DAY).await;
    is(-1).await;
}

#[tokio::test]
async fn a_process_knows_the_time_of_the_world_from_its_start_and_after_telegram_was_away() {
    let world = World::new().await;
    world.put_clock_forward(DAY).await;
    let (asked, seen) = (
        Arc::new(OnceLock::<Clock>::new()),
        Arc::new(OnceLock::new()),
    );
    let keep = {
        let (asked, seen) = (asked.clone(), seen.clone());
        move |context: Context| async move {
            seen.set(context.clock().now()).expect("it starts once");
            asked.set(context.clock().clone()).expect("it starts once");
            Ok(())
        }
    };
    let before = world.now();
    let app = world
        .app(Router::new())
        .with(|app| app.on_start(keep))
        .start()
        .await;
    let at_start = *seen.get().expect("it has started");
    assert!((before..=world.now()).contains(&at_start), "{at_start}");

    world.tg.stop().await;
    world.tg.put_clock_forward(DAY);
    world.tg.restart().await;
    let clock = asked.get().expect("it has started");
    let woken = clock.sleep_until(before + DAY / 2);
    tokio::time::timeout(DEADLINE, woken)
        .await
        .expect("it hears of the day");
    app.stop().await;
}
