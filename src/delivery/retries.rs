//! What is known of updates that were given back: how often it was not their fault, and what the
//! last attempt said. Only who gives one back, or has doubts about one, looks here.

use std::time::Duration;

use async_nats::jetstream::kv;
use serde::{Deserialize, Serialize};

use crate::{Result, config::Config, nats::Nats, request::Position};

/// Longer than any update is tried again.
const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// The bucket `<prefix>_retries`: an entry per update, which vanishes after a day.
#[derive(Clone, Debug)]
pub struct Retries {
    nats: Nats,
    store: kv::Store,
}

/// What is known of one update.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Retry {
    /// How many of its deliveries do not count: a server was away, or the process stopped.
    pub(super) excused: u64,
    /// What the last attempt said.
    pub(super) error: Option<String>,
}

impl Retries {
    /// Opens the bucket, creating it if it is not there.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub async fn open(nats: &Nats, config: &Config) -> Result<Self> {
        let store = nats
            .bucket(kv::Config {
                bucket: format!("{}_retries", config.nats.prefix),
                description: "Updates that were given back".into(),
                history: 1,
                max_age: MAX_AGE,
                ..kv::Config::default()
            })
            .await?;
        Ok(Self {
            nats: nats.clone(),
            store,
        })
    }

    /// What is known of the update at that position.
    pub(super) async fn get(&self, position: Position) -> Result<Retry> {
        let found = self.nats.within(self.store.get(key(position))).await?;
        Ok(found.map_or_else(Retry::default, |json| {
            serde_json::from_slice(&json).unwrap_or_default()
        }))
    }

    /// Notes why an update is given back, and whether that was not its fault.
    pub(super) async fn note(
        &self,
        position: Position,
        is_excused: bool,
        error: Option<String>,
    ) -> Result<()> {
        // One worker has the update: nobody else writes here.
        let mut retry = self.get(position).await?;
        retry.excused += u64::from(is_excused);
        retry.error = error.or(retry.error);
        let json = serde_json::to_vec(&retry)?.into();
        self.nats
            .within(self.store.put(key(position), json))
            .await
            .map(drop)
    }
}

fn key(Position(epoch, sequence): Position) -> String {
    format!("{epoch}.{sequence}")
}
