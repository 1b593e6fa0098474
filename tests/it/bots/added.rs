//! Bots that are added while processes run: each is run by all of them, in tables of its own, and stops as it is told to.

mod commands;
mod ending;
mod failing;
mod running;
mod sealed;

use telegram_emulator::Emulator;

use crate::support::{ServiceSetup, World};

/// 32 bytes in base64.
const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// Another key.
const OTHER: &str = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";

/// A process without any bot, to which some may be added.
fn empty(world: &World) -> ServiceSetup {
    let setup = world.service().set("TELEGRAM__TOKEN", "");
    setup.set("FLEET__KEY", KEY)
}

/// Adds that bot under that name, as an operator does.
async fn add(world: &World, arguments: &str, bot: &Emulator) {
    let token = format!("{}\n", bot.token());
    let added = empty(world)
        .run_with(&format!("bot add {arguments}"), &token)
        .await;
    assert_eq!(added.code, 0, "{added:?}");
}

/// Runs a command of the operator's that succeeds.
async fn done(world: &World, command: &str) -> String {
    let done = empty(world).run(command).await;
    assert_eq!(done.code, 0, "{command}: {done:?}");
    done.stdout
}
