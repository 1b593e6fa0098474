//! The streams and buckets of ours: each is registered when it is opened, and a request to one is made
//! once more if it failed for want of it.

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use async_nats::{
    connection::State,
    datetime::DateTime,
    jetstream::{kv, stream},
};
use tokio::{
    sync::{Mutex as AsyncMutex, MutexGuard as AsyncMutexGuard},
    time::Instant,
};

use super::{Nats, jetstream_code};
use crate::{BoxError, Error, Result};

/// JetStream's code for a stream of that name that has other settings.
const NAME_IN_USE: u64 = 10058;

/// Its code for a message that the stream could not write down.
const NOT_STORED: u64 = 10077;

/// How often the patience with a store that takes nothing doubles: some ten minutes.
const MOST_PATIENT: u32 = 8;

/// The stores that were opened. A clone shares them.
#[derive(Clone, Debug, Default)]
pub(super) struct Stores {
    opened: Arc<Mutex<Vec<Opened>>>,
    /// Taken by the one who looks and recreates.
    restoring: Arc<AsyncMutex<()>>,
}

/// A store as this process knows it.
#[derive(Debug)]
struct Opened {
    /// The name of its stream.
    name: String,
    store: Store,
    /// When its stream was created, by which it is told from another one of that name.
    created: DateTime,
    /// Since when this process knows that stream.
    since: Instant,
    /// The number of the last message that it was created with, if this process was there.
    born_with: Option<u64>,
    /// How often it was replaced in vain.
    replaced: u32,
    /// That it was lost is known already.
    is_lost: bool,
}

/// How to create one.
#[derive(Clone, Debug)]
pub(super) enum Store {
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
    pub(super) fn description(&self) -> &str {
        match self {
            Self::Stream(config) => config.description.as_deref().unwrap_or_default(),
            Self::Bucket(config) => &config.description,
        }
    }
}

impl Opened {
    /// The stream of that name is the one that was created then.
    fn is(&mut self, created: DateTime, born_with: Option<u64>) {
        if self.created != created {
            self.is_lost = false;
            (self.created, self.since, self.born_with) = (created, Instant::now(), born_with);
        }
    }
}

impl Stores {
    fn lock(&self) -> MutexGuard<'_, Vec<Opened>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A store was opened, or created if it `is_new`, and is like this.
    pub(super) fn register(&self, store: Store, info: &stream::Info, is_new: bool) {
        let mut opened = self.lock();
        let name = store.name();
        let known = opened.iter_mut().find(|other| other.name == name);
        let last_sequence = info.state.last_sequence;
        let born_with = is_new.then_some(last_sequence);
        match known {
            Some(known) => {
                known.is(info.created, born_with);
                known.store = store;
            }
            None => opened.push(Opened {
                name,
                store,
                created: info.created,
                since: Instant::now(),
                born_with,
                replaced: 0,
                is_lost: false,
            }),
        }
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.lock().iter().map(|store| store.name.clone()).collect()
    }

    /// How to create the store of that stream, if it is ours.
    pub(super) fn find(&self, name: &str) -> Option<Store> {
        let opened = self.lock();
        let found = opened.iter().find(|store| store.name == name)?;
        Some(found.store.clone())
    }

    /// When the stream was created that this process knows by that name.
    pub(super) fn created(&self, name: &str) -> Option<DateTime> {
        let opened = self.lock();
        let found = opened.iter().find(|store| store.name == name)?;
        Some(found.created)
    }

    /// The server has the stream of that name no more; whether that is news.
    pub(super) fn note_lost(&self, name: &str) -> bool {
        let mut opened = self.lock();
        let known = opened.iter_mut().find(|store| store.name == name);
        known.is_some_and(|known| !std::mem::replace(&mut known.is_lost, true))
    }

    /// Somebody created the stream of that name at that time.
    pub(super) fn saw(&self, name: &str, created: DateTime) {
        let mut opened = self.lock();
        if let Some(known) = opened.iter_mut().find(|store| store.name == name) {
            known.is(created, None);
        }
    }

    /// Whether nothing was stored in that stream since it was created, nor is in it that was there before; and that
    /// for `age` as far as this process knows, longer where it was replaced for that already.
    pub(super) fn is_unused(&self, name: &str, info: &stream::Info, age: Duration) -> bool {
        let opened = self.lock();
        let known = opened.iter().find(|store| store.name == name);
        let Some(known) = known.filter(|known| known.created == info.created) else {
            return false;
        };
        let state = &info.state;
        // One that found the files of another one lists what was in them.
        let is_empty = state.messages == 0 || known.born_with == Some(state.last_sequence);
        let age = age * 2_u32.pow(known.replaced.min(MOST_PATIENT));
        is_empty && state.last_timestamp < info.created && known.since.elapsed() >= age
    }

    /// The stream of that name was replaced, as it never stored anything.
    pub(super) fn replaced(&self, name: &str) {
        let mut opened = self.lock();
        if let Some(known) = opened.iter_mut().find(|store| store.name == name) {
            known.replaced += 1;
        }
    }

    /// Waits for the turn to recreate one.
    pub(super) async fn one_by_one(&self) -> AsyncMutexGuard<'_, ()> {
        self.restoring.lock().await
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
        let (known, begun) = (self.stores.created(stream), Instant::now());
        // On the heap, where the requests of async-nats would take kilobytes of whatever makes one.
        let failed = match self.within_for(limit, Box::pin(request())).await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        // Without a connection the server cannot be asked what it has.
        let (Some(known), State::Connected) = (known, self.client.connection_state()) else {
            return Err(failed);
        };
        let was_silent = begun.elapsed() >= self.timeout || is_not_stored(&failed);
        // On the heap, as everything that is rare: each request would carry it along.
        let again = async {
            match self.mend(stream, known, was_silent).await {
                Ok(true) => self.within_for(limit, request()).await,
                Ok(false) | Err(_) => Err(failed),
            }
        };
        Box::pin(again).await
    }
}

pub(crate) fn is_not_stored(error: &Error) -> bool {
    error.source().and_then(jetstream_code) == Some(NOT_STORED)
}
