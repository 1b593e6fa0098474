//! What is closed, and in which order.

use telegram_emulator::{Emulator, Fault};

use crate::support::{DEADLINE, Service, World};

const STEPS: [&str; 7] = [
    "stopping",
    "polling_stopped",
    "drained",
    "nats_closed",
    "redis_closed",
    "database_closed",
    "stopped",
];

/// Stops a service that waits for updates; checks the steps and that nothing stays behind.
async fn ends_in_order_on(signal: &str) {
    let (world, _redis) = World::with_redis().await;
    let service = world.service().start().await;
    world.tg.wait_until(Emulator::is_polled).await;
    world.greeted("Алиса").await;
    world.tg.wait_until(Emulator::is_polled).await;

    service.signal(signal);
    service.ends_with(0).await;
    let said: Vec<_> = service
        .logs
        .records()
        .iter()
        .filter_map(|record| record["event"].as_str().map(str::to_owned))
        .filter(|event| STEPS.contains(&event.as_str()))
        .collect();
    assert_eq!(said, STEPS);
    let trouble = |level: &str| level == "WARN" || level == "ERROR";
    let records = service.logs.records();
    let trouble: Vec<_> = records
        .iter()
        .filter(|record| record["level"].as_str().is_some_and(trouble))
        .collect();
    assert!(trouble.is_empty(), "{trouble:?}");
    world.tg.wait_until(|tg| !tg.is_polled()).await;
    no_connection_is_left(&world).await;
}

/// A server needs a moment to notice that a connection was closed.
async fn no_connection_is_left(world: &World) {
    let ours = "FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'ostankino'";
    let gone = async { while world.count(ours).await > 0 {} };
    tokio::time::timeout(DEADLINE, gone)
        .await
        .expect("no connection is left");
}

#[tokio::test]
async fn sigterm_during_a_held_poll_closes_everything_in_order() {
    ends_in_order_on("TERM").await;
}

#[tokio::test]
async fn sigint_during_a_held_poll_closes_everything_in_order() {
    ends_in_order_on("INT").await;
}

#[tokio::test]
async fn it_ends_although_telegram_is_away() {
    let world = World::new().await;
    let service = world.service().start().await;
    world.tg.wait_until(Emulator::is_polled).await;
    world.tg.stop().await;
    service.stop().await;
}

#[tokio::test]
async fn it_ends_although_nats_is_away_and_what_is_not_stored_stays_with_telegram() {
    let (world, mut nats) = World::with_nats().await;
    let service = world
        .service()
        .set("NATS__REQUEST_TIMEOUT_MS", "500")
        .set("DELIVERY__LEASE_MS", "15000")
        .start()
        .await;
    world.tg.wait_until(Emulator::is_polled).await;
    nats.kill().await;
    world.tg.person("Алиса").says("/start");
    let unstored = "store_failed";
    service.logs.wait_for(unstored).await;
    service.stop().await;
    assert_eq!(world.tg.pending_updates(), 1);
    assert_eq!(world.tg.confirmed_offset(), None);
}

#[tokio::test]
async fn it_ends_although_redis_is_away() {
    let (world, mut redis) = World::with_redis().await;
    let service = world.service().start().await;
    service.logs.wait_for("redis_connected").await;
    redis.kill().await;
    service.logs.wait_for("redis_lost").await;
    service.stop().await;
    service.logs.wait_for("redis_closed").await;
}

#[tokio::test]
async fn it_ends_although_postgresql_is_away() {
    let (world, mut postgres) = World::with_postgres().await;
    let service = world.service().start().await;
    world.greeted("Алиса").await;
    postgres.kill().await;
    service.stop().await;
}

/// A service that has been told to stop and cannot yet, since Telegram does not answer it.
pub(super) async fn stuck_in_sending(world: &World, service: &Service) {
    let silence = Fault::on("sendMessage").delay(DEADLINE * 100);
    world.tg.fault(silence);
    world.tg.person("Алиса").says("/start");
    let sending = |tg: &Emulator| !tg.calls_of("sendMessage").is_empty();
    world.tg.wait_until(sending).await;
    service.signal("TERM");
    service.logs.wait_for("polling_stopped").await;
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    for second in ["TERM", "INT"] {
        let world = World::new().await;
        let service = world
            .service()
            .set("DELIVERY__SHUTDOWN_GRACE_MS", "3600000")
            .start()
            .await;
        stuck_in_sending(&world, &service).await;
        service.signal(second);
        service.ends_with(130).await;
        service.logs.wait_for("killed").await;
    }
}
