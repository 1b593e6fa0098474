//! The poller against a Telegram, and a queue, that misbehave: no update is lost, none is handled
//! twice, and the log says what is wrong.

mod confirming;
mod conflicts;
mod faults;
mod odd_updates;
mod pace;

/// What the poller says before it waits.
const TRIED_AGAIN: &str = "poll_failed";
