//! Timers by cron lines, and what becomes of firings that were missed.

use std::time::Duration;

use ostankino::{
    CommandArgs, Error, Event, Fired, Result, Router, Timers, event::CatchUp, jiff::Timestamp,
    timers::Cron,
};
use serde::{Deserialize, Serialize};

use super::{HOUR, all_is_said};
use crate::support::{World, servers::until};

/// One event for each way to catch up.
macro_rules! events {
    ($($Event:ident = $name:literal, $catch_up:ident;)*) => {$(
        #[derive(Serialize, Deserialize)]
        struct $Event {}

        impl Event for $Event {
            const NAME: &'static str = $name;
            const CATCH_UP: CatchUp = CatchUp::$catch_up;
        }
    )*};
}

events! {
    Every = "every", All;
    Latest = "latest", Last;
    Fresh = "fresh", None;
}

/// «/all», «/last», «/none» ask for an hourly timer, «/cron line» for one by that line.
fn bot() -> Router {
    async fn hourly<E: Event>(timers: Timers, event: E) -> Result<&'static str> {
        let hourly = Cron::new("0 * * * *", "Europe/Moscow")?;
        timers.every(hourly).key(E::NAME).event(&event).await?;
        Ok("хорошо")
    }
    let by_line = |timers: Timers, CommandArgs(line): CommandArgs| async move {
        let cron = match Cron::new(&line, "Asia/Kolkata") {
            Ok(cron) => cron,
            Err(error) => return Ok::<_, Error>(error.to_string()),
        };
        timers.every(cron).event(&Latest {}).await?;
        Ok("хорошо".to_owned())
    };
    Router::new()
        .command("all", |timers: Timers| hourly(timers, Every {}))
        .command("last", |timers: Timers| hourly(timers, Latest {}))
        .command("none", |timers: Timers| hourly(timers, Fresh {}))
        .command("cron", by_line)
        .event::<Every, _>(|_: Fired<Every>| async { "каждый" })
        .event::<Latest, _>(|_: Fired<Latest>| async { "последний" })
        .event::<Fresh, _>(|_: Fired<Fresh>| async { "свежий" })
        .text(|| async { "да" })
}

#[tokio::test]
async fn what_was_missed_comes_as_the_event_says() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    // Ten minutes past some hour.
    let past = world.now().as_second().rem_euclid(3_600);
    let until_then = Duration::from_secs((3_600 + 600 - past).unsigned_abs());
    world.put_clock_forward(until_then).await;
    for command in ["/all", "/last", "/none"] {
        alice.says(command);
        assert_eq!(alice.next_message().await.text, "хорошо");
    }
    world.put_clock_forward(3 * HOUR).await;
    app.logs.wait_for("timer_missed").await;
    let next = to_pg(world.now() + HOUR - Duration::from_secs(600));
    until("all are due again later", async || {
        due_at(&world, &next).await == 3
    })
    .await;
    world.queue_is_empty().await;
    // What is said of timers leaves one a second.
    all_is_said(&world).await;
    alice.says("ты тут?");
    let mut came = Vec::new();
    loop {
        match alice.next_message().await.text {
            text if text == "да" => break,
            text => came.push(text),
        }
    }
    came.sort();
    assert_eq!(came, ["каждый", "каждый", "каждый", "последний"]);
    app.stop().await;
}

#[tokio::test]
async fn the_last_of_what_was_missed_comes_though_the_first_was_published_before() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    alice.says("/last");
    assert_eq!(alice.next_message().await.text, "хорошо");
    let database = world.database().await;
    let row = "SELECT firing, run_at::text FROM timers";
    let row = database.query_one(row, &[]).await.expect("one timer");
    let (firing, due): (i64, String) = (row.get(0), row.get(1));
    world.put_clock_forward(HOUR).await;
    assert_eq!(alice.next_message().await.text, "последний");
    until("it is due again", async || {
        world
            .count(&format!("FROM timers WHERE firing > {firing}"))
            .await
            == 1
    })
    .await;
    app.stop().await;
    // As who died between publishing and marking leaves it, for hours.
    let unmarked = format!("UPDATE timers SET firing = {firing}, run_at = '{due}'");
    database.execute(&unmarked, &[]).await.expect("it runs");
    world.put_clock_forward(5 * HOUR).await;
    let app = world.run(bot()).await;
    assert_eq!(alice.next_message().await.text, "последний");
    app.stop().await;
}

#[tokio::test]
async fn an_operator_fires_a_timer_that_never_comes_late() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    alice.says("/none");
    assert_eq!(alice.next_message().await.text, "хорошо");
    let id = world
        .database()
        .await
        .query_one("SELECT id FROM timers", &[])
        .await;
    let id: i64 = id.expect("one timer").get(0);
    let fired = world.service().run(&format!("timers fire {id}")).await;
    assert_eq!(fired.code, 0, "{fired:?}");
    assert_eq!(alice.next_message().await.text, "свежий");
    app.stop().await;
}

/// The beginning of that hour, as PostgreSQL reads it.
fn to_pg(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:00:00+00").to_string()
}

/// How many timers are due then.
async fn due_at(world: &World, time: &str) -> i64 {
    world
        .count(&format!("FROM timers WHERE run_at = '{time}'"))
        .await
}

#[tokio::test]
async fn a_line_is_due_by_the_clock_of_its_zone_and_one_that_cannot_be_read_is_told() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    alice.says("/cron 30 9 * * *");
    assert_eq!(alice.next_message().await.text, "хорошо");
    // India is five hours and a half ahead.
    let due = "FROM timers WHERE run_at::time AT TIME ZONE 'UTC' = '04:00' AND run_at > now()";
    let due = due.replace(
        "run_at::time AT TIME ZONE 'UTC'",
        "(run_at AT TIME ZONE 'UTC')::time",
    );
    assert_eq!(world.count(&due).await, 1);
    for line in ["завтра", "0 9 30 2 *"] {
        alice.says(&format!("/cron {line}"));
        assert!(
            alice
                .next_message()
                .await
                .text
                .starts_with("the cron line "),
            "{line}"
        );
    }
    app.stop().await;
}
