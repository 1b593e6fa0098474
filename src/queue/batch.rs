//! A batch: the updates of one partition out of one answer of Telegram's, in one message. Its payload
//! is the JSON array of the updates as they came; a header says where each begins and whose it is, so
//! that nobody has to look into them again.

use std::{fmt::Write, ops::Range};

use bytes::{BufMut, Bytes, BytesMut};

use crate::telegram::{Envelope, internal::elements};

/// The most that one message holds: a long answer is cut.
const MOST: usize = 512 * 1024;

/// An update on its way into the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Incoming {
    pub(crate) update_id: i64,
    /// Whose updates it is to stay in order with.
    pub(crate) lane: i64,
    pub(crate) bytes: Bytes,
}

/// A message as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outgoing {
    /// The ids of its first and its last update, by which a copy is known.
    pub(crate) ids: (i64, i64),
    /// The value of the header.
    pub(crate) index: String,
    pub(crate) payload: Bytes,
}

/// An update out of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Queued {
    pub(crate) lane: i64,
    pub(crate) bytes: Bytes,
}

/// Packs the updates of a partition, in their order, into as few messages as they fit in.
pub(crate) fn pack(updates: &[Incoming]) -> Vec<Outgoing> {
    let mut messages = Vec::new();
    let (mut begin, mut size) = (0, 0);
    for (at, update) in updates.iter().enumerate() {
        if at > begin && size + update.bytes.len() > MOST {
            messages.push(message(&updates[begin..at]));
            (begin, size) = (at, 0);
        }
        size += update.bytes.len();
    }
    if begin < updates.len() {
        messages.push(message(&updates[begin..]));
    }
    messages
}

fn message(updates: &[Incoming]) -> Outgoing {
    let length: usize = updates.iter().map(|update| update.bytes.len() + 1).sum();
    let (mut payload, mut index) = (
        BytesMut::with_capacity(length + 1),
        updates.len().to_string(),
    );
    for update in updates {
        payload.put_u8(if payload.is_empty() { b'[' } else { b',' });
        payload.put_slice(&update.bytes);
        let (length, lane) = (update.bytes.len(), update.lane);
        write!(index, " {length}:{lane}").expect("a string takes all");
    }
    payload.put_u8(b']');
    let id = |update: Option<&Incoming>| update.map_or(0, |update| update.update_id);
    Outgoing {
        ids: (id(updates.first()), id(updates.last())),
        index,
        payload: payload.freeze(),
    }
}

/// How many updates the header says there are.
pub(crate) fn count(index: &str) -> Option<u64> {
    index.split(' ').next()?.parse().ok()
}

/// The updates of a message. Where the header is missing or does not fit, they are looked for.
pub(crate) fn unpack(index: Option<&str>, payload: &Bytes) -> Vec<Queued> {
    let told = index.and_then(|index| split(index, payload));
    told.unwrap_or_else(|| search(payload))
}

/// Splits as the header tells, if it is about this payload.
fn split(index: &str, payload: &Bytes) -> Option<Vec<Queued>> {
    let mut parts = index.split(' ');
    let count: usize = parts.next()?.parse().ok()?;
    let (mut at, mut updates) = (0_usize, Vec::with_capacity(count.min(128)));
    for part in parts {
        let (length, lane) = part.split_once(':')?;
        let length: usize = length.parse().ok()?;
        let opens = if at == 0 { b'[' } else { b',' };
        let range: Range<usize> = at + 1..(at + 1).checked_add(length)?;
        if payload.get(at) != Some(&opens) || range.end >= payload.len() {
            return None;
        }
        at = range.end;
        updates.push(Queued {
            lane: lane.parse().ok()?,
            bytes: payload.slice(range),
        });
    }
    let is_whole = payload.get(at) == Some(&b']') && at + 1 == payload.len();
    (is_whole && updates.len() == count).then_some(updates)
}

/// Looks for the updates: a message is a JSON array of them, or one alone.
fn search(payload: &Bytes) -> Vec<Queued> {
    let alone = || {
        vec![Queued {
            lane: lane_of(payload),
            bytes: payload.clone(),
        }]
    };
    if payload.first() != Some(&b'[') {
        return alone();
    }
    let found: Result<Vec<_>, _> = elements(payload)
        .map(|element| {
            element.map(|element| Queued {
                lane: lane_of(element),
                bytes: payload.slice_ref(element),
            })
        })
        .collect();
    found.unwrap_or_else(|_| alone())
}

fn lane_of(update: &[u8]) -> i64 {
    Envelope::peek(update).map_or(0, |envelope| envelope.lane())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update(update_id: i64, user: i64, text: &str) -> Incoming {
        let json = format!(
            r#"{{"update_id":{update_id},"message":{{"from":{{"id":{user}}},"text":"{text}"}}}}"#
        );
        Incoming {
            update_id,
            lane: user,
            bytes: json.into(),
        }
    }

    fn queued(updates: &[Incoming]) -> Vec<Queued> {
        let queued = updates.iter().map(|update| Queued {
            lane: update.lane,
            bytes: update.bytes.clone(),
        });
        queued.collect()
    }

    #[test]
    fn what_is_packed_is_unpacked_with_and_without_the_header() {
        let updates = [update(7, 1, "a],["), update(9, -100, "ё"), update(8, 1, "")];
        let messages = pack(&updates);
        let [message] = &messages[..] else {
            panic!("one message: {messages:?}");
        };
        assert_eq!((message.ids, count(&message.index)), ((7, 8), Some(3)));
        let json: serde_json::Value = serde_json::from_slice(&message.payload).expect("JSON");
        assert_eq!(json.as_array().map(Vec::len), Some(3));
        let wrong = [
            "",
            "3",
            "x 1:2",
            "1 5:1",
            "3 1:1 2:1 99999999:1",
            "1 18446744073709551615:1",
        ];
        assert_eq!(
            unpack(Some(&message.index), &message.payload),
            queued(&updates)
        );
        for index in wrong {
            assert_eq!(
                unpack(Some(index), &message.payload),
                queued(&updates),
                "{index}"
            );
        }
        assert_eq!(unpack(None, &message.payload), queued(&updates));
    }

    #[test]
    fn what_is_too_long_for_one_message_is_cut_in_order() {
        let long = "x".repeat(200 * 1024);
        let updates: Vec<_> = (0..5).map(|id| update(id, 1, &long)).collect();
        let messages = pack(&updates);
        let ids: Vec<_> = messages.iter().map(|message| message.ids).collect();
        assert_eq!(ids, [(0, 1), (2, 3), (4, 4)]);
        let huge = "x".repeat(600 * 1024);
        let messages = pack(&[update(0, 1, &huge), update(1, 1, "")]);
        assert_eq!(messages.len(), 2, "one that is too long stands alone");
        assert!(pack(&[]).is_empty());
    }

    #[test]
    fn a_message_of_the_layout_before_is_one_update() {
        let alone = update(7, 5, "[x]");
        assert_eq!(
            unpack(None, &alone.bytes),
            queued(std::slice::from_ref(&alone))
        );
        let broken = Bytes::from_static(b"[{\"update_id\":1},");
        assert_eq!(unpack(None, &broken).len(), 1, "nothing is lost");
    }
}
