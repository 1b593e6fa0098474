//! What `mail` prints: how mailings go, and who got them.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::super::{
    output::{line, or_dash},
    rows::{Rows, utc},
};
use crate::mailings::{Doing, Report, State, Trial};

pub(super) const ROWS: Rows<'static, Report, 10> = Rows {
    what: "mailings",
    head: [
        "ID", "STATE", "TITLE", "BEGINS", "TOTAL", "SENT", "BLOCKED", "FAILED", "UNKNOWN",
        "SKIPPED",
    ],
    cells,
    object,
};

fn cells(report: &Report) -> Vec<String> {
    vec![
        report.id.to_string(),
        state(report).to_owned(),
        line(&report.title),
        utc(report.run_at),
        or_dash(report.total),
        report.sent.to_string(),
        report.blocked.to_string(),
        report.failed.to_string(),
        report.unknown.to_string(),
        report.skipped.to_string(),
    ]
}

fn state(report: &Report) -> &'static str {
    report.state.map_or("?", State::as_str)
}

pub(super) fn object(report: &Report) -> Value {
    json!({
        "id": report.id,
        "bot_id": report.bot_id,
        "title": report.title,
        "state": report.state,
        "doing": report.doing,
        "reason": report.reason,
        "total": report.total,
        "claimed": report.claimed,
        "waiting": report.waiting(),
        "sent": report.sent,
        "blocked": report.blocked,
        "failed": report.failed,
        "unknown": report.unknown,
        "skipped": report.skipped,
        "unsent": report.unsent,
        "edited": report.edited,
        "kept": report.kept,
        "clicked": report.clicked,
        "trial": report.trial.as_ref().map(trial),
        "begins": utc(report.run_at),
        "began": report.started_at.map(utc),
        "ended": report.ended_at.map(utc),
    })
}

fn trial(trial: &Trial) -> Value {
    json!({
        "chosen": trial.chosen_at.map(utc),
        "winner": trial.winner,
        "variants": trial.variants,
    })
}

/// Which of the variants is the best, and why.
fn winner(report: &Report, trial: &Trial) -> String {
    let is_over = matches!(report.state, Some(State::Done | State::Cancelled));
    match (&trial.winner, trial.chosen_at) {
        (Some(winner), _) => {
            let rates = trial.variants.iter().map(|it| {
                let (name, rate) = (line(&it.name), it.rate());
                format!("{name} {rate:.1} % ({} of {})", it.clicked, it.sent)
            });
            let rates: Vec<_> = rates.collect();
            format!(
                "{}: a button was pressed by {}",
                line(winner),
                rates.join(", ")
            )
        }
        (None, _) if is_over => "none: it ended before one was chosen".into(),
        (None, Some(at)) => format!("is chosen {}", utc(at)),
        (None, None) => "is chosen some time after the shares are sent".into(),
    }
}

/// A line for each number.
pub(super) fn told(report: &Report) -> String {
    let doing = report.doing.map_or("?", Doing::as_str);
    let mut lines = vec![
        ("title", line(&report.title)),
        ("state", format!("{} ({doing})", state(report))),
    ];
    lines.extend(
        report
            .reason
            .as_deref()
            .map(|reason| ("reason", line(reason))),
    );
    lines.extend([
        ("begins", utc(report.run_at)),
        ("began", or_dash(report.started_at.map(utc))),
        ("ended", or_dash(report.ended_at.map(utc))),
        ("total", or_dash(report.total)),
        ("claimed", report.claimed.to_string()),
        ("waiting", report.waiting().to_string()),
        ("sent", report.sent.to_string()),
        ("blocked", report.blocked.to_string()),
        ("failed", report.failed.to_string()),
        (
            "unknown",
            format!(
                "{} (may have been sent: a process ended before the answer)",
                report.unknown
            ),
        ),
        ("skipped", report.skipped.to_string()),
        ("unsent", report.unsent.to_string()),
        ("edited", report.edited.to_string()),
        ("kept", report.kept.to_string()),
        ("clicked", report.clicked.to_string()),
    ]);
    let trial = report.trial.as_ref();
    lines.extend(trial.map(|trial| ("winner", winner(report, trial))));
    let mut text = String::new();
    for (name, value) in lines {
        let _ = writeln!(text, "{name:<8} {value}");
    }
    text
}
