//! What a measurement has found.

use std::{ops::Range, time::Duration};

use serde::Serialize;

use super::spent::Spent;
use crate::{
    bot::Contender,
    plan::Case,
    telegram::{Faults, Pace, Telegram},
};

/// What was found. Times of the CPU are microseconds an update.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figures {
    pub(crate) bot: String,
    pub(crate) workload: &'static str,
    /// Updates a second that were asked for; none at saturation.
    pub(crate) rate: Option<f64>,
    pub(crate) call_ms: u128,
    pub(crate) poll_ms: u128,
    pub(crate) updates: usize,
    pub(crate) updates_per_s: f64,
    /// From the delivery of an update to the arrival of its answer.
    pub(crate) p50_ms: f64,
    pub(crate) p95_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) max_ms: f64,
    /// The same from when the update was due: with the wait for the next poll.
    pub(crate) p99_from_due_ms: f64,
    pub(crate) own_cpu_us: f64,
    pub(crate) nats_cpu_us: Option<f64>,
    pub(crate) postgres_cpu_us: Option<f64>,
    pub(crate) generator_cpu_us: f64,
    /// Per cent of all cores that others had meanwhile: figures beside a compiler are worse.
    pub(crate) others_cpu_percent: f64,
    pub(crate) peak_memory_mb: f64,
    /// Per cent of a core with nothing to do; where that was watched.
    pub(crate) idle_cpu_percent: Option<f64>,
    pub(crate) faults: Faults,
    /// Whether it could not keep up: it apologised, or was behind the rate at the end.
    pub(crate) overloaded: bool,
    /// What it said instead of an answer, the first time.
    pub(crate) apology: Option<String>,
    /// What else went wrong.
    pub(crate) problem: Option<String>,
    /// What the counters of `write` have counted beyond one an update.
    pub(crate) miscounted: i64,
}

impl Figures {
    /// Whether each update was answered once, in order, and counted once.
    pub(crate) fn is_right(&self) -> bool {
        let none = Faults {
            unanswered: 0,
            apologised: 0,
            repeated: 0,
            out_of_order: 0,
            strange: 0,
        };
        self.faults == none && self.miscounted == 0 && self.problem.is_none()
    }
}

/// What is known when all is answered; the rest is nothing.
pub(super) fn figures(
    contender: &Contender,
    case: &Case,
    telegram: &Telegram,
    range: Range<usize>,
    (before, after): (Spent, Spent),
) -> Figures {
    let updates = range.len();
    let account = telegram.supply.account(range);
    // What was only fetched, or apologised for, has cost something too: it is paid by the rest.
    let each = |spent: Duration| spent.as_secs_f64() * 1e6 / account.answered.max(1) as f64;
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let servers = after.servers.since(before.servers);
    let faults = telegram.supply.faults();
    let updates_per_s = account.answered as f64 / account.took.as_secs_f64().max(1e-9);
    let is_behind = match case.pace {
        Pace::Saturation => false,
        Pace::Rate(rate) => updates_per_s < rate * 0.9,
    };
    Figures {
        bot: contender.name.clone(),
        workload: case.workload.name(),
        rate: match case.pace {
            Pace::Saturation => None,
            Pace::Rate(rate) => Some(rate),
        },
        call_ms: case.delays.call.as_millis(),
        poll_ms: case.delays.poll.as_millis(),
        updates,
        updates_per_s,
        p50_ms: ms(account.from_delivery.p50),
        p95_ms: ms(account.from_delivery.p95),
        p99_ms: ms(account.from_delivery.p99),
        max_ms: ms(account.from_delivery.max),
        p99_from_due_ms: ms(account.from_due.p99),
        own_cpu_us: each(after.bot.saturating_sub(before.bot)),
        nats_cpu_us: servers.nats.map(each),
        postgres_cpu_us: servers.postgres.map(each),
        generator_cpu_us: each(after.generator.saturating_sub(before.generator)),
        others_cpu_percent: after.others_since(&before),
        peak_memory_mb: 0.0,
        idle_cpu_percent: None,
        faults,
        overloaded: is_behind || faults.apologised > 0,
        apology: telegram.supply.apology(),
        problem: None,
        miscounted: 0,
    }
}
