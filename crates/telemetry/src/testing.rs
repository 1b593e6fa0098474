//! What the log says, as values: for tests.

use std::{
    io,
    sync::{Arc, Mutex, Once, PoisonError},
};

use serde_json::Value;

use crate::{LogFormat, subscriber};

/// A record's place in the code that first ran while no subscriber was there may count as switched
/// off for a moment after one came: so there is always one.
pub fn keep_a_subscriber() {
    static KEPT: Once = Once::new();
    KEPT.call_once(|| {
        let kept = subscriber(LogFormat::Json, "info", io::sink);
        let _ = tracing::subscriber::set_global_default(kept.expect("a valid filter"));
    });
}

/// The records, in JSON, that this thread writes until the guard is dropped.
#[must_use]
pub fn capture_json(filter: &str) -> (Logs, tracing::subscriber::DefaultGuard) {
    capture(LogFormat::Json, filter)
}

/// The same in any format.
///
/// # Panics
///
/// If the filter is none.
#[must_use]
pub fn capture(format: LogFormat, filter: &str) -> (Logs, tracing::subscriber::DefaultGuard) {
    keep_a_subscriber();
    let logs = Logs::default();
    let sink = logs.clone();
    let kept = subscriber(format, filter, move || sink.clone());
    (
        logs,
        tracing::subscriber::set_default(kept.expect("a valid filter")),
    )
}

/// What was written.
#[derive(Clone, Debug, Default)]
pub struct Logs(Arc<Mutex<Vec<u8>>>);

impl Logs {
    /// The records, in JSON.
    ///
    /// # Panics
    ///
    /// If one is none.
    #[must_use]
    pub fn records(&self) -> Vec<Value> {
        let text = self.text();
        text.lines()
            .map(|line| serde_json::from_str(line).expect(line))
            .collect()
    }

    /// All of it.
    ///
    /// # Panics
    ///
    /// If it is not UTF-8.
    #[must_use]
    pub fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8(bytes.clone()).expect("UTF-8")
    }
}

impl io::Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
