//! Exactly once under fire: several processes of a bot, killed at every point of the protocol and
//! cut off from their servers, and a count of what became of each update. `docs/testing.md` tells
//! how to run it and what the figures mean.
#![expect(
    clippy::disallowed_methods,
    reason = "it reads the environment that `make chaos` prepares, and its tasks end with it"
)]

mod bot;
mod checks;
mod dialog;
mod diary;
mod faults;
mod figures;
mod fleet;
mod ledger;
mod mailings;
mod options;
mod point;
mod post;
mod process;
mod progress;
mod proxy;
mod referee;
mod run;
mod scene;
mod schedule;
mod stores;
mod support;
mod switch;
mod takeover;
mod trap;
mod workload;

use std::{env, process::ExitCode};

use options::{Ask, Options};
use switch::Switch;

fn main() -> ExitCode {
    if env::var_os(bot::ROLE).is_some() {
        return bot::main();
    }
    let ask = match Options::parse(env::args().skip(1)) {
        Ok(ask) => ask,
        Err(problem) => {
            eprintln!("chaos: {problem}\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    let passed = match ask {
        Ask::List => {
            println!("chaos: test");
            true
        }
        Ask::Nothing => true,
        Ask::Run(options) => attempt(&options),
        Ask::TakeOver(runs) => takeover::measure(runs),
        Ask::Prove(options) => {
            let chosen = options.switch.map_or(Switch::ALL.to_vec(), |it| vec![it]);
            let attempts = chosen.into_iter().map(|switch| {
                let shown_by = switch.shown_by();
                attempt(&Options {
                    switch: Some(switch),
                    only: shown_by.unwrap_or_default().to_owned(),
                    kills: shown_by.map_or(0, |_| options.kills),
                    ..options.clone()
                })
            });
            // All of them, also after one that was not seen.
            attempts.fold(true, |all, seen| all & seen)
        }
    };
    if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// One run in a runtime of its own; says whether it went as it should.
fn attempt(options: &Options) -> bool {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(run::run(options))
}
