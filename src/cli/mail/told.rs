//! What `mail` prints: how mailings go, and who got them.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::super::{
    output::{line, or_dash},
    rows::{Rows, utc},
};
use crate::mailings::{Doing, Report, State};

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
        "begins": utc(report.run_at),
        "began": report.started_at.map(utc),
        "ended": report.ended_at.map(utc),
    })
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
    let mut text = String::new();
    for (name, value) in lines {
        let _ = writeln!(text, "{name:<8} {value}");
    }
    text
}
