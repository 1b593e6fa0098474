//! What a run has found, as a table for people and as JSON for programs.

mod table;

use std::{fs, path::Path, thread};

use serde::Serialize;

use crate::{limits::Limit, measure::Figures, options::RunOptions};

pub(crate) use self::table::table;

/// All figures of a run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    /// How long each measurement took.
    pub(crate) seconds: f64,
    pub(crate) users: usize,
    /// How many updates could be fetched and not answered, at saturation.
    pub(crate) in_flight: usize,
    pub(crate) bots: Vec<Figures>,
    pub(crate) limits: Vec<Limit>,
    pub(crate) ratios: Vec<Ratio>,
    /// What could not be measured, and why.
    pub(crate) failures: Vec<String>,
}

/// Where it ran, and how busy that was: figures of a shared machine are lower.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    pub(crate) cores: usize,
    /// Runnable processes in the minute before.
    pub(crate) load_before: Option<f64>,
}

/// How the first bot stands to another in the same case.
#[derive(Debug, Serialize)]
pub(crate) struct Ratio {
    pub(crate) of: String,
    pub(crate) to: String,
    pub(crate) workload: &'static str,
    pub(crate) rate: Option<f64>,
    pub(crate) call_ms: u128,
    pub(crate) updates_per_s: f64,
    pub(crate) own_cpu: f64,
    pub(crate) p99: f64,
}

impl Report {
    pub(crate) fn new(
        options: &RunOptions,
        seconds: f64,
        machine: Machine,
        bots: Vec<Figures>,
        limits: Vec<Limit>,
        failures: Vec<String>,
    ) -> Self {
        Self {
            machine,
            seconds,
            users: options.users,
            in_flight: options.in_flight,
            ratios: ratios(&bots),
            bots,
            limits,
            failures,
        }
    }

    /// Whether every bot answered each update once, in order.
    pub(crate) fn is_right(&self) -> bool {
        self.failures.is_empty() && self.bots.iter().all(Figures::is_right)
    }

    pub(crate) fn write(&self, path: &Path) -> Result<(), String> {
        let json = serde_json::to_vec_pretty(self).map_err(|error| error.to_string())?;
        fs::write(path, json).map_err(|error| format!("{}: {error}", path.display()))
    }
}

impl Machine {
    pub(crate) fn now() -> Self {
        let load = fs::read_to_string("/proc/loadavg").ok();
        Self {
            cores: thread::available_parallelism().map_or(0, Into::into),
            load_before: load.and_then(|load| load.split(' ').next()?.parse().ok()),
        }
    }
}

/// The first bot's figures over those of each other bot in the same case.
fn ratios(bots: &[Figures]) -> Vec<Ratio> {
    let Some(first) = bots.first().map(|figures| figures.bot.clone()) else {
        return Vec::new();
    };
    let case = |figures: &Figures| {
        (
            figures.workload,
            figures.rate.map(f64::to_bits),
            figures.call_ms,
        )
    };
    let mut ratios = Vec::new();
    for own in bots.iter().filter(|figures| figures.bot == first) {
        for other in bots
            .iter()
            .filter(|other| other.bot != first && case(other) == case(own))
        {
            ratios.push(Ratio {
                of: own.bot.clone(),
                to: other.bot.clone(),
                workload: own.workload,
                rate: own.rate,
                call_ms: own.call_ms,
                updates_per_s: own.updates_per_s / other.updates_per_s,
                own_cpu: own.own_cpu_us / other.own_cpu_us,
                p99: own.p99_ms / other.p99_ms,
            });
        }
    }
    ratios
}
