//! Reads keys of the bucket: many by one request where one server has them, from the leader where there
//! are copies.

use std::{collections::HashMap, time::Duration};

use async_nats::{HeaderMap, jetstream::kv::Operation};
use bytes::Bytes;
use tokio::time::Instant;

use super::NatsStorage;
use crate::{Error, Result, counted};

/// How long a cluster may take to choose another leader after it lost one.
const ELECTION: Duration = Duration::from_secs(5);

/// The revision of a key and, unless it was removed, its value; `None` if nothing was ever there.
pub(super) type Found = Option<(u64, Option<Bytes>)>;

impl NatsStorage {
    pub(super) async fn read(&self, key: &str) -> Result<Found> {
        let found = self.find(key).await;
        let outcome = if found.is_ok() { "ok" } else { "failed" };
        counted::dialogue("read", outcome);
        found
    }

    async fn find(&self, key: &str) -> Result<Found> {
        if self.0.store.stream.cached_info().config.num_replicas <= 1 {
            let read = |keys| self.read_all(keys);
            return self.0.reading.run(key.to_owned(), read).await;
        }
        let patience = Instant::now() + ELECTION;
        loop {
            match self.read_from_leader(key).await {
                Err(_) if Instant::now() < patience => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                read => return read,
            }
        }
    }

    /// Reads many keys by one request.
    async fn read_all(&self, keys: Vec<String>) -> Result<Vec<Found>> {
        if let [key] = &keys[..] {
            let ask = || self.0.store.entry(key);
            let entry = self.0.nats.within_store(&self.0.stream, ask).await?;
            return Ok(vec![entry.map(|entry| {
                let is_there = entry.operation == Operation::Put;
                (entry.revision, is_there.then_some(entry.value))
            })]);
        }
        let subject = |key: &String| format!("$KV.{}.{key}", self.0.store.name);
        let subjects: Vec<_> = keys.iter().map(subject).collect();
        let ask = || async {
            let read = self.0.nats.last_of_each(&self.0.stream, &subjects).await?;
            read.ok_or_else(|| Error::unavailable("NATS", "the bucket is gone"))
        };
        let found = self.0.nats.within_store(&self.0.stream, ask).await?;
        let found: HashMap<_, _> = found.iter().map(|it| (it.subject.as_str(), it)).collect();
        let each = subjects.iter().map(|subject| {
            let message = found.get(subject.as_str())?;
            let value = (!is_marker(&message.headers)).then(|| message.payload.clone());
            Some((message.sequence, value))
        });
        Ok(each.collect())
    }

    /// Of several copies only the leader's is good. Gives the revision and, unless it was removed, the
    /// value.
    async fn read_from_leader(&self, key: &str) -> Result<Found> {
        let read = self.0.nats.last_at_leader(&self.0.store, key).await?;
        Ok(read.map(|message| {
            let is_there = !is_marker(&message.headers);
            (message.sequence, is_there.then_some(message.payload))
        }))
    }
}

/// Whether a message says that there is nothing under its key any more.
fn is_marker(headers: &HeaderMap) -> bool {
    let marks = ["KV-Operation", "Nats-Marker-Reason"];
    marks.iter().any(|name| headers.get(*name).is_some())
}
