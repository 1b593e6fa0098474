//! Nobody waits for a stranger: not for a slow handler, not for a flood limit, not in a burst.

use std::sync::{Arc, Mutex};

use diesel::sql_query;
use diesel_async::RunQueryDsl;
use ostankino::{DbSession, Error, Router, Text};
use telegram_emulator::{Fault, Person};
use tokio::sync::Semaphore;

use crate::support::{APOLOGY, World, servers::until};

fn people(world: &World, count: usize) -> Vec<Person> {
    (0..count)
        .map(|n| world.tg.person(&format!("P{n}")))
        .collect()
}

/// A handler that is held while many others are answered does not run out of time, however long the machine takes for that.
fn patient(config: &mut ostankino::Config) {
    config.delivery.handler_timeout_ms = 60_000;
}

#[tokio::test]
async fn a_slow_handler_and_a_flood_limit_hold_up_only_their_users() {
    let world = World::new().await;
    let gate = Arc::new(Semaphore::new(0));
    let waits = gate.clone();
    let routes = Router::new()
        .command("hang", move || {
            let waits = waits.clone();
            async move {
                waits.acquire().await.expect("open").forget();
                "готово"
            }
        })
        .text(|text: Text| async move { text.0 });
    let app = world.app(routes).config(patient).start().await;
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    alice.says("/hang");
    alice.says("после");
    let flood = Fault::on("sendMessage").times(1).status(429);
    world.tg.fault(flood.retry_after(30));
    boris.says("много");
    app.logs.wait_for("reply_owed").await;
    // So many that each partition has hundreds, and more than are under way at once.
    let others = people(&world, 1_000);
    for person in &others {
        person.says("я тут");
    }
    for person in &others {
        assert_eq!(person.next_message().await.text, "я тут");
    }
    assert!(alice.messages().is_empty() && boris.messages().is_empty());
    gate.add_permits(1);
    assert_eq!(alice.next_message().await.text, "готово");
    assert_eq!(alice.next_message().await.text, "после");
    drop(app);
}

#[tokio::test]
async fn a_burst_waits_for_its_turn_at_the_database_and_is_not_apologised_for() {
    let world = World::new().await;
    let slow = |db: DbSession| async move {
        let query = sql_query("SELECT pg_sleep(0.02)");
        query.execute(&mut *db.conn().await?).await?;
        Ok::<_, Error>("да")
    };
    let app = world.app(Router::new().text(slow)).config(|config| {
        // All of them together take longer than either time-out.
        config.database.pool_size = 2;
        config.database.connect_timeout_ms = 1_500;
        config.delivery.handler_timeout_ms = 5_000;
    });
    let app = app.start().await;
    let guests = people(&world, 600);
    for guest in &guests {
        guest.says("раз");
    }
    for guest in &guests {
        let said = guest.next_message().await.text;
        assert_ne!(
            said,
            APOLOGY,
            "{:?}",
            app.logs.of("update_failed").get(0..1)
        );
    }
    app.stop().await;
}

#[tokio::test]
async fn no_more_updates_are_begun_at_once_than_is_configured() {
    let world = World::new().await;
    let (gate, begun) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (waits, begins) = (gate.clone(), begun.clone());
    let routes = Router::new().text(move || {
        let (gate, begun) = (waits.clone(), begins.clone());
        async move {
            begun.add_permits(1);
            gate.acquire().await.expect("open").forget();
            "да"
        }
    });
    let few = |config: &mut ostankino::Config| config.delivery.max_in_flight = 3;
    let app = world.app(routes).config(few).start().await;
    let guests = people(&world, 12);
    for guest in &guests {
        guest.says("раз");
    }
    for done in 0..guests.len() {
        let most = guests.len().min(done + 3);
        until("as many as may", async || begun.available_permits() == most).await;
        gate.add_permits(1);
    }
    for guest in &guests {
        assert_eq!(guest.next_message().await.text, "да");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_flood_of_one_user_holds_up_nobody_else() {
    const FLOOD: usize = 10_000;
    let world = World::new().await;
    let gate = Arc::new(Semaphore::new(0));
    let said: Arc<Mutex<Vec<usize>>> = Arc::default();
    let (waits, notes) = (gate.clone(), said.clone());
    let routes = Router::new()
        .command("flood", move |text: Text| {
            let (gate, said) = (waits.clone(), notes.clone());
            async move {
                let _permit = gate.acquire().await.expect("open");
                let number: Option<usize> =
                    text.0.split(' ').nth(1).and_then(|word| word.parse().ok());
                said.lock().expect("no panic").extend(number);
            }
        })
        .text(|text: Text| async move { text.0 });
    let large = |config: &mut ostankino::Config| config.nats.stream_max_mb = 64;
    let app = world.app(routes).config(patient).config(large);
    let app = app.start().await;
    let alice = world.tg.person("Алиса");
    // Together more bytes than a process holds.
    let rest = "ш".repeat(500);
    alice.says_many((0..FLOOD).map(|number| format!("/flood {number} {rest}")));
    world.tg.wait_until(|tg| tg.pending_updates() == 0).await;
    let others = people(&world, 40);
    for person in &others {
        person.says("я тут");
    }
    for person in &others {
        assert_eq!(person.next_message().await.text, "я тут");
    }
    assert!(said.lock().expect("no panic").is_empty());
    gate.add_permits(1);
    // Of these only the places were kept, but for the first ones.
    until("a part of it is handled", async || {
        said.lock().expect("no panic").len() > 300
    })
    .await;
    let handled = said.lock().expect("no panic").clone();
    assert_eq!(handled, (0..handled.len()).collect::<Vec<_>>());
    app.stop().await;
}
