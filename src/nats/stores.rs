//! The streams and buckets of ours. Each is registered when it is opened, so that a running process
//! recreates it, empty, should the server lose it: nobody waits for what never comes back.

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use async_nats::{
    connection::State,
    jetstream::{kv, stream},
};
use tokio::sync::Mutex as AsyncMutex;

use super::{Nats, jetstream_code};
use crate::{BoxError, Result};

/// JetStream's code for a stream of that name that has other settings.
const NAME_IN_USE: u64 = 10058;

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

/// The stream behind a bucket, as async-nats makes it, but that its numbers begin with the time: those
/// of a bucket that was lost and recreated are greater than those before.
fn bucket_stream(config: kv::Config) -> stream::Config {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = now.unwrap_or_default().as_millis();
    stream::Config {
        name: stream_of(&config.bucket),
        subjects: vec![format!("$KV.{}.>", config.bucket)],
        description: Some(config.description),
        max_messages_per_subject: config.history,
        max_age: config.max_age,
        max_bytes: config.max_bytes,
        max_message_size: config.max_value_size,
        storage: config.storage,
        discard: stream::DiscardPolicy::New,
        allow_rollup: true,
        deny_delete: true,
        allow_direct: true,
        first_sequence: u64::try_from(now).ok(),
        ..stream::Config::default()
    }
}

/// The name of the stream behind a bucket.
pub(crate) fn stream_of(bucket: &str) -> String {
    format!("KV_{bucket}")
}

impl Nats {
    /// Creates a bucket, unless somebody else is faster.
    pub(super) async fn create_bucket(&self, config: kv::Config) -> Result<kv::Store> {
        let name = config.bucket.clone();
        let config = stream::Config {
            num_replicas: self.replicas,
            ..bucket_stream(config)
        };
        let creating = async {
            match self.jetstream.create_stream(config).await {
                Err(error) if jetstream_code(&error) == Some(NAME_IN_USE) => Ok(()),
                created => created.map(drop),
            }
        };
        self.within(Box::pin(creating)).await?;
        self.within(Box::pin(self.jetstream.get_key_value(name)))
            .await
    }

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
        self.within_store_for(stream, self.timeout, request).await
    }

    /// The same of what may take longer than a request.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub(crate) async fn within_store_for<T, E, F>(
        &self,
        stream: &str,
        limit: Duration,
        request: impl Fn() -> F,
    ) -> Result<T>
    where
        E: Into<BoxError>,
        F: Future<Output = Result<T, E>>,
    {
        // On the heap, where the requests of async-nats would take kilobytes of whatever makes one.
        let failed = match self.within_for(limit, Box::pin(request())).await {
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
                Ok(true) => self.within_for(limit, request()).await,
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

    /// Recreates a store of ours, given by the name of its stream, if the server has it no more; says
    /// whether that was so.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub(crate) async fn restore(&self, name: &str) -> Result<bool> {
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
            event = "store_lost",
            stream = name,
            lost = store.description(),
            "the server lost a stream of ours with all that it held: it was recreated, empty"
        );
        Ok(true)
    }
}
