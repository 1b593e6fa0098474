//! What happens to each update or call while something is wrong is written some times a minute, and
//! counted beyond that: a storm of a thousand failures a second is a screenful of log.
//!
//! Nothing is lost of a single update: the record `update_handled`, of which each attempt has one, is
//! never held back, and names its user, route and outcome.

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt::{self, Write},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tracing::{
    Event, Level,
    field::{Field, Visit},
};

/// What is held back: events that every update, call or reply may have, so many as there are of these.
/// All others are written each time: they tell of a change, or of one thing that is found nowhere else.
const EVENTS: [&str; 30] = [
    "apology_changed",
    "block_unrecorded",
    "call_retried",
    // Each is listed by `dead-letters list`.
    "dead_letter",
    "dead_letter_failed",
    "dialogue_unreadable",
    "download_resumed",
    "event_unkept",
    EXPIRED,
    "file_ids_away",
    // Each is listed by `jobs list`.
    "job_retried",
    "layer_panicked",
    "mark_failed",
    "note_unkept",
    "note_unread",
    // Each is listed by `owed list`.
    "owed_postponed",
    "owed_unrecorded",
    "part_unreadable",
    "reply_changed",
    "reply_skipped",
    "reply_unkept",
    "reply_unsent",
    "rollback_failed",
    "state_unreadable",
    "trace_failed",
    "tracker_reconnects",
    "update_failed",
    "update_gone",
    "update_retried",
    "update_unfit",
];

/// Held back of inline queries, of which each key that is pressed makes one. A payment that nobody
/// could check is found nowhere else.
const EXPIRED: &str = "express_expired";

/// For how long it is counted.
const WINDOW: Duration = Duration::from_secs(60);

/// How many of the same kind are written in that time.
const MOST: u64 = 10;

/// How many of one event, whatever their kinds.
const MOST_OF_EVENT: u64 = 60;

/// How much of an error tells its kind.
const SHAPE: usize = 120;

/// What was written and left out so far.
#[derive(Debug, Default)]
pub(super) struct Repeated(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    events: HashMap<&'static str, Counts>,
    /// What is still to be told: not by who writes a record just then.
    over: Vec<LeftOut>,
}

/// Of one event.
#[derive(Debug)]
struct Counts {
    since: Instant,
    written: u64,
    kinds: HashMap<Kind, Count>,
    /// Of kinds that had no room.
    others: u64,
}

/// What makes two records the same to who reads them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Kind {
    route: String,
    method: String,
    job: String,
    /// The error without its numbers.
    error: String,
}

#[derive(Debug, Default)]
struct Count {
    written: u64,
    left_out: u64,
}

/// So many records of a kind were left out.
#[derive(Debug)]
struct LeftOut {
    event: &'static str,
    kind: Kind,
    suppressed: u64,
}

impl Repeated {
    /// Whether a record is written; if not it is counted.
    pub(super) fn is_written(&self, event: &Event<'_>) -> bool {
        if *event.metadata().level() > Level::WARN {
            return true;
        }
        let mut look = Look::default();
        event.record(&mut look);
        let Some(name) = look.event else { return true };
        if name == EXPIRED && !look.is_inline {
            return true;
        }
        self.count(name, look.kind, Instant::now())
    }

    /// Tells what was left out in the time that is over; at the end of the process, of all.
    pub(super) fn tell(&self, is_end: bool) {
        for LeftOut {
            event,
            kind,
            suppressed,
        } in self.over(Instant::now(), is_end)
        {
            let some = |text: String| (!text.is_empty()).then_some(text);
            // A warning, so that whoever reads no more than these knows how many there were.
            tracing::warn!(
                event = "log_suppressed",
                of = event,
                suppressed,
                route = some(kind.route),
                method = some(kind.method),
                job = some(kind.job),
                error = some(kind.error),
                "so many records like others of the last minute were left out"
            );
        }
    }

    fn over(&self, now: Instant, is_end: bool) -> Vec<LeftOut> {
        let mut state = self.lock();
        let State { events, over } = &mut *state;
        events.retain(|event, counts| {
            let is_over = is_end || now.duration_since(counts.since) >= WINDOW;
            if is_over {
                counts.left_out(event, over);
            }
            !is_over
        });
        std::mem::take(over)
    }

    fn count(&self, event: &'static str, kind: Kind, now: Instant) -> bool {
        let mut state = self.lock();
        let State { events, over } = &mut *state;
        let counts = events.entry(event).or_insert_with(|| Counts::new(now));
        if now.duration_since(counts.since) >= WINDOW {
            counts.left_out(event, over);
            *counts = Counts::new(now);
        }
        counts.count(kind)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn new(since: Instant) -> Self {
        Self {
            since,
            written: 0,
            kinds: HashMap::new(),
            others: 0,
        }
    }

    fn count(&mut self, kind: Kind) -> bool {
        let has_room = self.written < MOST_OF_EVENT;
        let count = match self.kinds.entry(kind) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) if has_room => new.insert(Count::default()),
            Entry::Vacant(_) => {
                self.others += 1;
                return false;
            }
        };
        let is_written = has_room && count.written < MOST;
        match is_written {
            true => count.written += 1,
            false => count.left_out += 1,
        }
        self.written += u64::from(is_written);
        is_written
    }

    fn left_out(&mut self, event: &'static str, told: &mut Vec<LeftOut>) {
        let kinds = self.kinds.drain();
        let kinds = kinds.map(|(kind, count)| (kind, count.left_out));
        let others = (Kind::default(), self.others);
        let all = kinds.chain([others]).filter(|(_, left_out)| *left_out > 0);
        told.extend(all.map(|(kind, suppressed)| LeftOut {
            event,
            kind,
            suppressed,
        }));
    }
}

/// Reads of a record what tells its kind.
#[derive(Default)]
struct Look {
    event: Option<&'static str>,
    is_inline: bool,
    kind: Kind,
}

impl Visit for Look {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "event" => self.event = EVENTS.iter().find(|event| **event == value).copied(),
            "route" => value.clone_into(&mut self.kind.route),
            "method" => value.clone_into(&mut self.kind.method),
            "job" => value.clone_into(&mut self.kind.job),
            "kind" => self.is_inline = value == "inline_query",
            "error" => self.kind.error = shape(value),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Of what is printed there is the shape alone; a message says nothing that the event does not.
        if matches!(field.name(), "route" | "method" | "job" | "error") {
            let mut text = String::new();
            let _ = write!(text, "{value:?}");
            self.record_str(field, &text);
        }
    }
}

/// An error without its numbers: `retry after 17` and `retry after 3` are the same.
fn shape(error: &str) -> String {
    let mut shape = String::new();
    for c in error.chars().take(SHAPE) {
        match c.is_ascii_digit() {
            true if shape.ends_with('#') => {}
            true => shape.push('#'),
            false => shape.push(c),
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        LogFormat, level, subscribe,
        testing::{Logs, keep_a_subscriber},
    };

    fn captured() -> (Arc<Repeated>, Logs, tracing::subscriber::DefaultGuard) {
        keep_a_subscriber();
        let (logs, repeated) = (Logs::default(), Arc::new(Repeated::default()));
        let sink = logs.clone();
        let made = level::Level::new("info", Some(repeated.clone()));
        let (_, gated) = made.expect("a filter");
        let subscriber = subscribe(LogFormat::Json, gated, move || sink.clone());
        (repeated, logs, tracing::subscriber::set_default(subscriber))
    }

    /// A second of a storm in which every update fails.
    fn storm() {
        for update in 0..1_000 {
            let _span = tracing::error_span!("update", update_id = update).entered();
            let error = format!("no goods of order {update}");
            tracing::error!(event = "update_failed", error, route = "/buy", "it failed");
            tracing::info!(event = "update_handled", outcome = "failed", "handled");
        }
    }

    #[test]
    fn a_storm_is_a_screenful_and_each_update_is_counted() {
        let (repeated, logs, _guard) = captured();
        storm();
        tracing::error!(
            event = "update_failed",
            error = "a rare one",
            route = "/buy",
            "it failed"
        );
        repeated.tell(false);
        let of = |event: &str| {
            let records = logs.records().into_iter();
            let found = records.filter(|record| record["event"] == event);
            found.collect::<Vec<_>>()
        };
        let failed = of("update_failed");
        assert_eq!(failed.len(), 11);
        assert_eq!(failed[0]["update_id"], 0, "the first one is there");
        assert_eq!(
            failed[10]["error"], "a rare one",
            "it is not hidden by the storm"
        );
        assert_eq!(of("update_handled").len(), 1_000);
        assert!(of("log_suppressed").is_empty(), "the minute is not over");
        repeated.tell(true);
        let told = of("log_suppressed");
        assert_eq!(told.len(), 1);
        assert_eq!(
            (&told[0]["of"], &told[0]["suppressed"]),
            (&"update_failed".into(), &990.into())
        );
        assert_eq!(told[0]["error"], "no goods of order #");
        assert_eq!(told[0]["route"], "/buy");
    }

    #[test]
    fn what_is_one_thing_of_its_own_is_written_each_time() {
        let (_, logs, _guard) = captured();
        for _ in 0..100 {
            let payment = "pre_checkout_query";
            tracing::warn!(event = "express_expired", kind = payment, "too late");
            tracing::warn!(event = "express_expired", kind = "inline_query", "too late");
            tracing::error!(event = "job_failed", "no result");
            tracing::warn!("a record of the bot's own");
        }
        assert_eq!(logs.records().len(), 300 + 10);
    }

    #[test]
    fn after_a_minute_it_is_told_what_was_left_out_and_written_again() {
        let repeated = Repeated::default();
        let begun = Instant::now();
        let kind = |error: &str| Kind {
            error: error.into(),
            ..Kind::default()
        };
        for _ in 0..15 {
            repeated.count("call_retried", kind("429"), begun);
        }
        assert!(repeated.over(begun, false).is_empty());
        assert!(repeated.count("call_retried", kind("429"), begun + WINDOW));
        let over = repeated.over(begun + WINDOW, false);
        assert_eq!(
            over.iter().map(|over| over.suppressed).collect::<Vec<_>>(),
            [5]
        );
    }

    #[test]
    fn errors_that_all_differ_do_not_fill_the_log() {
        let repeated = Repeated::default();
        let begun = Instant::now();
        let words = |n: u64| {
            let letter = |digit: char| char::from(b'a' + digit as u8 - b'0');
            n.to_string().chars().map(letter).collect()
        };
        let count = |n| {
            let kind = Kind {
                error: words(n),
                ..Kind::default()
            };
            repeated.count("reply_unsent", kind, begun)
        };
        let written = (0..1_000).filter(|n| count(*n)).count();
        assert_eq!(written as u64, MOST_OF_EVENT);
        let over = repeated.over(begun + WINDOW, false);
        let left_out: u64 = over.iter().map(|over| over.suppressed).sum();
        assert_eq!(left_out, 1_000 - MOST_OF_EVENT);
        assert!(over.len() as u64 <= MOST_OF_EVENT + 1);
    }
}
