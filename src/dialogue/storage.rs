//! The KV bucket with one entry per dialogue, changed by compare-and-swap, and only forward.

use std::{fmt, sync::Arc, time::Duration};

use async_nats::jetstream::kv::{self, UpdateErrorKind};
use bytes::Bytes;
use serde_json::value::RawValue;

use super::{
    KeyBuilder,
    moves::Homes,
    reading::Found,
    record::{Cause, Change, Entry, Stored},
};
use crate::{
    Error, Result,
    coalesce::Coalescer,
    config::Config,
    counted,
    nats::{Nats, lost_race, stream_of},
    telegram::internal::json_location,
};

/// The maximum size of a dialogue's entry, in bytes: state, data, and what its last update left to do.
const MAX_ENTRY: usize = 512 * 1024;

/// Opens the bucket `<prefix>_fsm`, creating it if it is not there.
pub(crate) async fn open_bucket(nats: &Nats, config: &Config) -> Result<kv::Store> {
    let bucket = kv::Config {
        bucket: format!("{}_fsm", config.nats.prefix),
        description: "Dialogue states".into(),
        history: 1,
        max_age: Duration::from_secs(config.fsm.ttl_days * 24 * 60 * 60),
        max_value_size: i32::try_from(MAX_ENTRY).expect("it fits"),
        ..kv::Config::default()
    };
    let advice = "correct fsm.ttl_days, or change the bucket with the `nats` tool";
    nats.bucket(bucket, advice).await
}

/// Dialogue states in a NATS KV bucket. Entries that are left alone vanish after the bucket's age.
/// A clone shares it, and its requests.
#[derive(Clone)]
pub struct NatsStorage(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) nats: Nats,
    pub(super) store: kv::Store,
    /// The bucket's stream.
    pub(super) stream: String,
    keys: KeyBuilder,
    homes: Homes,
    pub(super) reading: Coalescer<String, Found>,
}

impl NatsStorage {
    /// Opens the bucket `<prefix>_fsm`, creating it if it is not there. Keys have destinies.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`]; an internal error if the bucket is there with another age.
    pub async fn open(nats: &Nats, config: &Config) -> Result<Self> {
        let store = open_bucket(nats, config).await?;
        Ok(Self(Arc::new(Inner {
            nats: nats.clone(),
            stream: stream_of(&store.name),
            store,
            keys: KeyBuilder::new().with_destiny(true),
            homes: Homes::default(),
            reading: Coalescer::new("NATS"),
        })))
    }

    /// How keys are written.
    #[must_use]
    pub fn keys(&self) -> KeyBuilder {
        self.0.keys
    }

    /// Whether the bucket answers.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`]: it does not.
    pub async fn ping(&self) -> Result<()> {
        let ask = || self.0.store.entry("ping");
        let answered = self.0.nats.within_store(&self.0.stream, ask).await;
        answered.map(drop)
    }

    /// The bucket.
    pub(crate) fn store(&self) -> &kv::Store {
        &self.0.store
    }

    pub(super) fn homes(&self) -> &Homes {
        &self.0.homes
    }

    /// Reads a dialogue. An entry that cannot be read counts as none, with a warning.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`].
    pub async fn load(&self, key: &str) -> Result<Entry> {
        let Some((revision, value)) = self.read(key).await? else {
            return Ok(Entry::default());
        };
        let stored: Option<Stored> = value.and_then(|value| {
            serde_json::from_slice(&value)
                .inspect_err(|error| {
                    tracing::warn!(
                        event = "dialogue_unreadable",
                        error = json_location(error),
                        key,
                        "a dialogue state is unreadable"
                    );
                })
                .ok()
        });
        Ok(match stored {
            Some(stored) => stored.into_entry(revision),
            None => Entry {
                revision,
                ..Entry::default()
            },
        })
    }

    /// What is there under a key.
    pub(crate) async fn value(&self, key: &str) -> Result<Option<Bytes>> {
        Ok(self.read(key).await?.and_then(|(_, value)| value))
    }

    /// Writes what anybody may write, since all write the same.
    pub(crate) async fn put(&self, key: &str, value: Bytes) -> Result<()> {
        let put = || self.0.store.put(key, value.clone());
        self.0
            .nats
            .within_store(&self.0.stream, put)
            .await
            .map(drop)
    }

    /// Changes a dialogue on behalf of an update, unless that one or a later one did so already.
    /// `read` is what was read of it; what is left to do then is stored with the change.
    ///
    /// # Errors
    ///
    /// [`NotWritten`], but no duplicate.
    pub async fn advance(
        &self,
        change: &Change,
        cause: &Cause,
        mut read: Entry,
        journal: Option<Box<RawValue>>,
    ) -> Result<Advance, NotWritten> {
        loop {
            match self.try_once(change, cause, read, journal.clone()).await? {
                Ok(advanced) => return Ok(advanced),
                Err(now) => read = now,
            }
        }
    }

    /// As [`advance`](Self::advance), of an update of which nothing is applied yet: if another
    /// update changed the dialogue since it was read, the change was made of what holds no more.
    ///
    /// # Errors
    ///
    /// As `advance`; [`NotWritten::Unknown`] in that case, too: handle the update again.
    pub(super) async fn begin(
        &self,
        change: &Change,
        cause: &Cause,
        read: Entry,
        journal: Option<Box<RawValue>>,
    ) -> Result<Advance, NotWritten> {
        let tried = self.try_once(change, cause, read, journal).await?;
        tried.map_err(|_| {
            let key = &change.key;
            let problem = format!("the dialogue {key} was changed by an earlier update meanwhile");
            NotWritten::Unknown(Error::message(problem))
        })
    }

    /// Changes a dialogue if it still is as it was read; else gives what it is now, unless that has
    /// the update applied: then somebody was faster, perhaps with this very update.
    async fn try_once(
        &self,
        change: &Change,
        cause: &Cause,
        read: Entry,
        journal: Option<Box<RawValue>>,
    ) -> Result<Result<Advance, Entry>, NotWritten> {
        if read.has_applied(cause) {
            return Ok(Ok(Advance::AlreadyApplied(read)));
        }
        let key = change.key.clone();
        let stored = read.next(change.record.clone(), cause, journal);
        if let Some(revision) = self.write(&key, &stored, read.revision).await? {
            return Ok(Ok(Advance::Done(Journaled {
                key,
                stored,
                revision,
            })));
        }
        let now = self.load(&key).await.map_err(NotWritten::Unknown)?;
        Ok(match now.has_applied(cause) {
            true => Ok(Advance::AlreadyApplied(now)),
            false => Err(now),
        })
    }

    /// Records that nothing is left to do after a change.
    ///
    /// # Errors
    ///
    /// It may be recorded or not.
    pub async fn finish(&self, journaled: Journaled) -> Result<()> {
        let Journaled {
            key,
            mut stored,
            revision,
        } = journaled;
        stored.journal = None;
        // If a later update changed it meanwhile, there is nothing to record.
        let written = self.write(&key, &stored, revision).await;
        written.map(drop).map_err(NotWritten::into_error)
    }

    /// Writes an entry if it still has that revision; gives the new one.
    async fn write(
        &self,
        key: &str,
        stored: &Stored,
        revision: u64,
    ) -> Result<Option<u64>, NotWritten> {
        let value = serde_json::to_vec(stored).map_err(|error| NotWritten::Failed(error.into()))?;
        let length = value.len();
        if length > MAX_ENTRY {
            let problem =
                format!("the dialogue {key} takes {length} bytes, the most is {MAX_ENTRY}");
            return Err(NotWritten::Failed(Error::message(problem)));
        }
        let value = Bytes::from(value);
        let write = || async {
            match self.0.store.update(key, value.clone(), revision).await {
                Ok(revision) => Ok(Some(revision)),
                Err(error)
                    if error.kind() == UpdateErrorKind::WrongLastRevision || lost_race(&error) =>
                {
                    Ok(None)
                }
                Err(error) => Err(error),
            }
        };
        // A request without an answer may be carried out later.
        let written = self.0.nats.within_store(&self.0.stream, write).await;
        let outcome = match &written {
            Ok(Some(_)) => "ok",
            Ok(None) => "conflict",
            Err(_) => "failed",
        };
        counted::dialogue("write", outcome);
        written.map_err(NotWritten::Unknown)
    }
}

/// What an update that was applied before left to do, as this dialogue tells, and what records
/// that it is done.
pub(super) fn left(key: &str, entry: &Entry, cause: &Cause) -> Option<(Box<RawValue>, Journaled)> {
    let left = entry.journal_of(cause)?.to_owned();
    let journaled = Journaled {
        key: key.to_owned(),
        stored: entry.to_stored(),
        revision: entry.revision,
    };
    Some((left, journaled))
}

impl fmt::Debug for NatsStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NatsStorage")
            .field(&self.0.store.name)
            .finish()
    }
}

/// What became of a change.
#[derive(Debug)]
#[must_use = "a dialogue that had the update applied was not changed"]
pub enum Advance {
    /// It is done.
    Done(Journaled),
    /// The dialogue is as far or further already.
    AlreadyApplied(Entry),
}

/// Why a dialogue was not changed for certain.
#[derive(Debug)]
pub enum NotWritten {
    /// The update, or a later one, changed it before.
    Duplicate,
    /// It may be changed or not.
    Unknown(Error),
    /// It is as it was.
    Failed(Error),
}

impl NotWritten {
    /// What went wrong.
    #[must_use]
    pub fn into_error(self) -> Error {
        match self {
            Self::Duplicate => Error::Aborted,
            Self::Unknown(error) | Self::Failed(error) => error,
        }
    }
}

/// A change as it was written.
#[derive(Debug)]
pub struct Journaled {
    key: String,
    stored: Stored,
    revision: u64,
}
