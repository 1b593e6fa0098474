//! Servers that are away at start, and others that start at the same moment.

use telegram_emulator::Emulator;

use crate::support::{
    Service, World,
    logs::waits_for,
    servers::{Nats, Postgres},
};

async fn answers(world: &World, service: &Service) {
    service.logs.wait_for("running").await;
    world.greeted("Алиса").await;
}

/// With the address and the key that says so, and nothing secret.
async fn says_that_it_waits(world: &World, service: &Service, what: &str) {
    let (url, key) = match what {
        "PostgreSQL" => (world.database_url.clone(), "database.url"),
        "NATS" => (world.nats_urls.clone(), "nats.urls"),
        _ => (world.tg.url(), "telegram.api_url"),
    };
    let record = waits_for(&service.logs, key).await;
    assert_eq!(record["level"], "WARN");
    assert_eq!(record["message"], format!("waiting for {what}"));
    assert!(record["wait_ms"].is_u64(), "{record}");
    assert!(record["error"].is_string(), "{record}");
    let address = record["address"].as_str().expect("an address");
    assert!(
        address.starts_with("127.0.0.1:") && url.contains(address),
        "{record}"
    );
    assert!(!record.to_string().contains(world.tg.token()), "{record}");
}

#[tokio::test]
async fn postgresql_is_waited_for() {
    let mut postgres = Postgres::prepare();
    let mut world = World::new().await;
    world.database_url = postgres.url();
    let service = world.service().spawn();
    says_that_it_waits(&world, &service, "PostgreSQL").await;
    postgres.restart().await;
    answers(&world, &service).await;
    service.stop().await;
}

#[tokio::test]
async fn nats_is_waited_for() {
    let mut nats = Nats::prepare(&["-js"]);
    let mut world = World::new().await;
    world.nats_urls = nats.url();
    let service = world.service().spawn();
    says_that_it_waits(&world, &service, "NATS").await;
    nats.restart().await;
    answers(&world, &service).await;
    service.stop().await;
}

#[tokio::test]
async fn telegram_is_waited_for() {
    let world = World::new().await;
    world.tg.stop().await;
    let service = world.service().spawn();
    says_that_it_waits(&world, &service, "Telegram").await;
    world.tg.restart().await;
    answers(&world, &service).await;
    service.stop().await;
}

#[tokio::test]
async fn a_signal_while_it_waits_ends_it_well() {
    for (what, signal) in [
        ("PostgreSQL", "TERM"),
        ("NATS", "INT"),
        ("Telegram", "TERM"),
    ] {
        let mut world = World::new().await;
        match what {
            "PostgreSQL" => world.database_url = Postgres::prepare().url(),
            "NATS" => world.nats_urls = Nats::prepare(&["-js"]).url(),
            _ => world.tg.stop().await,
        }
        let service = world.service().spawn();
        says_that_it_waits(&world, &service, what).await;
        service.signal(signal);
        service.ends_with(0).await;
    }
}

#[tokio::test]
async fn services_that_start_at_the_same_moment_in_an_empty_place_all_run() {
    let world = World::new().await;
    let services: Vec<_> = (0..3).map(|_| world.service().spawn()).collect();
    for service in &services {
        service.logs.wait_for("running").await;
    }
    assert_eq!(world.count("FROM users").await, 0);
    let migrations = "FROM __diesel_schema_migrations";
    let ran: u64 = services
        .iter()
        .flat_map(|service| service.logs.records())
        .filter_map(|record| record["migrations"].as_u64())
        .sum();
    let noted = world.count(migrations).await + world.count("FROM __bot_schema_migrations").await;
    assert_eq!(noted, i64::try_from(ran).expect("few"));

    let guests: Vec<_> = (0..6).map(|_| world.tg.person("Гость")).collect();
    for guest in &guests {
        guest.says("/start");
    }
    for guest in &guests {
        guest.next_message().await;
    }
    let confirmed = |tg: &Emulator| tg.pending_updates() == 0;
    world.tg.wait_until(confirmed).await;
    for service in &services {
        service.stop().await;
    }
    for guest in &guests {
        assert_eq!(world.tg.messages_in(guest.id()).len(), 1);
    }
}
