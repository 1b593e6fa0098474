//! The KV bucket with one entry per dialogue: its state and its data in one JSON, so that they
//! never tear apart.

use std::time::Duration;

use async_nats::jetstream::kv::{self, Operation, UpdateErrorKind};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::KeyBuilder;
use crate::{
    Error, Result,
    config::Config,
    error::place,
    nats::{Nats, jetstream_code},
};

/// What is stored of a dialogue.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    /// Version of this format: 1.
    #[serde(rename = "v")]
    pub version: u8,
    /// The name of the state.
    #[serde(rename = "s")]
    pub state: String,
    /// The state's fields.
    #[serde(rename = "d")]
    pub data: Box<RawValue>,
}

/// What was read under a key.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// The dialogue; `None` if there is none.
    pub record: Option<Record>,
    /// The revision that a change must name; 0 if nothing was ever there.
    pub revision: u64,
}

/// Dialogue states in a NATS KV bucket. Entries that are left alone vanish after the bucket's age.
#[derive(Clone, Debug)]
pub struct NatsStorage {
    nats: Nats,
    store: kv::Store,
    keys: KeyBuilder,
}

impl NatsStorage {
    /// Opens the bucket `<prefix>_fsm`, creating it if it is not there. Keys have destinies.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`]; an internal error if the bucket is there with another age.
    pub async fn open(nats: &Nats, config: &Config) -> Result<Self> {
        let store = nats
            .bucket(kv::Config {
                bucket: format!("{}_fsm", config.nats.prefix),
                description: "Dialogue states".into(),
                history: 1,
                max_age: Duration::from_secs(config.fsm.ttl_days * 24 * 60 * 60),
                max_value_size: 64 * 1024,
                ..kv::Config::default()
            })
            .await?;
        Ok(Self {
            nats: nats.clone(),
            store,
            keys: KeyBuilder::new().with_destiny(true),
        })
    }

    /// How keys are written.
    #[must_use]
    pub fn keys(&self) -> KeyBuilder {
        self.keys
    }

    /// Reads a dialogue. An entry that cannot be read counts as none, with a warning.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`].
    pub async fn load(&self, key: &str) -> Result<Entry> {
        let Some(entry) = self.nats.within(self.store.entry(key)).await? else {
            return Ok(Entry::default());
        };
        let revision = entry.revision;
        let record = match entry.operation {
            Operation::Delete | Operation::Purge => None,
            Operation::Put => serde_json::from_slice(&entry.value)
                .inspect_err(|error| {
                    tracing::warn!(error = place(error), key, "a dialogue state is unreadable")
                })
                .ok(),
        };
        Ok(Entry { record, revision })
    }

    /// Writes a dialogue, or removes it, if nobody else changed it since `revision` was read.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`]; an internal error if somebody else changed it.
    pub async fn store(&self, key: &str, record: Option<&Record>, revision: u64) -> Result<()> {
        match record {
            Some(record) => {
                let value = serde_json::to_vec(record)?.into();
                let written = self.nats.within(async {
                    match self.store.update(key, value, revision).await {
                        Ok(_) => Ok(Ok(())),
                        Err(error)
                            if error.kind() == UpdateErrorKind::WrongLastRevision
                                || lost_race(&error) =>
                        {
                            Ok(Err(conflict(key)))
                        }
                        Err(error) => Err(error),
                    }
                });
                written.await?
            }
            None => {
                let removed = self.nats.within(async {
                    match self.store.delete_expect_revision(key, Some(revision)).await {
                        Ok(()) => Ok(Ok(())),
                        Err(error) if lost_race(&error) => Ok(Err(conflict(key))),
                        Err(error) => Err(error),
                    }
                });
                removed.await?
            }
        }
    }
}

/// A lost race is reported in two ways: 10071 by a single server, 10164 by a cluster.
fn lost_race(error: &(dyn std::error::Error + 'static)) -> bool {
    matches!(jetstream_code(error), Some(10071 | 10164))
}

fn conflict(key: &str) -> Error {
    Error::message(format!(
        "the dialogue {key} was changed by somebody else meanwhile"
    ))
}
