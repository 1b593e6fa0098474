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
    /// Whether batches are changed to name other lanes than they were stored with.
    mixes_lanes: bool,
    /// Where answers that matter will come, and which point they are.
    awaited: HashMap<String, Point>,
}

impl NatsDialect {
    pub(crate) fn new(process: usize, progress: Arc<Progress>, mixes_lanes: bool) -> Self {
        Self {
            process,
            progress,
            mixes_lanes,
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
                let points = self.awaited.remove(*subject).into_iter().collect();
                if let Some(sequence) = reply.first().and_then(|reply| delivery(reply)) {
                    let updates = updates(payload).unwrap_or(1);
                    self.progress.delivered(self.process, sequence, updates);
                    if self.mixes_lanes {
                        mix_lanes(payload);
                    }
                }
                points
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
        if let Some(sequence) = delivery(subject) {
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
        if is_dialogue(subject) {
            answered_by(Point::AfterFsmWrite);
            return vec![Point::BeforeFsmWrite];
        }
        if subject.starts_with(&format!("{PREFIX}.upd.")) {
            answered_by(Point::AfterStore);
            return vec![Point::BeforeStore];
        }
        vec![]
    }
}

/// Whether it is the record of a dialogue: their keys have six parts.
fn is_dialogue(subject: &str) -> bool {
    let key = subject.strip_prefix(&format!("$KV.{PREFIX}_fsm."));
    key.is_some_and(|key| key.split('.').count() == 6 && !key.contains(".suspect."))
}

/// Gives each update of a batch the lane of somebody else, of the same length.
fn mix_lanes(payload: &mut [u8]) {
    let name = b"Ostankino-Updates: ";
    let Some(begin) = memmem::find(payload, name).map(|at| at + name.len()) else {
        return;
    };
    let length = memmem::find(&payload[begin..], b"\r\n").unwrap_or_default();
    let index = &mut payload[begin..begin + length];
    let mut is_lane = false;
    for at in 0..index.len() {
        let is_last = index.get(at + 1).is_none_or(|next| *next == b' ');
        match index[at] {
            b':' => is_lane = true,
            b' ' => is_lane = false,
            _ if is_lane && is_last => index[at] = fastrand::u8(b'0'..=b'9'),
            _ => {}
        }
    }
}

fn words(line: &[u8]) -> Vec<&str> {
    let line = std::str::from_utf8(line).unwrap_or_default();
    line.split_ascii_whitespace().collect()
}

/// How many updates a batch holds.
fn updates(payload: &[u8]) -> Option<usize> {
    let name = b"Ostankino-Updates: ";
    let begin = memmem::find(payload, name)? + name.len();
    let rest = std::str::from_utf8(&payload[begin..]).ok();
    let digits = rest?.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// The sequence of a batch in the stream, from the subject of its acknowledgement: `$JS.ACK.<stream>.<consumer>.<delivered>.<sequence>.…`, newer servers put a
/// domain and an account before the stream.
fn delivery(subject: &str) -> Option<u64> {
    let parts: Vec<_> = subject.strip_prefix("$JS.ACK.")?.split('.').collect();
    let skip = if parts.len() > 7 { 2 } else { 0 };
    parts.get(skip + 3)?.parse().ok()
}
