//! A dead letter: an update that no handler could be given, why, and the headers that say so in the stream.

use std::time::SystemTime;

use async_nats::{HeaderMap, header::NATS_MESSAGE_ID, jetstream::message::StreamMessage};
use bytes::Bytes;

use super::escape::{decode, encode};
use crate::{request::UpdateKey, telegram::Envelope};

/// Header with the reason why the update was dead-lettered.
const REASON: &str = "Ostankino-Reason";

/// Header with the last error.
const ERROR: &str = "Ostankino-Error";

/// Header with the number of deliveries.
const DELIVERIES: &str = "Ostankino-Deliveries";

/// Header with the full length of an update whose bytes had to be cut.
const LENGTH: &str = "Ostankino-Length";

/// How many bytes of an error are kept, as they are encoded.
const LONGEST_ERROR: usize = 4096;

/// An update to be dead-lettered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The update as it came.
    pub update: Bytes,
    /// Why it is dead-lettered, in a few words: `it is too large`.
    pub reason: String,
    /// The last error with its causes, in one line. It may quote what users write: it is kept with
    /// the letter and not logged.
    pub error: Option<String>,
    /// How often a worker was given it, if one was.
    pub deliveries: Option<u64>,
    /// What names the message of the queue that it was, if it was one: the message id, say. One
    /// message becomes one letter; an update that is replayed is another message.
    pub queued_as: Option<String>,
}

impl Letter {
    /// A letter of an update that was never in the queue.
    #[must_use]
    pub fn new(update: Bytes, reason: impl Into<String>) -> Self {
        Self {
            update,
            reason: reason.into(),
            error: None,
            deliveries: None,
            queued_as: None,
        }
    }

    /// The headers under that message id, and as much of the update as fits into a message of
    /// `max_payload` bytes with them.
    pub(super) fn pack(&self, id: &str, max_payload: usize) -> (HeaderMap, Bytes) {
        let mut headers = HeaderMap::new();
        headers.insert(NATS_MESSAGE_ID, id);
        headers.insert(REASON, encode(&self.reason, 512));
        if let Some(deliveries) = self.deliveries {
            headers.insert(DELIVERIES, deliveries.to_string());
        }
        let whole = self.update.len();
        // With the names of the headers that may follow.
        let room = |headers: &HeaderMap| max_payload.saturating_sub(length(headers) + 64);
        if let Some(error) = &self.error {
            // Nothing of an update that fits without an error is cut for the sake of one.
            let beside = match room(&headers).checked_sub(whole) {
                Some(beside) => beside.saturating_sub(ERROR.len() + 4).min(LONGEST_ERROR),
                None => LONGEST_ERROR,
            };
            if beside > 0 {
                headers.insert(ERROR, encode(error, beside));
            }
        }
        let room = room(&headers);
        if whole > room {
            headers.insert(LENGTH, whole.to_string());
        }
        (headers, self.update.slice(..whole.min(room)))
    }
}

/// How many bytes headers take, at the most.
fn length(headers: &HeaderMap) -> usize {
    let lines = headers.iter().flat_map(|(name, values)| {
        let name: &str = name.as_ref();
        values
            .iter()
            .map(move |value| name.len() + value.as_str().len() + 4)
    });
    lines.sum::<usize>() + 16
}

/// A letter as it lies in the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLetter {
    /// Its number in the stream.
    pub number: u64,
    /// When it was dead-lettered.
    pub time: SystemTime,
    /// Whose update it is.
    pub bot_id: Option<i64>,
    /// Telegram's id of the update, if it had one.
    pub update_id: Option<i64>,
    /// How many bytes the update had, if not all of them are kept.
    pub cut_from: Option<u64>,
    /// The update itself.
    pub letter: Letter,
    /// Every header as it is kept.
    pub headers: Vec<(String, String)>,
}

impl StoredLetter {
    /// The outside of the update, if it can be read.
    #[must_use]
    pub fn envelope(&self) -> Option<Envelope<'_>> {
        Envelope::peek(&self.letter.update)
    }

    /// Under which key the inbox knows the update.
    #[must_use]
    pub fn key(&self) -> Option<UpdateKey> {
        Some(UpdateKey {
            bot_id: self.bot_id?,
            update_id: self.update_id?,
        })
    }
}

impl From<StreamMessage> for StoredLetter {
    fn from(message: StreamMessage) -> Self {
        let header = |name: &str| message.headers.get(name).map(|value| value.as_str());
        let number = |name| header(name).and_then(|value| value.parse().ok());
        // A letter that was cut cannot be read, but its id was.
        let update_id = Envelope::peek(&message.payload).map(|envelope| envelope.update_id);
        let bot = message.subject.rsplit('.').next().unwrap_or_default();
        let of_id = || {
            let own = header("Nats-Msg-Id")?
                .strip_prefix(bot)?
                .strip_prefix(':')?;
            own.split(':').next()?.parse().ok()
        };
        let mut headers: Vec<_> = message
            .headers
            .iter()
            .flat_map(|(name, values)| values.iter().map(move |value| (name, value)))
            .map(|(name, value)| (name.to_string(), decode(value.as_str())))
            .collect();
        headers.sort();
        Self {
            number: message.sequence,
            time: message.time.into(),
            bot_id: bot.parse().ok(),
            update_id: update_id.or_else(of_id),
            cut_from: number(LENGTH),
            letter: Letter {
                reason: header(REASON).map(decode).unwrap_or_default(),
                error: header(ERROR).map(decode),
                deliveries: number(DELIVERIES),
                queued_as: None,
                update: message.payload,
            },
            headers,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(letter: &Letter, max_payload: usize) -> StoredLetter {
        let (headers, payload) = letter.pack("7:12", max_payload);
        assert!(length(&headers) + payload.len() <= max_payload);
        StoredLetter::from(StreamMessage {
            subject: "ostankino.dead.7".into(),
            sequence: 3,
            headers,
            payload,
            time: async_nats::datetime::from_nanos(1_700_000_000_000_000_000).expect("a time"),
        })
    }

    #[test]
    fn a_letter_is_read_as_it_was_written() {
        let letter = Letter {
            update: r#"{"update_id":12,"message":{"from":{"id":5}}}"#.into(),
            reason: "it was delivered 5 times".into(),
            error: Some("не сохранено: 100 %\nнет".into()),
            deliveries: Some(5),
            queued_as: None,
        };
        let stored = stored(&letter, 1 << 20);
        assert_eq!(stored.letter, letter);
        assert_eq!((stored.number, stored.cut_from), (3, None));
        let envelope = stored.envelope().expect("an update");
        assert_eq!((envelope.kind_name, envelope.user_id), ("message", Some(5)));
        let key = UpdateKey {
            bot_id: 7,
            update_id: 12,
        };
        assert_eq!(stored.key(), Some(key));
    }

    #[test]
    fn an_error_gives_way_to_the_update() {
        let update = format!(r#"{{"update_id":12,"message":"{}"}}"#, "x".repeat(5000));
        let mut letter = Letter::new(update.into(), "it failed");
        letter.error = Some("ы".repeat(500));
        let stored = stored(&letter, letter.update.len() + 400);
        assert_eq!(stored.letter.update, letter.update);
        assert_eq!(stored.cut_from, None);
        assert!(
            stored
                .letter
                .error
                .is_some_and(|error| error.ends_with("ы…"))
        );
    }

    #[test]
    fn what_does_not_fit_is_cut_and_keeps_its_id_and_its_length() {
        let update = format!(r#"{{"update_id":12,"message":"{}"}}"#, "x".repeat(9000));
        let mut letter = Letter::new(update.clone().into(), "it is too large");
        letter.error = Some("ы".repeat(5000));
        let stored = stored(&letter, 8000);
        assert_eq!(stored.cut_from, Some(update.len() as u64));
        assert!(stored.letter.update.len() < update.len());
        assert_eq!((stored.envelope(), stored.update_id), (None, Some(12)));
    }
}
