//! The last things that happened, in order: for failure messages, and for who follows them over HTTP.

use std::{
    collections::VecDeque,
    fmt::Write as _,
    time::{Instant, SystemTime},
};

use bytes::Bytes;

use super::CallLog;

/// How many things are remembered, and how many of them a failure message tells.
const KEPT: usize = 1000;
const TOLD: usize = 60;
const WIDTH: usize = 400;

/// What happened.
pub(crate) enum Event {
    /// An update was queued: its JSON.
    Update(Bytes),
    /// The bot called: the call's number, and what it was answered.
    Call { seq: u64, answer: Option<Bytes> },
}

/// Something that happened, numbered anew when more of it becomes known.
pub(crate) struct Entry {
    pub(crate) number: u64,
    pub(crate) at: SystemTime,
    pub(crate) event: Event,
    begun: Instant,
}

/// A short memory of updates and calls.
pub(crate) struct Journal {
    /// Tells one run of the emulator from another: numbers begin anew.
    pub(crate) run: u64,
    start: Instant,
    last: u64,
    entries: VecDeque<Entry>,
}

impl Journal {
    pub(super) fn new() -> Self {
        Self {
            run: fastrand::u64(..),
            start: Instant::now(),
            last: 0,
            entries: VecDeque::new(),
        }
    }

    pub(super) fn update(&mut self, element: Bytes) {
        self.remember(Event::Update(element));
    }

    pub(crate) fn call(&mut self, seq: u64) {
        self.remember(Event::Call { seq, answer: None });
    }

    /// The call is over, with this answer unless the connection ended first.
    pub(crate) fn answered(&mut self, seq: u64, answer: Option<Bytes>) {
        let of = |entry: &&mut Entry| matches!(entry.event, Event::Call { seq: other, .. } if other == seq);
        if let Some(entry) = self.entries.iter_mut().rev().find(of) {
            self.last += 1;
            entry.number = self.last;
            entry.event = Event::Call { seq, answer };
        }
    }

    /// What happened, or became known, after this number; in the order of numbers.
    pub(crate) fn after(&self, number: u64) -> Vec<&Entry> {
        let mut entries: Vec<_> = self
            .entries
            .iter()
            .filter(|entry| entry.number > number)
            .collect();
        entries.sort_by_key(|entry| entry.number);
        entries
    }

    fn remember(&mut self, event: Event) {
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.last += 1;
        self.entries.push_back(Entry {
            number: self.last,
            at: SystemTime::now(),
            event,
            begun: Instant::now(),
        });
    }

    pub(super) fn render(&self, calls: &CallLog) -> String {
        if self.entries.is_empty() {
            return "nothing has happened yet: no updates, no calls\n".to_owned();
        }
        let mut text = String::from("the last updates (->) and calls of the bot (<-):\n");
        let first = self.entries.len().saturating_sub(TOLD);
        for Entry { begun, event, .. } in self.entries.range(first..) {
            let at = (*begun - self.start).as_secs_f64();
            let line = match event {
                Event::Update(element) => format!("-> {}", String::from_utf8_lossy(element)),
                Event::Call { seq, .. } => match calls.find(*seq) {
                    // Most of all calls, and they say nothing.
                    Some(call) if call.method == "getUpdates" && call.status == 200 => continue,
                    Some(call) if call.took.is_none() => {
                        format!("<- {} {} ... (not answered yet)", call.method, call.params)
                    }
                    Some(call) if call.status == 0 => {
                        format!("<- {} {} (hung up or cut)", call.method, call.params)
                    }
                    Some(call) => format!("<- {} {} = {}", call.method, call.params, call.status),
                    None => format!("<- call {seq}, cleared away"),
                },
            };
            let line: String = line.chars().take(WIDTH).collect();
            writeln!(text, "  {at:8.3} {line}").expect("writing to a string");
        }
        text
    }
}
