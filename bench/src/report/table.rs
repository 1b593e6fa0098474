//! The table for people.

use std::fmt::Write as _;

use super::{Ratio, Report};
use crate::{limits::Limit, measure::Figures};

/// The whole report as text.
pub(crate) fn table(report: &Report) -> String {
    let mut out = String::new();
    let load = report
        .machine
        .load_before
        .map_or("?".into(), |load| load.to_string());
    line(
        &mut out,
        &format!(
            "{} cores, load {load} before; {:.1} s each, {} users, {} in flight at most at saturation",
            report.machine.cores, report.seconds, report.users, report.in_flight
        ),
    );
    line(&mut out, "");
    line(
        &mut out,
        &format!(
            "{:9} {:>7} {:>10} {:14} {:>9} {:>9} {:>9} {:>9}  {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>6}",
            "workload",
            "call ms",
            "asked/s",
            "bot",
            "updates/s",
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "own µs",
            "nats µs",
            "pg µs",
            "load µs",
            "others%",
            "peak MB",
            "idle %"
        ),
    );
    for figures in &report.bots {
        bot(&mut out, figures);
    }
    for failure in &report.failures {
        let first = failure.lines().next().unwrap_or_default();
        line(&mut out, &format!("FAILED: {first}"));
    }
    if !report.ratios.is_empty() {
        line(&mut out, "");
        line(
            &mut out,
            &format!(
                "{:9} {:>7} {:>10} {:29} {:>9} {:>9} {:>9}",
                "workload", "call ms", "asked/s", "ratio", "updates/s", "own µs", "p99 ms"
            ),
        );
        for each in &report.ratios {
            ratio(&mut out, each);
        }
    }
    if !report.limits.is_empty() {
        line(&mut out, "");
        line(
            &mut out,
            &format!(
                "{:52} {:>10} {:>8} {:>8} {:>8}",
                "limit", "updates/s", "own µs", "nats µs", "pg µs"
            ),
        );
        for each in &report.limits {
            limit(&mut out, each);
        }
    }
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text.trim_end());
    out.push('\n');
}

fn asked(rate: Option<f64>) -> String {
    rate.map_or("saturation".into(), |rate| format!("{rate:.0}"))
}

/// A dash where a server is not on this machine, or nothing was watched.
fn some(value: Option<f64>, digits: usize) -> String {
    value.map_or("-".into(), |value| format!("{value:.digits$}"))
}

fn bot(out: &mut String, figures: &Figures) {
    line(
        out,
        &format!(
            "{:9} {:>7} {:>10} {:14} {:>9.0} {:>9.1} {:>9.1} {:>9.1}  {:>7.1} {:>7} {:>7} {:>7.1} {:>7.0} {:>7.1} {:>6}",
            figures.workload,
            figures.call_ms,
            asked(figures.rate),
            figures.bot,
            figures.updates_per_s,
            figures.p50_ms,
            figures.p95_ms,
            figures.p99_ms,
            figures.own_cpu_us,
            some(figures.nats_cpu_us, 1),
            some(figures.postgres_cpu_us, 1),
            figures.generator_cpu_us,
            figures.others_cpu_percent,
            figures.peak_memory_mb,
            some(figures.idle_cpu_percent, 1),
        ),
    );
    let faults = figures.faults;
    if faults.apologised > 0 {
        let said = figures.apology.as_deref().unwrap_or_default();
        let apologies = faults.apologised;
        line(
            out,
            &format!("          OVERLOADED: {apologies} apologies: «{said}»"),
        );
    } else if figures.overloaded {
        line(out, "          OVERLOADED: it fell behind the rate");
    }
    if let Some(problem) = &figures.problem {
        let first = problem.lines().next().unwrap_or_default();
        line(out, &format!("          STUCK: {first}"));
    }
    if !figures.is_right() {
        line(
            out,
            &format!(
                "          WRONG: {} unanswered, {} apologised for, {} answered again, {} out of order, {} strange messages, {} too many rows counted",
                faults.unanswered,
                faults.apologised,
                faults.repeated,
                faults.out_of_order,
                faults.strange,
                figures.miscounted
            ),
        );
    }
}

fn ratio(out: &mut String, ratio: &Ratio) {
    let between = format!("{} / {}", ratio.of, ratio.to);
    line(
        out,
        &format!(
            "{:9} {:>7} {:>10} {between:29} {:>9.2} {:>9.2} {:>9.2}",
            ratio.workload,
            ratio.call_ms,
            asked(ratio.rate),
            ratio.updates_per_s,
            ratio.own_cpu,
            ratio.p99
        ),
    );
}

fn limit(out: &mut String, limit: &Limit) {
    let mut written = String::new();
    write!(
        written,
        "{:52} {:>10.0} {:>8} {:>8} {:>8}",
        limit.what,
        limit.per_s,
        some(limit.own_cpu_us, 1),
        some(limit.nats_cpu_us, 1),
        some(limit.postgres_cpu_us, 1),
    )
    .expect("a String takes all");
    line(out, &written);
}
