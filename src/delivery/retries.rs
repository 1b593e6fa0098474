//! What is known of updates whose handling failed: whether they are answered all the same, how often
//! it was not their fault, and what the last attempt said. Only failures write here, and only who
//! gets an update that came before looks.

use std::time::Duration;

use async_nats::jetstream::kv;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::{
    Result,
    config::Config,
    nats::{Nats, stream_of},
    request::Position,
};

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
#[serde(default)]
pub(super) struct Retry {
    /// Whether it was answered with an apology, and is not to be handled again.
    pub(super) answered: bool,
    /// How many of its deliveries do not count: a server was away, or the process stopped.
    pub(super) excused: u64,
    /// How many of its deliveries ended by giving it back: the process lived on.
    pub(super) returned: u64,
    /// How many of its deliveries no worker began.
    pub(super) unbegun: u64,
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
        let bucket = kv::Config {
            bucket: format!("{}_retries", config.nats.prefix),
            description: "Updates whose handling failed".into(),
            history: 1,
            max_age: MAX_AGE,
            ..kv::Config::default()
        };
        let advice = "choose another nats.prefix, or delete that bucket if it is not in use";
        let store = nats.bucket(bucket, advice).await?;
        Ok(Self {
            nats: nats.clone(),
            store,
        })
    }

    /// What is known of the update at that position.
    pub(super) async fn get(&self, position: Position) -> Result<Retry> {
        let get = || self.store.get(key(position));
        let found = self.nats.within_store(&self.stream(), get).await?;
        // One that cannot be read is no "never failed".
        found.map_or_else(
            || Ok(Retry::default()),
            |json| Ok(serde_json::from_slice(&json)?),
        )
    }

    /// Notes why an update is given back, and whether that was not its fault.
    pub(super) async fn give_back(
        &self,
        position: Position,
        is_excused: bool,
        error: Option<String>,
    ) -> Result<()> {
        let mut retry = self.get(position).await?;
        retry.returned += 1;
        retry.excused += u64::from(is_excused);
        retry.error = error.or(retry.error);
        self.put(position, &retry).await
    }

    /// Notes that an update is given back though nobody began it.
    pub(super) async fn unbegun(&self, position: Position) -> Result<()> {
        let mut retry = self.get(position).await?;
        retry.unbegun += 1;
        self.put(position, &retry).await
    }

    /// Notes that an update that failed is answered for good.
    pub(super) async fn answered(&self, position: Position) -> Result<()> {
        let retry = Retry {
            answered: true,
            ..Retry::default()
        };
        self.put(position, &retry).await
    }

    /// One worker has the update: nobody else writes its entry.
    async fn put(&self, position: Position, retry: &Retry) -> Result<()> {
        let json = Bytes::from(serde_json::to_vec(retry)?);
        let put = || self.store.put(key(position), json.clone());
        self.nats.within_store(&self.stream(), put).await.map(drop)
    }

    fn stream(&self) -> String {
        stream_of(&self.store.name)
    }
}

fn key(Position(epoch, sequence): Position) -> String {
    format!("{epoch}.{sequence}")
}
