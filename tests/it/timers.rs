//! Events that happen at a time: asked for in a transaction, fired once, late rather than never.

mod commands;
mod many;
mod repeated;

use std::time::Duration;

use ostankino::{CommandArgs, Error, Event, Fired, Router, Timers};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::support::{World, servers::until};

const HOUR: Duration = Duration::from_secs(3_600);

#[derive(Serialize, Deserialize)]
struct Remind {
    text: String,
}

impl Event for Remind {
    const NAME: &'static str = "remind";
}

/// «/in N text» reminds in N hours, «/drop text» does not after all, «/fail text» fails after asking.
fn bot() -> Router {
    let ask = |timers: Timers, CommandArgs(args): CommandArgs| async move {
        let (hours, text) = args.split_once(' ').expect("two words");
        let after = HOUR * hours.parse::<u32>()?;
        let text = text.to_owned();
        let timer = timers.after(after).key(("note", &text));
        timer.event(&Remind { text }).await?;
        Ok::<_, Error>("напомню")
    };
    let fail = |timers: Timers, CommandArgs(text): CommandArgs| async move {
        let timer = timers.after(Duration::ZERO).key(("note", &text));
        timer.event(&Remind { text }).await?;
        Err::<(), _>(Error::message("after it was asked for"))
    };
    let drop = |timers: Timers, CommandArgs(text): CommandArgs| async move {
        let was_to_come = timers.cancel(("note", &text)).await?;
        Ok::<_, Error>(if was_to_come {
            "не напомню"
        } else {
            "нечего"
        })
    };
    Router::new()
        .command("in", ask)
        .command("fail", fail)
        .command("drop", drop)
        .event::<Remind, _>(|Fired(Remind { text }): Fired<Remind>| async move { text })
        .text(|| async { "да" })
}

async fn all_are_fired(world: &World) {
    until("all timers are fired", async || {
        world.count("FROM timers WHERE fired_at IS NULL").await == 0
    })
    .await;
    world.queue_is_empty().await;
    all_is_said(world).await;
}

/// What is said to timers leaves at the pace of bulk traffic.
async fn all_is_said(world: &World) {
    until("nothing is owed", async || {
        world.count("FROM owed_calls").await == 0
    })
    .await;
}

#[tokio::test]
async fn a_timer_fires_once_whoever_asked_for_it_and_whoever_fires_it() {
    let world = World::new().await;
    let apps = [world.run(bot()).await, world.run(bot()).await];
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    alice.says("/in 0 сразу");
    assert_eq!(alice.next_message().await.text, "напомню");
    assert_eq!(alice.next_message().await.text, "сразу");
    for person in [&alice, &boris] {
        person.says("/in 5 позже");
        assert_eq!(person.next_message().await.text, "напомню");
    }
    world.put_clock_forward(10 * HOUR).await;
    for person in [&alice, &boris] {
        assert_eq!(person.next_message().await.text, "позже");
    }
    all_are_fired(&world).await;
    for person in [&alice, &boris] {
        person.says("ты тут?");
        assert_eq!(
            person.next_message().await.text,
            "да",
            "nothing came in between"
        );
    }
    for app in apps {
        app.stop().await;
    }
}

#[tokio::test]
async fn a_handler_that_fails_has_asked_for_nothing_and_cancelled_nothing() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    alice.says("/in 5 чай");
    assert_eq!(alice.next_message().await.text, "напомню");
    alice.says("/fail чай");
    assert_eq!(alice.next_message().await.text, crate::support::APOLOGY);
    alice.says("/fail кофе");
    assert_eq!(alice.next_message().await.text, crate::support::APOLOGY);
    assert_eq!(world.count("FROM timers").await, 1);
    world.put_clock_forward(10 * HOUR).await;
    assert_eq!(alice.next_message().await.text, "чай");
    app.stop().await;
}

#[tokio::test]
async fn what_is_cancelled_does_not_come_and_what_is_replaced_comes_as_the_new_one() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    for text in ["/in 5 чай", "/in 6 чай", "/in 5 кофе"] {
        alice.says(text);
        assert_eq!(alice.next_message().await.text, "напомню");
    }
    assert_eq!(world.count("FROM timers WHERE fired_at IS NULL").await, 2);
    for (text, answer) in [
        ("/drop кофе", "не напомню"),
        ("/drop кофе", "нечего"),
        ("/drop сок", "нечего"),
    ] {
        alice.says(text);
        assert_eq!(alice.next_message().await.text, answer);
    }
    world.put_clock_forward(10 * HOUR).await;
    assert_eq!(alice.next_message().await.text, "чай");
    all_are_fired(&world).await;
    alice.says("ты тут?");
    assert_eq!(alice.next_message().await.text, "да", "nothing else came");
    app.stop().await;
}

#[tokio::test]
async fn what_is_cancelled_while_its_event_waits_behind_others_does_not_come() {
    let world = World::new().await;
    let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    let open = gate.clone();
    let slow = move || {
        let gate = gate.clone();
        async move {
            gate.acquire().await.expect("open").forget();
            "наконец"
        }
    };
    let app = world
        .run(Router::new().command("slow", slow).merge(bot()))
        .await;
    let alice = world.tg.person("Алиса");
    alice.says("/in 5 чай");
    assert_eq!(alice.next_message().await.text, "напомню");
    alice.says("/slow");
    alice.says("/drop чай");
    let stored = async || world.tg.pending_updates() == 0;
    until("both are in the queue", stored).await;
    world.put_clock_forward(10 * HOUR).await;
    until("its event is in the queue", async || {
        world.count("FROM timers WHERE fired_at IS NULL").await == 0
    })
    .await;
    open.add_permits(1);
    assert_eq!(alice.next_message().await.text, "наконец");
    assert_eq!(alice.next_message().await.text, "нечего");
    app.logs.wait_for("timer_cancelled").await;
    alice.says("ты тут?");
    assert_eq!(alice.next_message().await.text, "да", "it did not come");
    app.stop().await;
}

#[tokio::test]
async fn what_was_due_while_nobody_was_there_comes_late_in_its_order_and_once() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    for text in ["/in 3 третье", "/in 1 первое", "/in 2 второе"] {
        alice.says(text);
        assert_eq!(alice.next_message().await.text, "напомню");
    }
    app.stop().await;
    world.put_clock_forward(10 * HOUR).await;
    let apps = [world.run(bot()).await, world.run(bot()).await];
    for text in ["первое", "второе", "третье"] {
        assert_eq!(alice.next_message().await.text, text);
    }
    // As who died between publishing and marking leaves it.
    let unmarked = "UPDATE timers SET fired_at = NULL";
    let changed = world.database().await.execute(unmarked, &[]).await;
    assert_eq!(changed.expect("it runs"), 3);
    all_are_fired(&world).await;
    alice.says("ты тут?");
    assert_eq!(alice.next_message().await.text, "да", "nothing came twice");
    for app in apps {
        app.stop().await;
    }
}

#[tokio::test]
async fn a_clock_that_is_set_a_day_forward_and_back_changes_no_order() {
    let world = World::new().await;
    let apps = [world.run(bot()).await, world.run(bot()).await];
    let alice = world.tg.person("Алиса");
    for text in ["/in 50 третье", "/in 2 первое", "/in 26 второе"] {
        alice.says(text);
        assert_eq!(alice.next_message().await.text, "напомню");
    }
    world.put_clock_forward(24 * HOUR).await;
    assert_eq!(alice.next_message().await.text, "первое");
    world.set_clock_back(24 * HOUR).await;
    // By the clock as it is now that is due before all that is left.
    alice.says("/in 1 между");
    assert_eq!(alice.next_message().await.text, "напомню");
    world.put_clock_forward(3 * HOUR).await;
    assert_eq!(alice.next_message().await.text, "между");
    world.put_clock_forward(50 * HOUR).await;
    for text in ["второе", "третье"] {
        assert_eq!(alice.next_message().await.text, text);
    }
    all_are_fired(&world).await;
    alice.says("ты тут?");
    assert_eq!(alice.next_message().await.text, "да", "nothing came twice");
    for app in apps {
        app.stop().await;
    }
}

#[tokio::test]
async fn the_bundled_bot_reminds_lists_and_cancels() {
    let world = World::new().await;
    let service = world.service().start().await;
    let alice = world.tg.person("Алиса");
    for (text, answer) in [
        ("/remind", "Напишите, когда и о чём"),
        ("/remind 15m чай <b>", "Напомню."),
        ("/remind 2h молоко", "Напомню."),
    ] {
        alice.says(text);
        assert!(
            alice.next_message().await.text.starts_with(answer),
            "{text}"
        );
    }
    alice.says("/remind");
    let list = alice.next_message().await;
    let lines: Vec<_> = list.text.lines().collect();
    assert!(
        lines[0].ends_with("— чай <b>") && lines[1].ends_with("— молоко"),
        "{lines:?}"
    );
    alice.presses("✖ 2").await;
    until("it is cancelled", async || {
        world
            .count("FROM timers WHERE cancelled_at IS NOT NULL")
            .await
            == 1
    })
    .await;
    world.put_clock_forward(10 * HOUR).await;
    assert_eq!(alice.next_message().await.text, "⏰ чай <b>");
    let told = |record: &Value| record["route"] == "event remind";
    service.logs.wait_until("it is in the log", told).await;
}
