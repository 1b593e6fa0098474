//! The streams and buckets of ours. Each is registered when it is opened, so that a running process
//! recreates it, empty, should the server lose it: nobody waits for what never comes back.

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_nats::{
    connection::State,
    jetstream::{kv, stream},
};
use tokio::sync::Mutex as AsyncMutex;

use super::Nats;
use crate::{BoxError, Result};

/// The stores that were opened. A clone shares them.
#[derive(Clone, Debug, Default)]
pub(super) struct Stores {
    opened: Arc<Mutex<Vec<Store>>>,
    /// Taken by the one who looks and recreates.
    restoring: Arc<AsyncMutex<()>>,
}

#[derive(Clone, Debug)]
enum Store {
    Stream(Box<stream::Config>),
    Bucket(Box<kv::Config>),
}

impl Store {
    /// The name of its stream.
    fn name(&self) -> String {
        match self {
            Self::Stream(config) => config.name.clone(),
            Self::Bucket(config) => stream_of(&config.bucket),
        }
    }

    /// What it holds, in words.
    fn description(&self) -> &str {
        match self {
            Self::Stream(config) => config.description.as_deref().unwrap_or_default(),
            Self::Bucket(config) => &config.description,
        }
    }
}

impl Stores {
    fn lock(&self) -> MutexGuard<'_, Vec<Store>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn register(&self, store: Store) {
        let mut opened = self.lock();
        opened.retain(|other| other.name() != store.name());
        opened.push(store);
    }

    pub(super) fn register_stream(&self, config: stream::Config) {
        self.register(Store::Stream(Box::new(config)));
    }

    pub(super) fn register_bucket(&self, config: kv::Config) {
        self.register(Store::Bucket(Box::new(config)));
    }
}

/// The name of the stream behind a bucket.
pub(crate) fn stream_of(bucket: &str) -> String {
    format!("KV_{bucket}")
}

impl Nats {
    /// Makes a request to a store of ours, given by the name of its stream; once more if it failed
    /// since the store was lost, and could be recreated.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub(crate) async fn within_store<T, E, F>(
        &self,
        stream: &str,
        request: impl Fn() -> F,
    ) -> Result<T>
    where
        E: Into<BoxError>,
        F: Future<Output = Result<T, E>>,
    {
        let failed = match self.within(request()).await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        // Without a connection the server cannot be asked what it has.
        if self.client.connection_state() != State::Connected {
            return Err(failed);
        }
        // On the heap, as everything that is rare: each request would carry it along.
        let again = async {
            match self.restore(stream).await {
                Ok(true) => self.within(request()).await,
                Ok(false) | Err(_) => Err(failed),
            }
        };
        Box::pin(again).await
    }

    /// Looks whether the server has all stores that were opened, and recreates what it lost; says
    /// whether there was anything.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub(crate) async fn restore_all(&self) -> Result<bool> {
        let names: Vec<_> = self.stores.lock().iter().map(Store::name).collect();
        let mut lost = false;
        for name in names {
            lost |= self.restore(&name).await?;
        }
        Ok(lost)
    }

    /// Recreates a store of ours if the server has it no more; says whether that was so.
    async fn restore(&self, name: &str) -> Result<bool> {
        let found = |store: &&Store| store.name() == name;
        let store = self.stores.lock().iter().find(found).cloned();
        let Some(store) = store else { return Ok(false) };
        let _one_by_one = self.stores.restoring.lock().await;
        if self.find_stream(name).await?.is_some() {
            return Ok(false);
        }
        match &store {
            Store::Stream(config) => drop(self.create_stream(*config.clone()).await?),
            Store::Bucket(config) => drop(self.create_bucket(*config.clone()).await?),
        }
        tracing::error!(
            stream = name,
            lost = store.description(),
            "the server lost a stream of ours with all that it held: it was recreated, empty"
        );
        Ok(true)
    }
}
