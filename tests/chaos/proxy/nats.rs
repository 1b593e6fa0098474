//! NATS' protocol: a line of words, and a payload after those that name its length last.

use std::{collections::HashMap, sync::Arc};

use memchr::memmem;

use super::{Dialect, Side};
use crate::{point::Point, progress::Progress, support::PREFIX};

/// One connection.
#[derive(Debug)]
pub(crate) struct NatsDialect {
    process: usize,
    progress: Arc<Progress>,
    /// Whether consumers are changed to deliver several updates at a time.
    many_in_flight: bool,
    /// Where answers that matter will come, and which point they are.
    awaited: HashMap<String, Point>,
}

impl NatsDialect {
    pub(crate) fn new(process: usize, progress: Arc<Progress>, many_in_flight: bool) -> Self {
        Self {
            process,
            progress,
            many_in_flight,
            awaited: HashMap::new(),
        }
    }
}

impl Dialect for NatsDialect {
    fn length(&mut self, _: Side, bytes: &[u8]) -> Option<usize> {
        let line = memmem::find(bytes, b"\r\n")?;
        let words = words(&bytes[..line]);
        let whole = match words.first().copied() {
            Some("PUB" | "HPUB" | "MSG" | "HMSG") => {
                let payload: usize = words.last().and_then(|word| word.parse().ok())?;
                line + 2 + payload + 2
            }
            _ => line + 2,
        };
        (bytes.len() >= whole).then_some(whole)
    }

    fn read(&mut self, side: Side, message: &mut [u8]) -> Vec<Point> {
        let line = memmem::find(message, b"\r\n").unwrap_or_default();
        let (line, payload) = message.split_at_mut(line);
        // What is between the subject and the lengths.
        match (side, words(line).as_slice()) {
            (
                Side::Client,
                ["PUB", subject, reply @ .., _] | ["HPUB", subject, reply @ .., _, _],
            ) => self.read_published(subject, reply.first().copied(), payload),
            (
                Side::Server,
                ["MSG", subject, _, reply @ .., _] | ["HMSG", subject, _, reply @ .., _, _],
            ) => {
                if let Some((sequence, times)) = reply.first().and_then(|reply| delivery(reply)) {
                    self.progress.delivered(self.process, sequence, times);
                }
                self.awaited.remove(*subject).into_iter().collect()
            }
            _ => vec![],
        }
    }
}

impl NatsDialect {
    fn read_published(
        &mut self,
        subject: &str,
        reply: Option<&str>,
        payload: &mut [u8],
    ) -> Vec<Point> {
        let mut answered_by = |point| {
            self.awaited
                .extend(reply.map(|reply| (reply.to_owned(), point)));
        };
        if let Some((sequence, _)) = delivery(subject) {
            let is_last = ["+NXT", "+ACK", "+TERM", "\r\n"];
            let answer = payload.get(2..).unwrap_or_default();
            if !is_last
                .iter()
                .any(|word| answer.starts_with(word.as_bytes()))
            {
                return vec![];
            }
            self.progress.acknowledged(sequence);
            return vec![Point::BeforeAck, Point::AfterAck];
        }
        if subject.starts_with(&format!("$KV.{PREFIX}_fsm.")) {
            answered_by(Point::AfterFsmWrite);
            return vec![Point::BeforeFsmWrite];
        }
        if subject.starts_with(&format!("{PREFIX}.upd.")) {
            answered_by(Point::AfterStore);
            return vec![Point::BeforeStore];
        }
        if self.many_in_flight && subject.starts_with("$JS.API.CONSUMER.") {
            let setting = b"\"max_ack_pending\":1";
            let found = memmem::find(payload, setting).map(|at| at + setting.len());
            // 1, and not 10.
            if let Some(end) = found.filter(|end| !payload[*end].is_ascii_digit()) {
                payload[end - 1] = b'9';
            }
        }
        vec![]
    }
}

fn words(line: &[u8]) -> Vec<&str> {
    let line = std::str::from_utf8(line).unwrap_or_default();
    line.split_ascii_whitespace().collect()
}

/// The update's sequence in the stream and how often it was delivered, from the subject of its
/// acknowledgement: `$JS.ACK.<stream>.<consumer>.<delivered>.<sequence>.…`, newer servers put a
/// domain and an account before the stream.
fn delivery(subject: &str) -> Option<(u64, u64)> {
    let parts: Vec<_> = subject.strip_prefix("$JS.ACK.")?.split('.').collect();
    let skip = if parts.len() > 7 { 2 } else { 0 };
    let number = |index: usize| parts.get(skip + index)?.parse().ok();
    Some((number(3)?, number(2)?))
}
