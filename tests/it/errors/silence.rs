//! PostgreSQL that is there but silent: no connection is refused or closed, there is only no answer.

use std::sync::Arc;

use ostankino::{DbSession, Error, Reply, Router, User};
use telegram_emulator::Person;
use tokio::sync::{Barrier, Notify};

use super::{apologies, write};
use crate::support::{
    APOLOGY, World,
    hole::Hole,
    servers::{Postgres, until},
};

/// «Занять» takes a connection of the pool's and waits until four have one; «Сохранить» writes.
pub(super) fn bot() -> Router {
    let all = Arc::new(Barrier::new(4));
    let take = move |db: DbSession| {
        let all = all.clone();
        async move {
            let _taken = db.conn().await?;
            all.wait().await;
            Ok::<_, Error>("занято")
        }
    };
    let save = |user: User, db: DbSession| async move {
        write(&db, &user).await?;
        Ok::<_, Error>("сохранено")
    };
    let start = || async { Reply::text("Начнём?").button("Сохранить", "save") };
    Router::new()
        .command("start", start)
        .command("take", take)
        .command("help", || async { "помощь" })
        .callback("save", save)
}

/// Four people of four partitions who took all connections of a pool of four at once, so that all are
/// made.
pub(super) async fn four_who_took_all(world: &World) -> Vec<Person> {
    let people = world.people_apart(&["Алиса", "Борис", "Вера", "Глеб"]);
    for person in &people {
        person.says("/take");
    }
    for person in &people {
        hears(person, "занято").await;
    }
    people
}

/// Waits until somebody was told that, whatever came before it.
pub(super) async fn hears(person: &Person, text: &str) {
    while person.next_message().await.text != text {}
}

/// More than the pool has connections.
const TURNS: usize = 12;

#[tokio::test]
async fn one_silent_connection_of_the_pool_delays_only_who_gets_it() {
    let (world, postgres) = World::with_postgres().await;
    let app = world.app(bot()).config(|config| {
        config.database.pool_size = 4;
        config.database.statement_timeout_ms = 1_000;
    });
    let app = app.start().await;
    // The connections come back one after the other.
    let mut people = four_who_took_all(&world).await;
    people.extend((0..4).map(|_| world.tg.person("Некто")));
    for person in &people {
        person.says("/start");
        hears(person, "Начнём?").await;
    }
    world.queue_is_empty().await;
    // Each takes two, one after the other: now their order is known.
    for _ in 0..2 {
        people[0].presses("Сохранить").await;
        hears(&people[0], "сохранено").await;
        world.queue_is_empty().await;
    }

    // One that ended a session: of the pool it is, and nobody's own.
    let least_recently_used = "SELECT pid FROM pg_stat_activity \
         WHERE application_name = 'ostankino' AND datname = current_database() AND query LIKE '%inbox%' \
         ORDER BY state_change LIMIT 1";
    let database = world.database().await;
    let silent = database.query_one(least_recently_used, &[]).await;
    let silent = postgres.stop_process(silent.expect("it is there").get(0));
    // Whoever gets it, in the background or for somebody, who may be told of it.
    people[0].presses("Сохранить").await;
    people[0].next_message().await;
    for person in &people[1..] {
        person.presses("Сохранить").await;
    }
    for person in &people {
        person.says("/help");
    }
    for person in &people {
        hears(person, "помощь").await;
    }
    let told = || people.iter().map(apologies).sum::<usize>();
    // Work in the background may have put it behind others: then somebody gets it soon, since each connection has its turn.
    for _ in 0..TURNS {
        if told() > 0 {
            break;
        }
        people[0].presses("Сохранить").await;
        people[0].next_message().await;
    }
    let unlucky = told();
    assert!(unlucky <= 2, "{unlucky} were told of it");

    // It is not used again: the server finds it closed as soon as it looks.
    let there = format!("FROM pg_stat_activity WHERE pid = {}", silent.id());
    drop(silent);
    until("it is closed", async || world.count(&there).await == 0).await;
    app.stop().await;
}

#[tokio::test]
async fn after_a_silence_longer_than_all_time_outs_together_all_is_handled() {
    let postgres = Postgres::start().await;
    let mut world = World::new().await;
    let hole = Hole::before(&postgres.url());
    world.database_url = hole.url.clone();
    let (begun, released) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, release) = (begun.clone(), released.clone());
    let slow = move |user: User, db: DbSession| {
        let (begun, released) = (begun.clone(), released.clone());
        async move {
            begun.notify_one();
            released.notified().await;
            write(&db, &user).await?;
            Ok::<_, Error>("сохранено")
        }
    };
    let app = world.app(bot().command("slow", slow)).config(|config| {
        config.database.connect_timeout_ms = 1_000;
        config.database.statement_timeout_ms = 1_000;
        config.delivery.handler_timeout_ms = 4_000;
    });
    let app = app.start().await;
    // What the test itself asks does not go through it.
    world.database_url = postgres.url();
    let people = four_who_took_all(&world).await;
    world.queue_is_empty().await;

    // Hers is at work when it begins, and finds one silent connection after the other.
    let [alice, boris, vera, gleb] = people.try_into().expect("four");
    alice.says("/slow");
    begins.notified().await;
    hole.swallow(true);
    release.notify_one();
    boris.says("/help");
    vera.blocks();
    hears(&alice, APOLOGY).await;
    hears(&boris, APOLOGY).await;
    // By then it was silent for longer than all time-outs take.
    app.logs.wait_for("server_away").await;
    gleb.says("/help");
    hears(&gleb, APOLOGY).await;
    hole.swallow(false);

    for person in [&alice, &boris, &gleb] {
        person.says("/help");
        hears(person, "помощь").await;
    }
    let is_inactive = async || !world.user(vera.id()).await.expect("a row").is_active;
    until("her block is recorded", is_inactive).await;
    world.queue_is_empty().await;
    assert_eq!(world.dead_letters().await, []);
    assert_eq!(world.count("FROM profiles").await, 0);
    app.stop().await;
}
