//! The records of a bot's log, as they come.

use std::{
    fmt, io,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::Value;
use tokio::sync::Notify;

use crate::DEADLINE;

/// Records of a log in JSON; a clone shares them.
#[derive(Clone, Default)]
pub struct Logs {
    records: Arc<Mutex<Vec<Value>>>,
    changed: Arc<Notify>,
    watcher: Option<Arc<Watcher>>,
}

type Watcher = dyn Fn(&Value) + Send + Sync;

impl Logs {
    /// A log that shows each record to `watcher`, in the thread that wrote it.
    #[must_use]
    pub fn watched_by(watcher: impl Fn(&Value) + Send + Sync + 'static) -> Self {
        Self {
            watcher: Some(Arc::new(watcher)),
            ..Self::default()
        }
    }

    /// All records so far: an object each, with `level`, `message`, mostly `event`, and fields. What is no JSON, such as the message of
    /// a panic, is a string.
    #[must_use]
    pub fn records(&self) -> Vec<Value> {
        let records = self.records.lock();
        records.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The records of that event.
    #[must_use]
    pub fn of(&self, event: &str) -> Vec<Value> {
        let records = self.records().into_iter();
        records.filter(|record| record["event"] == event).collect()
    }

    /// Waits for a record of that event.
    ///
    /// # Panics
    ///
    /// If there is none within [`DEADLINE`]; so does [`wait_until`](Self::wait_until).
    pub async fn wait_for(&self, event: &str) -> Value {
        self.wait_until(event, |record| record["event"] == event)
            .await
    }

    /// Waits for a record that fits; `what` names it if it does not come.
    pub async fn wait_until(&self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let found = async {
            loop {
                let changed = self.changed.notified();
                if let Some(record) = self.records().into_iter().find(&fits) {
                    return record;
                }
                changed.await;
            }
        };
        let found = tokio::time::timeout(DEADLINE, found).await;
        found.unwrap_or_else(|_| panic!("no record «{what}» in the log:\n{self}"))
    }

    /// Adds a line that a program wrote.
    pub fn push_line(&self, line: &str) {
        // What is no JSON is a panic message or the like: it must not get lost.
        let record = serde_json::from_str(line).unwrap_or_else(|_| Value::from(line));
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        records.push(record.clone());
        drop(records);
        self.changed.notify_waiters();
        if let Some(watcher) = &self.watcher {
            watcher(&record);
        }
    }
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

/// A line for each record: time, level, message, fields.
impl fmt::Display for Logs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for record in self.records() {
            let Some(fields) = record.as_object() else {
                writeln!(f, "  {}", record.as_str().unwrap_or_default())?;
                continue;
            };
            let first = ["timestamp", "level", "message"];
            let text = |name| record[name].as_str().unwrap_or_default();
            let [time, level, message] = first.map(text);
            write!(f, "  {time} {level:5} {message}")?;
            let others = fields
                .iter()
                .filter(|(name, _)| !first.contains(&name.as_str()));
            others
                .into_iter()
                .try_for_each(|(name, value)| write!(f, " {name}={value}"))?;
            writeln!(f)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Logs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_a_line_with_its_fields_and_what_is_none_is_not_lost() {
        let logs = Logs::default();
        logs.push_line(
            r#"{"timestamp":"12:00","level":"WARN","message":"late","event":"x","ms":7}"#,
        );
        logs.push_line("thread 'a' panicked");
        let told = logs.to_string();
        assert_eq!(
            told,
            "  12:00 WARN  late event=\"x\" ms=7\n  thread 'a' panicked\n"
        );
    }
}
