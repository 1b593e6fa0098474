//! The records of a service's log, as they come.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::Value;
use tokio::sync::Notify;

use super::DEADLINE;

/// Records of a log in JSON; a clone shares them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Logs {
    records: Arc<Mutex<Vec<Value>>>,
    changed: Arc<Notify>,
    trap: Option<&'static str>,
    is_sprung: Arc<AtomicBool>,
}

impl Logs {
    /// A log that takes no warnings and errors of that module: whoever writes one panics.
    pub(crate) fn panicking_in(module: &'static str) -> Self {
        Self {
            trap: Some(module),
            ..Self::default()
        }
    }

    /// All records so far.
    pub(crate) fn records(&self) -> Vec<Value> {
        self.records
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The records of that event.
    pub(crate) fn of(&self, event: &str) -> Vec<Value> {
        self.records()
            .into_iter()
            .filter(|record| record["event"] == event)
            .collect()
    }

    /// Waits for a record of that event.
    pub(crate) async fn wait_for(&self, event: &str) -> Value {
        self.wait_until(event, |record| record["event"] == event)
            .await
    }

    /// Waits until a start waits for the server of that key.
    pub(crate) async fn waits_for(&self, key: &str) -> Value {
        let waits = |record: &Value| record["event"] == "waiting" && record["key"] == key;
        self.wait_until(key, waits).await
    }

    /// Waits for a record that fits; `what` names it if it does not come.
    pub(crate) async fn wait_until(&self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let found = async {
            loop {
                let changed = self.changed.notified();
                if let Some(record) = self.records().into_iter().find(&fits) {
                    return record;
                }
                changed.await;
            }
        };
        tokio::time::timeout(DEADLINE, found)
            .await
            .unwrap_or_else(|_| {
                let lines: Vec<_> = self.records().iter().map(Value::to_string).collect();
                panic!("no record «{what}» in the log:\n{}", lines.join("\n"))
            })
    }

    pub(crate) fn push_line(&self, line: &str) {
        // What is no JSON is a panic message or the like: it must not get lost.
        let record = serde_json::from_str(line).unwrap_or_else(|_| Value::from(line));
        self.records
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(record);
        self.changed.notify_waiters();
        let is_trapped = self.trap.is_some_and(|module| record_of(line, module));
        // Once only: the next record of that thread comes with the one before, which was cut short.
        let is_broken = is_trapped && !self.is_sprung.swap(true, Ordering::SeqCst);
        assert!(!is_broken, "the log is broken");
    }
}

/// Whether a line is a warning or an error of that module.
fn record_of(line: &str, module: &str) -> bool {
    let record: Value = serde_json::from_str(line).unwrap_or_default();
    record["target"] == module && (record["level"] == "WARN" || record["level"] == "ERROR")
}

/// A subscriber writes one record a call.
impl io::Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        String::from_utf8_lossy(bytes)
            .lines()
            .for_each(|line| self.push_line(line));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
