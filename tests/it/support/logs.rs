//! Logs that a test waits for, or that break.

use std::sync::atomic::{AtomicBool, Ordering};

use ostankino_test::Logs;
use serde_json::Value;

/// A log that takes no warnings and errors of that module: whoever writes one panics.
pub(crate) fn panicking_in(module: &'static str) -> Logs {
    // Once only: the next record of that thread comes with the one before, which was cut short.
    let is_sprung = AtomicBool::new(false);
    Logs::watched_by(move |record| {
        let is_complaint = record["level"] == "WARN" || record["level"] == "ERROR";
        let is_trapped = is_complaint && record["target"] == module;
        let is_broken = is_trapped && !is_sprung.swap(true, Ordering::SeqCst);
        assert!(!is_broken, "the log is broken");
    })
}

/// Waits until a start waits for the server of that key.
pub(crate) async fn waits_for(logs: &Logs, key: &str) -> Value {
    let waits = |record: &Value| record["event"] == "waiting" && record["key"] == key;
    logs.wait_until(key, waits).await
}
