//! NATS' protocol: a line of words, and a payload after those that name its length last.

use std::{collections::HashMap, sync::Arc, time::Instant};

use memchr::memmem;

use super::{Dialect, Side, sabotage::spoil};
use crate::{
    point::Point,
    progress::Progress,
    referee::{Referee, Seat},
    support::PREFIX,
    switch::Switch,
};

/// One connection.
#[derive(Debug)]
pub(crate) struct NatsDialect {
    process: usize,
    progress: Arc<Progress>,
    referee: Arc<Referee>,
    switch: Option<Switch>,
    /// Where answers that matter will come, and to what.
    awaited: HashMap<String, Awaited>,
}

#[derive(Clone, Copy, Debug)]
enum Awaited {
    Point(Point),
    /// The write of a seat.
    Seat {
        seat: Seat,
        is_released: bool,
        asked: Instant,
    },
}

impl NatsDialect {
    pub(crate) fn new(
        process: usize,
        progress: Arc<Progress>,
        referee: Arc<Referee>,
        switch: Option<Switch>,
    ) -> Self {
        Self {
            process,
            progress,
            referee,
            switch,
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
        let points = self.look(side, message);
        spoil(self.switch, side, self.process, message);
        points
    }
}

impl NatsDialect {
    fn look(&mut self, side: Side, message: &[u8]) -> Vec<Point> {
        let line = memmem::find(message, b"\r\n").unwrap_or_default();
        let (line, payload) = message.split_at(line);
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
                if let Some(sequence) = reply.first().and_then(|reply| delivery(reply)) {
                    let updates = updates(payload).unwrap_or(1);
                    self.progress.delivered(self.process, sequence, updates);
                }
                match self.awaited.remove(*subject) {
                    Some(Awaited::Point(point)) => vec![point],
                    Some(Awaited::Seat {
                        seat,
                        is_released,
                        asked,
                    }) => {
                        let is_refused = memmem::find(payload, b"\"error\"").is_some();
                        let is_taken = memmem::find(payload, b"\"seq\"").is_some();
                        if is_taken && !is_refused {
                            self.referee.written(self.process, seat, is_released, asked);
                        }
                        vec![]
                    }
                    None => vec![],
                }
            }
            _ => vec![],
        }
    }

    fn read_published(&mut self, subject: &str, reply: Option<&str>, payload: &[u8]) -> Vec<Point> {
        let mut answered_by = |awaited| {
            self.awaited
                .extend(reply.map(|reply| (reply.to_owned(), awaited)));
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
            answered_by(Awaited::Point(Point::AfterFsmWrite));
            return vec![Point::BeforeFsmWrite];
        }
        if subject.starts_with(&format!("{PREFIX}.upd.")) {
            self.referee.works(self.process, Seat::Poll);
            let is_event = memmem::find(payload, br#""ostankino":{"#).is_some();
            let (before, after) = match is_event {
                true => (Point::BeforeFire, Point::AfterFire),
                false => (Point::BeforeStore, Point::AfterStore),
            };
            answered_by(Awaited::Point(after));
            return vec![before];
        }
        if let Some(seat) = seat(subject) {
            let is_released = memmem::find(payload, b"KV-Operation").is_some();
            answered_by(Awaited::Seat {
                seat,
                is_released,
                asked: Instant::now(),
            });
        } else if let Some(partition) = pulled(subject) {
            self.referee.works(self.process, Seat::Partition(partition));
        }
        vec![]
    }
}

/// The seat whose entry that is.
fn seat(subject: &str) -> Option<Seat> {
    let key = subject.strip_prefix(&format!("$KV.{PREFIX}_leases."))?;
    let mut parts = key.split('.');
    match (parts.next()?, parts.next()?, parts.next()) {
        ("poller", _, None) => Some(Seat::Poll),
        ("seat", _, Some(number)) => number.parse().ok().map(Seat::Partition),
        _ => None,
    }
}

/// The partition whose consumer is asked for batches.
fn pulled(subject: &str) -> Option<u16> {
    let asked = subject.strip_prefix("$JS.API.CONSUMER.MSG.NEXT.")?;
    let (_, consumer) = asked.split_once('.')?;
    let (partition, _) = consumer.strip_prefix('b')?.split_once('-')?;
    partition.parse().ok()
}

/// Whether it is the record of a dialogue: their keys have six parts.
fn is_dialogue(subject: &str) -> bool {
    let key = subject.strip_prefix(&format!("$KV.{PREFIX}_fsm."));
    key.is_some_and(|key| key.split('.').count() == 6 && !key.contains(".suspect."))
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
