//! The menu of commands: set beside polling by the process that polls, and only when it changed.

use serde_json::Value;
use telegram_emulator::{Emulator, Fault};

use crate::support::{Logs, World};

/// The bundled bot has one for everybody, and one for those who speak English.
const MENUS: usize = 2;

async fn all_are_set(logs: &Logs) {
    let is_last = |record: &Value| record["event"] == "menu_set" && record["language"] == "en";
    logs.wait_until("the last menu", is_last).await;
}

#[tokio::test]
async fn a_menu_that_telegram_does_not_take_yet_keeps_nobody_waiting() {
    let world = World::new().await;
    world.tg.fault(Fault::on("setMyCommands").retry_after(600));
    let service = world.service().start().await;
    world.greeted("Алиса").await;
    let record = service.logs.wait_for("menu_failed").await;
    assert_eq!(record["level"], "WARN");
    assert!(record["again_ms"].as_u64() >= Some(600_000), "{record}");
    service.stop().await;
    assert_eq!(world.tg.calls_of("setMyCommands").len(), 1, "politely");
}

#[tokio::test]
async fn a_menu_is_tried_again_after_the_wait_that_telegram_asks_for() {
    let world = World::new().await;
    world
        .tg
        .fault(Fault::on("setMyCommands").retry_after(1).times(1));
    let service = world.service().start().await;
    all_are_set(&service.logs).await;
    assert_eq!(world.tg.calls_of("setMyCommands").len(), MENUS + 1);
    service.stop().await;
}

#[tokio::test]
async fn a_menu_that_telegram_has_is_not_set_again() {
    let world = World::new().await;
    let service = world.service().start().await;
    all_are_set(&service.logs).await;
    service.stop().await;

    let service = world.service().start().await;
    let compared = |tg: &Emulator| tg.calls_of("getMyCommands").len() == 2 * MENUS;
    world.tg.wait_until(compared).await;
    world.greeted("Алиса").await;
    service.stop().await;
    assert_eq!(world.tg.calls_of("setMyCommands").len(), MENUS);
}

#[tokio::test]
async fn of_two_processes_only_the_one_that_polls_sets_the_menu() {
    let world = World::new().await;
    let one = world.service().start().await;
    all_are_set(&one.logs).await;
    let two = world.service().start().await;
    let follows = |record: &serde_json::Value| record["event"] == "seats_taken";
    two.logs.wait_until("its share", follows).await;
    two.stop().await;
    one.stop().await;
    assert_eq!(world.tg.calls_of("getMyCommands").len(), MENUS);
}
