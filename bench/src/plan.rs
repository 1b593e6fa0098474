//! What is measured in which order, and for how long, so that all of it fits into its time.

use std::time::Duration;

use crate::{
    options::{PaceOption, RunOptions, Workload},
    telegram::{Delays, Pace},
};

/// One measurement, made for each bot in turn: what is compared shares the machine's moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    pub(crate) workload: Workload,
    pub(crate) pace: Pace,
    pub(crate) delays: Delays,
    /// Whether the bot is watched afterwards while there is nothing to do.
    pub(crate) then_idle: bool,
}

impl Case {
    /// As failures name it.
    pub(crate) fn name(&self) -> String {
        let workload = self.workload.name();
        let call = self.delays.call.as_millis();
        match self.pace {
            Pace::Saturation => format!("{workload} at saturation, {call} ms a call"),
            Pace::Rate(rate) => format!("{workload} at {rate}/s, {call} ms a call"),
        }
    }
}

/// Start, warm-up and stop of a bot, in seconds.
const AROUND: f64 = 4.5;
/// How long an idle bot is watched, in seconds.
pub(crate) const IDLE: f64 = 3.0;

/// The measurements of the bots.
pub(crate) fn cases(options: &RunOptions) -> Vec<Case> {
    let delays = |call_ms| Delays::from_millis(call_ms, options.poll_ms);
    let mut cases = Vec::new();
    if options.pace.contains(&PaceOption::Saturation) {
        for call_ms in &options.call_ms {
            cases.extend(options.workload.iter().map(|workload| Case {
                workload: *workload,
                pace: Pace::Saturation,
                delays: delays(*call_ms),
                then_idle: false,
            }));
        }
    }
    let fsm = options
        .workload
        .iter()
        .find(|workload| **workload == Workload::Fsm);
    let rated = fsm.or(options.workload.first());
    let call_ms = options.call_ms.first().copied().unwrap_or_default();
    for pace in &options.pace {
        if let (PaceOption::Rate(rate), Some(workload)) = (pace, rated) {
            cases.push(Case {
                workload: *workload,
                pace: Pace::Rate(*rate),
                delays: delays(call_ms),
                then_idle: false,
            });
        }
    }
    if let Some(first) = cases.first_mut() {
        first.then_idle = true;
    }
    cases
}

/// How long one measurement may take so that all of them fit into the budget.
pub(crate) fn seconds(options: &RunOptions, cases: &[Case], bots: usize) -> f64 {
    if let Some(seconds) = options.seconds {
        return seconds;
    }
    let runs = (cases.len() * bots) as f64;
    let (mut fixed, mut measured) = (runs * AROUND + bots as f64 * (IDLE + 1.0), runs);
    if !options.no_limits {
        // The bare bot, JetStream alone, and pgbench for half as long each.
        let bare = options.call_ms.len() as f64;
        fixed += bare * AROUND + 1.0 + 2.0;
        measured += bare + 1.0 + 0.5 * crate::limits::PGBENCH_RUNS as f64;
    }
    ((options.budget - fixed) / measured).clamp(1.0, 8.0)
}

/// After that no measurement is begun: bots that stand still have used up the time. As long as it
/// takes, where somebody says how long each one takes.
pub(crate) fn latest(options: &RunOptions) -> Option<Duration> {
    options
        .seconds
        .is_none()
        .then(|| Duration::from_secs_f64(options.budget * 1.1))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::options::Options;

    fn options(arguments: &str) -> RunOptions {
        let arguments = std::iter::once("bench").chain(arguments.split_whitespace());
        Options::try_parse_from(arguments)
            .expect("known arguments")
            .run
    }

    #[test]
    fn all_of_it_fits_into_five_minutes_with_a_baseline_too() {
        let options = options("");
        let cases = cases(&options);
        assert_eq!(
            cases.len(),
            10,
            "four workloads with two delays, and two rates"
        );
        for bots in [2, 3] {
            let seconds = seconds(&options, &cases, bots);
            let all = (cases.len() * bots) as f64 * (AROUND + seconds);
            assert!(
                seconds > 2.0 && all < 300.0,
                "{bots} bots: {seconds} s each"
            );
        }
    }

    #[test]
    fn rates_are_measured_with_one_workload() {
        let rated = |arguments| -> Vec<Workload> {
            let cases = cases(&options(arguments));
            let rated = cases.iter().filter(|case| case.pace != Pace::Saturation);
            rated.map(|case| case.workload).collect()
        };
        assert_eq!(rated("--pace 300,1000"), [Workload::Fsm, Workload::Fsm]);
        assert_eq!(
            rated("--pace saturation,50 --workload write,echo"),
            [Workload::Write]
        );
        assert_eq!(rated("--pace saturation"), []);
    }

    #[test]
    fn the_first_measurement_of_a_bot_also_watches_it_idle() {
        let cases = cases(&options("--pace 300 --workload echo"));
        assert_eq!(cases.iter().filter(|case| case.then_idle).count(), 1);
    }
}
