//! What an error of PostgreSQL means is told by its code, whatever language the server speaks and
//! whichever connection it comes on.

use telegram_emulator::Person;

use super::{
    apologies, errors,
    silence::{bot, four_who_took_all, hears},
};
use crate::support::{
    APOLOGY, Logs, Service, World,
    servers::{Postgres, connect, until},
};

/// Waits for so many records that an update failed and is tried again, whose error holds that.
async fn retried(logs: &Logs, times: usize, holds: &str) {
    let fits = |record: &serde_json::Value| {
        record["event"] == "update_retried"
            && record["error"]
                .as_str()
                .is_some_and(|error| error.contains(holds))
    };
    logs.wait_until(&format!("{times} retries after {holds}"), |_| {
        logs.records().iter().filter(|record| fits(record)).count() >= times
    })
    .await;
}

/// The block is recorded in the end, and nothing was lost on the way.
async fn the_block_is_kept(world: &World, person: &Person, service: Service) {
    becomes_inactive(world, person).await;
    world.queue_is_empty().await;
    assert_eq!(errors(&service.logs).len(), 0, "nothing was lost");
    assert_eq!(world.dead_letters().await, []);
    service.stop().await;
}

async fn becomes_inactive(world: &World, person: &Person) {
    let is_inactive = async || !world.user(person.id()).await.expect("a row").is_active;
    until("the block is recorded", is_inactive).await;
}

const WAITING: &str =
    "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'ostankino'";

#[tokio::test]
async fn a_block_survives_the_end_of_its_connection_in_russian() {
    let postgres = Postgres::that_speaks_russian().await;
    let mut world = World::new().await;
    world.database_url = postgres.url();
    let service = world.service().start().await;
    let alice = world.greeted("Алиса").await;

    let mut client = world.database().await;
    let lock = client.transaction().await.expect("a transaction");
    let locked = lock
        .execute(
            "SELECT 1 FROM users WHERE id = $1 FOR UPDATE",
            &[&alice.id()],
        )
        .await;
    assert_eq!(locked.expect("it is locked"), 1);
    alice.blocks();
    until("it waits", async || world.count(WAITING).await == 1).await;
    let end = format!("SELECT pg_terminate_backend(pid) {WAITING}");
    let ended = world.database().await.batch_execute(&end).await;
    ended.expect("it is ended");
    retried(&service.logs, 1, "57P01: закрытие подключения").await;
    lock.rollback().await.expect("it is free");

    the_block_is_kept(&world, &alice, service).await;
}

#[tokio::test]
async fn a_block_survives_a_table_that_is_locked_for_longer_than_the_time_out() {
    let world = World::new().await;
    let service = world.service().start().await;
    let alice = world.greeted("Алиса").await;

    let mut client = world.database().await;
    let lock = client.transaction().await.expect("a transaction");
    let locked = lock
        .batch_execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        .await;
    locked.expect("it is locked");
    alice.blocks();
    // Two seconds each.
    retried(&service.logs, 3, "55P03: ").await;
    lock.rollback().await.expect("it is free");

    the_block_is_kept(&world, &alice, service).await;
}

async fn make_read_only(postgres: &Postgres, is_read_only: bool) {
    let url = postgres.url();
    let client = connect(&url).await;
    let on_off = if is_read_only { "on" } else { "off" };
    for statement in [
        // It is of the session, too, until the next look at the file.
        "SET default_transaction_read_only = off",
        &format!("ALTER SYSTEM SET default_transaction_read_only = {on_off}"),
        "SELECT pg_reload_conf()",
    ] {
        client.batch_execute(statement).await.expect("it is set");
    }
    until("the server heard of it", async || {
        let asked = connect(&url).await;
        let row = asked
            .query_one("SHOW default_transaction_read_only", &[])
            .await;
        row.expect("it answers").get::<_, String>(0) == on_off
    })
    .await;
}

#[tokio::test]
async fn while_a_server_takes_no_writes_it_counts_as_away() {
    let (world, postgres) = World::with_postgres().await;
    let service = world.service().start().await;
    let alice = world.greeted("Алиса").await;
    // What is left to write of the greeting would find out first.
    world.queue_is_empty().await;

    make_read_only(&postgres, true).await;
    alice.blocks();
    retried(&service.logs, 1, "25006: ").await;
    let away = "server_away";
    service.logs.wait_for(away).await;
    make_read_only(&postgres, false).await;

    becomes_inactive(&world, &alice).await;
    service.logs.wait_for("servers_back").await;
    world.queue_is_empty().await;
    assert_eq!(world.dead_letters().await, []);
    service.stop().await;
}

#[tokio::test]
async fn a_server_that_became_a_standby_is_left_for_the_one_that_took_over() {
    let (first, second) = tokio::join!(Postgres::start(), Postgres::start());
    let mut world = World::new().await;
    world.database_url = second.url();
    let migrated = world.service().run("migrate").await;
    assert_eq!(migrated.code, 0, "{migrated:?}");
    let address = |postgres: &Postgres| {
        let url = postgres.url();
        let address = url.split_once('@').expect("a user").1;
        address.split_once('/').expect("a database").0.to_owned()
    };
    let both = format!("{},{}", address(&first), address(&second));
    world.database_url =
        format!("postgres://ostankino@{both}/ostankino?target_session_attrs=read-write");
    let app = world.run(bot()).await;
    world.database_url = second.url();
    // Four connections of the pool lead to the first one.
    let people = four_who_took_all(&world).await;
    for person in &people {
        person.says("/start");
        hears(person, "Начнём?").await;
    }
    assert_eq!(world.count("FROM users").await, 0);

    make_read_only(&first, true).await;
    // The connection of the tracker is found out, and one of the pool's: not all of them in turn.
    for person in &people {
        loop {
            person.presses("Сохранить").await;
            let said = person.next_message().await.text;
            if said == "сохранено" {
                break;
            }
            assert_eq!(said, APOLOGY);
        }
    }
    assert_eq!(world.count("FROM profiles").await, 4);
    let told = people.iter().map(apologies).sum::<usize>();
    assert!(told <= 2, "{told} were told of it");
    app.stop().await;
}
