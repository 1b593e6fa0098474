//! How a bot on ostankino grows: the same workload with ever more of one thing. `bench growth`.

use std::{fmt::Write as _, fs};

use serde::Serialize;

use crate::{
    bot::Contender,
    measure::{Figures, Terms, measure},
    options::{Axis, GrowthOptions, Workload},
    plan::Case,
    programs,
    servers::Servers,
    telegram::{Delays, Pace},
};

/// One line of a table.
#[derive(Debug, Serialize)]
struct Grown {
    axis: &'static str,
    value: usize,
    #[serde(flatten)]
    figures: Figures,
}

impl Axis {
    fn name(self) -> &'static str {
        match self {
            Self::Users => "users in the table",
            Self::Backlog => "updates at once",
            Self::Partitions => "partitions",
            Self::Processes => "processes",
            Self::Handler => "ms in the handler",
            Self::Routes => "routes",
        }
    }

    fn values(self) -> &'static [usize] {
        match self {
            Self::Users => &[1_000, 10_000, 100_000, 1_000_000, 10_000_000],
            Self::Backlog => &[100, 1_000, 10_000, 100_000, 1_000_000],
            Self::Partitions => &[8, 16, 32, 64, 128, 256],
            Self::Processes => &[1, 2, 3, 4],
            Self::Handler => &[0, 10, 50, 200],
            Self::Routes => &[10, 100, 1_000],
        }
    }

    /// A variable of the bot, for what is no matter of the generator.
    fn variable(self) -> Option<&'static str> {
        match self {
            Self::Partitions => Some("OSTANKINO__DELIVERY__PARTITIONS"),
            Self::Handler => Some("BENCH_HANDLER_MS"),
            Self::Routes => Some("BENCH_ROUTES"),
            Self::Users | Self::Backlog | Self::Processes => None,
        }
    }
}

/// Measures each axis, prints a table for each as it comes, and writes all as JSON.
pub(crate) fn run(options: &GrowthOptions) -> Result<(), String> {
    let servers = Servers::from_env()?;
    let own = programs::own()?;
    let mut all = Vec::new();
    for axis in &options.of {
        println!("{}", head(*axis));
        for value in axis.values().iter().filter(|value| **value <= options.most) {
            let figures = grow(*axis, *value, &own, options, &servers)?;
            println!("{}", line(*value, &figures));
            all.push(Grown {
                axis: axis.name(),
                value: *value,
                figures,
            });
        }
        println!();
    }
    let path = programs::work_folder()?.join("growth.json");
    let json = serde_json::to_vec_pretty(&all).map_err(|error| error.to_string())?;
    fs::write(&path, json).map_err(|error| format!("{}: {error}", path.display()))?;
    eprintln!("bench: as JSON: {}", path.display());
    let are_right = all.iter().all(|it| it.figures.is_right());
    let wrong = "a bot did not answer each update once, in order: see WRONG above";
    are_right.then_some(()).ok_or_else(|| wrong.into())
}

fn grow(
    axis: Axis,
    value: usize,
    own: &Contender,
    options: &GrowthOptions,
    servers: &Servers,
) -> Result<Figures, String> {
    let mut contender = own.clone();
    if let Some(name) = axis.variable() {
        contender.variables.push((name.into(), value.to_string()));
    }
    let mut terms = Terms {
        servers,
        users: 3_000,
        rows: 0,
        in_flight: 2_048,
        count: None,
        processes: 1,
        seconds: options.seconds,
    };
    match axis {
        Axis::Users => (terms.users, terms.rows) = (value, value),
        Axis::Backlog => (terms.in_flight, terms.count) = (value, Some(value)),
        Axis::Processes => terms.processes = value,
        Axis::Partitions | Axis::Handler | Axis::Routes => {}
    }
    let case = Case {
        workload: Workload::Fsm,
        pace: Pace::Saturation,
        delays: Delays::from_millis(0, 0),
        then_idle: axis == Axis::Processes,
    };
    measure(&contender, &case, &terms)
}

fn head(axis: Axis) -> String {
    format!(
        "{:>20} {:>9} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>7} {:>6}",
        axis.name(),
        "updates/s",
        "p50 ms",
        "p99 ms",
        "own µs",
        "nats µs",
        "pg µs",
        "load µs",
        "peak MB",
        "others%",
        "idle %"
    )
}

fn line(value: usize, figures: &Figures) -> String {
    let some = |value: Option<f64>| value.map_or("-".into(), |value| format!("{value:.1}"));
    let mut line = format!(
        "{value:>20} {:>9.0} {:>8.1} {:>8.1} {:>8.1} {:>8} {:>8} {:>8.1} {:>8.1} {:>7.0} {:>6}",
        figures.updates_per_s,
        figures.p50_ms,
        figures.p99_ms,
        figures.own_cpu_us,
        some(figures.nats_cpu_us),
        some(figures.postgres_cpu_us),
        figures.generator_cpu_us,
        figures.peak_memory_mb,
        figures.others_cpu_percent,
        some(figures.idle_cpu_percent),
    );
    if !figures.is_right() {
        write!(line, "  WRONG: {:?}", figures.faults).expect("a String takes all");
    }
    line
}
