//! Timers by cron lines, and what becomes of firings that were missed.

use ostankino::{
    CommandArgs, Error, Event, Fired, Result, Router, Timers, event::CatchUp, timers::Cron,
};
use serde::{Deserialize, Serialize};

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
    for command in ["/all", "/last", "/none"] {
        alice.says(command);
        assert_eq!(alice.next_message().await.text, "хорошо");
    }
    // Three hours are missed, and it is ten minutes past the last of them.
    let database = world.database().await;
    let missed = "UPDATE timers SET run_at = date_trunc('hour', now()) - interval '2 hours'";
    if minutes(&database).await < 2 {
        // In the first minute of an hour nothing is late that was due in it.
        until("the first minute of the hour is over", async || {
            minutes(&database).await >= 2
        })
        .await;
    }
    database.execute(missed, &[]).await.expect("it runs");
    app.logs.wait_for("timer_missed").await;
    until("all are due again later", async || {
        world.count("FROM timers WHERE run_at <= now()").await == 0
    })
    .await;
    world.queue_is_empty().await;
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
    let next = "FROM timers WHERE run_at = date_trunc('hour', now()) + interval '1 hour'";
    assert_eq!(world.count(next).await, 3);
    app.stop().await;
}

/// How many minutes past the hour it is.
async fn minutes(database: &tokio_postgres::Client) -> i32 {
    let query = "SELECT extract(minute FROM now())::int";
    database.query_one(query, &[]).await.expect("a row").get(0)
}

#[tokio::test]
async fn a_line_is_due_by_the_clock_of_its_zone_and_one_that_is_none_is_told() {
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
                .starts_with("the cron line is"),
            "{line}"
        );
    }
    app.stop().await;
}
