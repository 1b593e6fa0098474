//! The last things that happened, in order, for failure messages.

use std::{collections::VecDeque, fmt::Write as _, time::Instant};

use bytes::Bytes;

use super::CallLog;

const LIMIT: usize = 60;
const WIDTH: usize = 400;

enum Event {
    Update(Bytes),
    Call(u64),
}

/// A short memory of updates and calls.
pub(crate) struct Journal {
    start: Instant,
    events: VecDeque<(Instant, Event)>,
}

impl Journal {
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            events: VecDeque::with_capacity(LIMIT),
        }
    }

    pub(super) fn update(&mut self, element: Bytes) {
        self.remember(Event::Update(element));
    }

    pub(crate) fn call(&mut self, seq: u64) {
        self.remember(Event::Call(seq));
    }

    fn remember(&mut self, event: Event) {
        if self.events.len() == LIMIT {
            self.events.pop_front();
        }
        self.events.push_back((Instant::now(), event));
    }

    pub(super) fn render(&self, calls: &CallLog) -> String {
        if self.events.is_empty() {
            return "nothing has happened yet: no updates, no calls\n".to_owned();
        }
        let mut text = String::from("the last updates (->) and calls of the bot (<-):\n");
        for (at, event) in &self.events {
            let at = (*at - self.start).as_secs_f64();
            let line = match event {
                Event::Update(element) => format!("-> {}", String::from_utf8_lossy(element)),
                Event::Call(seq) => match calls.iter().find(|call| call.seq == *seq) {
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
