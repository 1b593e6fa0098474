//! How much a bot on ostankino handles and at what cost: beside the same bot on teloxide, beside
//! another revision, and beside what nothing on these parts can exceed. `make bench`; how to read
//! it is in docs/performance.md.
#![expect(
    clippy::disallowed_methods,
    reason = "it reads the environment that `make bench` prepares"
)]

mod beside;
mod bot;
mod growth;
mod instructions;
mod limits;
mod mailing;
mod measure;
mod options;
mod plan;
mod process;
mod programs;
mod quantiles;
mod report;
mod servers;
mod telegram;
mod world;

use std::{process::ExitCode, time::Instant};

use clap::Parser;

use crate::{
    bot::Contender,
    limits::Limit,
    measure::{Figures, Terms, measure},
    options::{Command, Options, RunOptions, Workload},
    plan::Case,
    report::{Machine, Report},
    servers::Servers,
    telegram::{Delays, Pace},
};

fn main() -> ExitCode {
    let options = Options::parse();
    let done = match &options.command {
        None => run(&options.run),
        Some(Command::Instructions(options)) => instructions::check(options),
        Some(Command::Growth(options)) => growth::run(options),
        Some(Command::Mailing(options)) => mailing::run(options),
        Some(Command::Beside(options)) => beside::run(options),
        Some(Command::Bare) => limits::bare::run().map_err(|error| error.to_string()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("bench: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &RunOptions) -> Result<(), String> {
    let servers = Servers::from_env()?;
    let contenders = programs::contenders(options)?;
    let (machine, begun) = (Machine::now(), Instant::now());
    let cases = plan::cases(options);
    let seconds = plan::seconds(options, &cases, contenders.len());
    let runs = cases.len() * contenders.len();
    eprintln!("bench: {runs} measurements of {seconds:.1} s");
    let terms = Terms {
        servers: &servers,
        users: options.users,
        rows: 0,
        in_flight: options.in_flight,
        count: None,
        processes: 1,
        seconds,
    };
    let late = plan::latest(options);
    let is_late = || late.is_some_and(|late| begun.elapsed() > late);
    let (mut bots, mut failures) = (Vec::new(), Vec::new());
    for case in &cases {
        for contender in &contenders {
            let measured = if is_late() {
                Err("not measured, the time is up".into())
            } else {
                measure(contender, case, &terms)
            };
            // What one bot cannot do is no reason not to know the rest.
            match measured {
                Ok(figures) => {
                    tell(bots.len() + failures.len() + 1, runs, &figures);
                    bots.push(figures);
                }
                Err(problem) => {
                    let failure = format!("{} {}: {problem}", contender.name, case.name());
                    eprintln!("bench: {failure}");
                    failures.push(failure);
                }
            }
        }
    }
    let mut found = Vec::new();
    if !options.no_limits
        && let Err(problem) = limits(options, &terms, is_late, &mut found)
    {
        eprintln!("bench: {problem}");
        failures.push(format!("limits: {problem}"));
    }
    let report = Report::new(options, seconds, machine, bots, found, failures);
    let path = match &options.json {
        Some(path) => path.clone(),
        None => programs::work_folder()?.join("result.json"),
    };
    report.write(&path)?;
    print!("{}", report::table(&report));
    eprintln!(
        "bench: took {:.0} s; as JSON: {}",
        begun.elapsed().as_secs_f64(),
        path.display()
    );
    if report.is_right() {
        return Ok(());
    }
    Err("a bot did not answer each update once, in order: see WRONG and FAILED above".into())
}

fn tell(number: usize, of: usize, figures: &Figures) {
    eprintln!(
        "bench: {number}/{of} {} {}: {:.0}/s",
        figures.bot, figures.workload, figures.updates_per_s
    );
}

fn limits(
    options: &RunOptions,
    terms: &Terms<'_>,
    is_late: impl Fn() -> bool,
    found: &mut Vec<Limit>,
) -> Result<(), String> {
    eprintln!("bench: the limits");
    let on_time = || {
        let late = "not all were measured, the time is up";
        (!is_late()).then_some(()).ok_or(late)
    };
    let bare = programs::bare()?;
    for call_ms in &options.call_ms {
        on_time()?;
        found.push(bare_limit(&bare, *call_ms, options, terms)?);
    }
    on_time()?;
    found.push(limits::jetstream(terms.servers, terms.seconds)?);
    on_time()?;
    limits::pgbench(terms.servers, terms.users, terms.seconds / 2.0, found)
}

fn bare_limit(
    bare: &Contender,
    call_ms: u64,
    options: &RunOptions,
    terms: &Terms<'_>,
) -> Result<Limit, String> {
    let case = Case {
        workload: Workload::Echo,
        pace: Pace::Saturation,
        delays: Delays::from_millis(call_ms, options.poll_ms),
        then_idle: false,
    };
    let figures = measure(bare, &case, terms)?;
    Ok(Limit {
        what: format!("poll and echo alone, {call_ms} ms a call"),
        unit: "updates",
        per_s: figures.updates_per_s,
        own_cpu_us: Some(figures.own_cpu_us),
        nats_cpu_us: None,
        postgres_cpu_us: None,
    })
}
