//! The number of the queue, by which places in it compare: greater each time the stream is recreated,
//! whatever the server's clock says. It is kept beside the dialogues that hold such places, so that it
//! is lost with them only, and never expires.

use std::sync::{Arc, Mutex, PoisonError};

use async_nats::{
    datetime::DateTime,
    jetstream::{kv, message::PublishMessage, stream},
};
use serde::{Deserialize, Serialize};

use crate::{
    Error, Result,
    config::Config,
    dialogue,
    nats::{Nats, jetstream_code, lost_race, stream_of},
    telegram::internal::json_location,
};

/// The key in the bucket of dialogues: theirs begin with the number of a bot.
const KEY: &str = "epoch";

/// JetStream's code for a stream whose messages have no age of their own.
const TTL_IS_OFF: u64 = 10166;

/// Reads and writes the epoch. A clone shares what it knows.
#[derive(Clone, Debug)]
pub(super) struct Epochs {
    nats: Nats,
    bucket: kv::Store,
    known: Arc<Mutex<Option<Epoch>>>,
}

/// What is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Epoch {
    /// The number.
    epoch: i64,
    /// Which stream has it: when it was created, in nanoseconds since 1970. It is a name here, and
    /// is compared for equality only.
    stream: i64,
}

impl Epochs {
    /// Opens the bucket of dialogues, creating it if it is not there.
    pub(super) async fn open(nats: &Nats, config: &Config) -> Result<Self> {
        Ok(Self {
            nats: nats.clone(),
            bucket: dialogue::open_bucket(nats, config).await?,
            known: Arc::default(),
        })
    }

    /// The epoch of the stream that was created then.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`]; an internal error if what is stored cannot be read.
    pub(super) async fn of(&self, created: DateTime) -> Result<i64> {
        let stream = i64::try_from(created.unix_timestamp_nanos())
            .map_err(|error| Error::context("the queue was created at no possible time", error))?;
        // Several processes may write at once; each turn somebody succeeds.
        for _ in 0..10 {
            let stored = self.read().await?;
            let next = next(stream, stored.map(|(epoch, _)| epoch), self.known());
            let is_stored = stored.is_some_and(|(epoch, _)| epoch == next);
            let revision = stored.map_or(0, |(_, revision)| revision);
            if is_stored || self.write(next, revision).await? {
                self.know(next);
                return Ok(next.epoch);
            }
        }
        Err(Error::unavailable(
            "NATS",
            "the epoch of the queue changes all the time",
        ))
    }

    fn known(&self) -> Option<Epoch> {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn know(&self, epoch: Epoch) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(epoch);
    }

    /// What is stored, with its revision. Read from the leader: another copy may be behind.
    async fn read(&self) -> Result<Option<(Epoch, u64)>> {
        let found = Box::pin(self.nats.last_at_leader(&self.bucket, KEY)).await?;
        let Some(message) = found else {
            return Ok(None);
        };
        // Taken for none, dialogues could be passed over: rather nothing is handled.
        let epoch = serde_json::from_slice(&message.payload).map_err(|error| {
            Error::message(format!(
                "the key {KEY} of the bucket {} is unreadable: {}",
                self.bucket.name,
                json_location(&error)
            ))
        })?;
        Ok(Some((epoch, message.sequence)))
    }

    /// Stores it if it still has that revision; says whether it was so.
    async fn write(&self, epoch: Epoch, revision: u64) -> Result<bool> {
        match self.put(epoch, revision).await {
            Err(error) if error.source().and_then(jetstream_code) == Some(TTL_IS_OFF) => {
                self.allow_own_ages().await?;
                self.put(epoch, revision).await
            }
            put => put,
        }
    }

    async fn put(&self, epoch: Epoch, revision: u64) -> Result<bool> {
        let value = serde_json::to_vec(&epoch)?;
        let put = || async {
            let message = PublishMessage::build()
                .header("Nats-TTL", "never")
                .expected_last_subject_sequence(revision)
                .payload(value.clone().into());
            let jetstream = self.nats.jetstream();
            let sent = async { jetstream.send_publish(self.subject(), message).await?.await };
            match sent.await {
                Ok(_) => Ok(true),
                Err(error) if lost_race(&error) => Ok(false),
                Err(error) => Err(error),
            }
        };
        Box::pin(self.nats.within_store(&self.stream(), put)).await
    }

    /// Former versions created the bucket without this setting, and async-nats cannot ask for it.
    async fn allow_own_ages(&self) -> Result<()> {
        let jetstream = self.nats.jetstream();
        let bucket = self
            .nats
            .within(jetstream.get_stream(self.stream()))
            .await?;
        let config = stream::Config {
            allow_message_ttl: true,
            ..bucket.cached_info().config.clone()
        };
        let updated = self.nats.within(jetstream.update_stream(config));
        updated.await.map(drop)
    }

    fn subject(&self) -> String {
        format!("$KV.{}.{KEY}", self.bucket.name)
    }

    fn stream(&self) -> String {
        stream_of(&self.bucket.name)
    }
}

/// The epoch of that stream, given what is stored and what this process knew before.
fn next(stream: i64, stored: Option<Epoch>, known: Option<Epoch>) -> Epoch {
    let same = |epoch: &Epoch| epoch.stream == stream;
    // Its creation in milliseconds was the epoch before there was a key for it.
    let created = stream / 1_000_000;
    let last = |epoch: Epoch| epoch.epoch.max(created).saturating_add(1);
    stored
        .filter(same)
        // The key was lost with the dialogues, and the stream was not.
        .or_else(|| known.filter(same).filter(|_| stored.is_none()))
        .unwrap_or_else(|| Epoch {
            epoch: match (stored, known) {
                (None, None) => created,
                (one, other) => one.map_or(i64::MIN, last).max(other.map_or(i64::MIN, last)),
            },
            stream,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: i64 = 1_000_000;

    #[test]
    fn a_queue_that_was_there_before_the_key_keeps_its_creation_time() {
        let upgraded = next(5_000 * MS + 7, None, None);
        assert_eq!((upgraded.epoch, upgraded.stream), (5_000, 5_000 * MS + 7));
        assert_eq!(next(upgraded.stream, Some(upgraded), None), upgraded);
    }

    #[test]
    fn a_recreated_queue_goes_forward_whatever_the_clock_says() {
        let stored = Epoch {
            epoch: 5_000,
            stream: 1,
        };
        assert_eq!(next(3_000 * MS, Some(stored), None).epoch, 5_001);
        assert_eq!(next(9_000 * MS, Some(stored), None).epoch, 9_001);
        assert_eq!(
            next(3_000 * MS, None, Some(stored)).epoch,
            5_001,
            "both were lost"
        );
    }

    #[test]
    fn a_key_that_was_lost_alone_is_written_again_as_it_was() {
        let known = Epoch {
            epoch: 5_001,
            stream: 3_000 * MS,
        };
        assert_eq!(next(3_000 * MS, None, Some(known)), known);
    }

    #[test]
    fn what_is_stored_can_be_read_by_later_versions() {
        let stored: Epoch =
            serde_json::from_str(r#"{"epoch":5001,"stream":3000000000}"#).expect("it is read");
        assert_eq!(
            stored,
            Epoch {
                epoch: 5_001,
                stream: 3_000_000_000
            }
        );
    }
}
