//! What is counted once or more for each update, in the rooms of this crate: by handles that are kept.

use std::time::Duration;

use metrics::{Counter, Histogram, counter, histogram};

use crate::telegram::internal::Handles;

/// A session of a handler ended so.
pub fn session_ended(end: &'static str) {
    static ENDS: Handles<&'static str, Counter> = Handles::new();
    let make = |end: &&'static str| counter!("ostankino_sessions_total", "end" => *end);
    ENDS.count(end, make, |ends| ends.increment(1));
}

/// A session got its connection after so long.
pub fn pool_waited(took: Duration) {
    static WAITS: Handles<(), Histogram> = Handles::new();
    let make = |(): &()| histogram!("ostankino_pool_wait_seconds");
    WAITS.count((), make, |waits| waits.record(took));
}

/// A dialogue was read or written, with that outcome.
pub fn dialogue(operation: &'static str, outcome: &'static str) {
    static OPERATIONS: Handles<(&'static str, &'static str), Counter> = Handles::new();
    let make = |&(operation, outcome): &(&'static str, &'static str)| counter!("ostankino_dialogue_operations_total", "operation" => operation, "outcome" => outcome);
    OPERATIONS.count((operation, outcome), make, |made| made.increment(1));
}

/// A statement of the tracking wrote so many rows.
pub(crate) fn tracked_rows(rows: usize) {
    static ROWS: Handles<(), Histogram> = Handles::new();
    let make = |(): &()| histogram!("ostankino_tracking_rows");
    ROWS.count((), make, |all| all.record(rows as f64));
}

/// It took so long.
pub(crate) fn tracked(took: Duration) {
    static TOOK: Handles<(), Histogram> = Handles::new();
    let make = |(): &()| histogram!("ostankino_tracking_seconds");
    TOOK.count((), make, |all| all.record(took));
}
