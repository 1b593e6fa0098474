//! A mailing of three containers for a minute, with nobody who talks: whether it keeps to the rate that is left to it.

use std::time::{Duration, Instant};

use telegram_emulator::Emulator;
use tokio::time::sleep;

use crate::{
    mailing::{Mailed, NEWS},
    support::World,
};

/// More than goes out in that time.
const TOLD: usize = 2_500;

/// How long it is watched, and how long it runs before.
const WATCHED: Duration = Duration::from_secs(60);
const BEFORE: Duration = Duration::from_secs(3);

/// Of `limits.calls_per_s`, 30, two are left to people who may write at any moment.
const RATE: f64 = 28.0;

/// By how much it may be off.
const OFF: f64 = 0.05;

/// Measures it once; says whether it kept to the rate, and nothing was refused.
pub(crate) async fn minute() -> bool {
    let (world, _redis) = World::with_redis().await;
    let mailed = Mailed::prepare(&world, TOLD).await;
    world.tg.set_flood_control(true);
    mailed.begin();
    world.tg.wait_until(|tg| told(tg) > 0).await;
    sleep(BEFORE).await;
    let (begun, before) = (Instant::now(), told(&world.tg));
    sleep(WATCHED).await;
    let (after, took) = (told(&world.tg), begun.elapsed());
    let calls = world.tg.calls_of("sendMessage");
    let refused = calls.iter().filter(|call| call.status != 200).count();
    let rate = (after - before) as f64 / took.as_secs_f64();
    println!("a mailing for a minute: {rate:.2}/s of {RATE}, {refused} refused");
    mailed.stop().await;
    (rate - RATE).abs() <= RATE * OFF && refused == 0
}

fn told(tg: &Emulator) -> usize {
    let calls = tg.calls_of("sendMessage").into_iter();
    calls
        .filter(|call| call.status == 200 && call.params["text"] == NEWS)
        .count()
}
