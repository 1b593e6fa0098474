//! Several bots in one process: each has its own, and what befalls one of them leaves the others alone.

mod added;
mod apart;
mod commands;
mod many;
mod posted;
mod revoked;

use serde_json::Value;
use telegram_emulator::Emulator;

use crate::support::{Service, ServiceSetup, World};

/// A process of these bots, not started yet.
fn with_bots(mut setup: ServiceSetup, bots: &[(&str, &Emulator)]) -> ServiceSetup {
    setup = setup.set("TELEGRAM__TOKEN", "");
    for (name, bot) in bots {
        let name = name.to_uppercase();
        setup = setup.set(&format!("BOTS__{name}__TOKEN"), bot.token());
    }
    setup
}

/// Starts it, and waits until all these run.
async fn start(setup: ServiceSetup, names: &[&str]) -> Service {
    let service = setup.spawn();
    for name in names {
        told_of(&service, name, "running").await;
    }
    service
}

/// The record of that bot.
async fn told_of(service: &Service, name: &str, event: &str) -> Value {
    let is_it = |record: &Value| record["event"] == event && record["bot"] == name;
    let what = format!("{event} of {name}");
    service.logs.wait_until(&what, is_it).await
}

/// A world with the bots `shop` and `help`.
async fn two() -> (World, Emulator, Emulator) {
    let world = World::new().await;
    let (shop, help) = (world.tg.add_bot("shop_bot"), world.tg.add_bot("help_bot"));
    (world, shop, help)
}
