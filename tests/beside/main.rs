//! How fast people who talk to a bot are answered beside what has time: a mailing, and timers that are due by the thousand.
//! Figures, no test: `make beside`. The release build, with as many processors as there are for everything, the emulator and
//! the servers included.
#![expect(
    clippy::disallowed_methods,
    reason = "it reads the environment that `make beside` prepares"
)]

#[path = "../it/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "tests/it uses the rest")]
mod support;

mod figures;
mod mailing;
mod minute;
mod talk;
mod timers;

use std::process::ExitCode;

use crate::{
    figures::Table,
    mailing::{Limits, mailing},
    minute::minute,
    timers::timers,
};

/// How often each is measured, unless an argument says so.
const ROUNDS: usize = 3;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let rounds = arguments.next().map(|rounds| rounds.parse());
    let Ok(rounds) = rounds.unwrap_or(Ok(ROUNDS)) else {
        eprintln!(
            "beside: say how often each is measured, and then, if not all are, a part of their names: 3 timers"
        );
        return ExitCode::FAILURE;
    };
    let wanted = arguments.next().unwrap_or_default();
    let is_wanted = |name: &str| name.contains(&wanted);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let is_reached = runtime.block_on(async {
        let mut table = Table::default();
        println!("{}", Table::head());
        for _ in 0..rounds {
            for (name, limits) in [
                ("a mailing, by Redis", Limits::Redis),
                ("a mailing, Redis dies", Limits::RedisDies),
                ("a mailing, by share", Limits::Share),
            ] {
                if is_wanted(name) {
                    table.add(name, &mailing(limits).await);
                }
            }
            if is_wanted("10,000 timers") {
                table.add("10,000 timers", &timers().await);
            }
        }
        // Once: it takes its time, and wavers little.
        let keeps_rate = !is_wanted("a minute") || minute().await;
        keeps_rate && table.is_reached()
    });
    if is_reached {
        println!(
            "beside: each time the p99 was below twice that of an idle bot, nothing was refused, and a mailing alone kept to its rate"
        );
        ExitCode::SUCCESS
    } else {
        println!(
            "beside: the goal was missed: a p99 below twice that of an idle bot, nothing refused, and 28 messages a second of a mailing alone"
        );
        ExitCode::FAILURE
    }
}
