//! The connection to NATS: how it is made and ended, which servers are too old, and a deadline for
//! every request (async-nats has none where the connection is lost).

mod advice;
mod last;
mod link;
mod options;
mod restoring;
mod stores;
mod wake;

use std::{future::Future, time::Duration};

use async_nats::{
    Client, ServerAddr,
    connection::State,
    jetstream::{
        self, Context,
        context::{
            AccountErrorKind, ContextBuilder, CreateStreamError, CreateStreamErrorKind,
            GetStreamError, GetStreamErrorKind,
        },
        kv,
        stream::{self, ConsumerError, ConsumerErrorKind},
    },
};
use tokio::sync::watch;

#[cfg(feature = "web")]
pub(crate) use self::stores::is_not_stored;
pub(crate) use self::{
    advice::advice,
    link::{Link, Tie},
    stores::stream_of,
    wake::Wake,
};
use self::{
    link::Reporter,
    stores::{Store, Stores},
};
use crate::{BoxError, Error, Result, config::NatsConfig, telegram::internal::sources};

/// The oldest server: older ones ignore settings they do not know, and have known security holes.
const OLDEST: (u64, u64, u64) = (2, 12, 7);

/// JetStream's code for a stream, or bucket, that is not there.
pub(crate) const STREAM_NOT_FOUND: u64 = 10059;

/// NATS cannot be used; waiting helps unless there is [`advice`](Self::advice).
#[derive(Debug, thiserror::Error)]
#[error("{problem}")]
pub struct NatsError {
    problem: String,
    advice: Option<String>,
    #[source]
    source: Option<BoxError>,
}

impl NatsError {
    /// What to change, if waiting cannot help.
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }

    fn passing(problem: &str, source: impl Into<BoxError>) -> Self {
        Self {
            problem: problem.into(),
            advice: None,
            source: Some(source.into()),
        }
    }

    pub(crate) fn fatal(problem: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            advice: Some(advice.into()),
            source: None,
        }
    }
}

/// A connection to a server that is new enough and has JetStream. A clone shares it.
#[derive(Clone, Debug)]
pub struct Nats {
    client: Client,
    jetstream: Context,
    timeout: Duration,
    replicas: usize,
    link: watch::Receiver<Link>,
    losses: watch::Receiver<u64>,
    stores: Stores,
}

impl Nats {
    /// Connects once; afterwards the client reconnects by itself.
    ///
    /// # Errors
    ///
    /// See [`NatsError`].
    pub async fn connect(config: &NatsConfig) -> Result<Self, NatsError> {
        let urls = config.target().map_err(|problem| {
            NatsError::fatal(
                format!("nats.urls {problem}"),
                "correct it (OSTANKINO__NATS__URLS)",
            )
        })?;
        let (reporter, link, losses) = Reporter::new();
        let options = options::options(config, &urls)?.event_callback(move |event| {
            reporter.report(&event);
            std::future::ready(())
        });
        let connected = options.connect(&urls.servers[..]).await;
        let client = connected.map_err(|error| options::explain(error, config, &urls))?;
        let is_encrypted =
            client.server_info().tls_required || urls.servers.iter().all(ServerAddr::tls_required);
        if !is_encrypted && !urls.is_local() {
            tracing::warn!(
                event = "nats_unencrypted",
                advice = "switch TLS on in the server, and write tls:// in nats.urls",
                "the connection to NATS is not encrypted"
            );
        }
        let jetstream = ContextBuilder::new()
            .timeout(config.request_timeout())
            .build(client.clone());
        let nats = Self {
            client,
            jetstream,
            timeout: config.request_timeout(),
            replicas: config.replicas,
            link,
            losses,
            stores: Stores::default(),
        };
        nats.check().await?;
        Ok(nats)
    }

    async fn check(&self) -> Result<(), NatsError> {
        let version = self.client.server_info().version;
        if parse(&version).is_none_or(|version| version < OLDEST) {
            let (major, minor, patch) = OLDEST;
            return Err(NatsError::fatal(
                format!("the nats-server is version {version}"),
                format!("run nats-server {major}.{minor}.{patch} or newer"),
            ));
        }
        self.jetstream
            .query_account()
            .await
            .map(drop)
            .map_err(|error| match error.kind() {
                AccountErrorKind::JetStreamUnavailable => NatsError::fatal(
                    "the nats-server has no JetStream",
                    "start it with -js, or with a `jetstream {}` block in its configuration",
                ),
                AccountErrorKind::JetStream(refusal)
                    if refusal.code() != 503 || refusal.error_code().0 == 10039 =>
                {
                    NatsError::fatal(
                        format!("JetStream refuses this account: {refusal}"),
                        "enable JetStream for the account of nats.urls",
                    )
                }
                _ => NatsError::passing("JetStream does not answer", error),
            })
    }

    /// JetStream.
    #[must_use]
    pub fn jetstream(&self) -> &Context {
        &self.jetstream
    }

    /// Waits for a request, but not for ever.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] after the time-out of the configuration, or if the request failed.
    pub(crate) async fn within<T, E>(
        &self,
        request: impl Future<Output = Result<T, E>>,
    ) -> Result<T>
    where
        E: Into<BoxError>,
    {
        self.within_for(self.timeout, request).await
    }

    async fn within_for<T, E>(
        &self,
        limit: Duration,
        request: impl Future<Output = Result<T, E>>,
    ) -> Result<T>
    where
        E: Into<BoxError>,
    {
        // A little longer than the client's own, which says more.
        let limit = limit + Duration::from_millis(500);
        match tokio::time::timeout(limit, request).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(Error::unavailable("NATS", error)),
            Err(_) => Err(Error::unavailable(
                "NATS",
                format!("no answer within {limit:?}"),
            )),
        }
    }

    /// The bucket of that configuration, created if it is not there, also later should the server
    /// lose it; whatever it is like, it is the caller's to compare.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`].
    pub(crate) async fn open_bucket(&self, config: kv::Config) -> Result<kv::Store> {
        let (store, is_new) = match self.find_bucket(&config.bucket).await? {
            Some(store) => (store, false),
            None => (self.create_bucket(config.clone()).await?, true),
        };
        let opened = Store::Bucket(Box::new(config));
        self.stores
            .register(opened, store.stream.cached_info(), is_new);
        Ok(store)
    }

    /// The bucket of that configuration, created if it is not there. `advice` says what to do about
    /// one whose entries have another age.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`]; a fatal [`NatsError`] if the bucket has other settings than asked.
    pub(crate) async fn bucket(&self, config: kv::Config, advice: &str) -> Result<kv::Store> {
        let (name, max_age) = (config.bucket.clone(), config.max_age);
        let store = self.open_bucket(config).await?;
        let kept = &store.stream.cached_info().config;
        if (kept.max_age, kept.max_messages_per_subject) != (max_age, 1) {
            let problem = format!(
                "it keeps {} entries a key for {:?}, not 1 for {max_age:?}",
                kept.max_messages_per_subject, kept.max_age
            );
            return Err(Error::context(
                format!("the bucket {name} cannot be used"),
                NatsError::fatal(problem, advice),
            ));
        }
        Ok(store)
    }

    /// The stream of that configuration, created if it is not there, also later should the server
    /// lose it; whatever it is like, it is the caller's to compare.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`].
    pub(crate) async fn stream(&self, config: stream::Config) -> Result<stream::Stream> {
        let (stream, is_new) = match self.find_stream(&config.name).await? {
            Some(stream) => (stream, false),
            None => (self.create_stream(config.clone()).await?, true),
        };
        let opened = Store::Stream(Box::new(config));
        self.stores.register(opened, stream.cached_info(), is_new);
        Ok(stream)
    }

    async fn create_stream(&self, config: stream::Config) -> Result<stream::Stream> {
        let config = stream::Config {
            num_replicas: self.replicas,
            ..config
        };
        self.within(Box::pin(self.jetstream.create_stream(config)))
            .await
    }

    /// The bucket of that name, if it is there.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`].
    pub(crate) async fn find_bucket(&self, name: &str) -> Result<Option<kv::Store>> {
        // On the heap, here and below: what is rare need not lie on every stack.
        let found = async { absent_is_none(self.jetstream.get_key_value(name).await) };
        self.within(Box::pin(found)).await
    }

    /// The stream of that name, if it is there.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`].
    pub(crate) async fn find_stream(&self, name: &str) -> Result<Option<stream::Stream>> {
        let found = async { absent_is_none(self.jetstream.get_stream(name).await) };
        self.within(Box::pin(found)).await
    }

    /// Changes whenever the connection is made again.
    pub(crate) fn link(&self) -> watch::Receiver<Link> {
        self.link.clone()
    }

    /// Tells of every loss of the connection from now on.
    pub(crate) fn tie(&self) -> Tie {
        Tie::new(self.link.clone(), self.losses.clone())
    }

    /// Whether there is a connection, as far as the client knows.
    pub(crate) fn is_connected(&self) -> bool {
        self.client.connection_state() == State::Connected
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// The largest message that the server takes, in bytes.
    pub(crate) fn max_payload(&self) -> usize {
        self.client.server_info().max_payload
    }

    /// Sends what is buffered and closes the connection. False if that took too long.
    pub async fn close(mut self) -> bool {
        let limit = Duration::from_secs(3);
        let closing = async {
            self.client.flush().await.is_ok()
                && self.client.drain().await.is_ok()
                && self.link.wait_for(Link::is_closed).await.is_ok()
        };
        tokio::time::timeout(limit, closing).await.unwrap_or(false)
    }
}

fn absent_is_none<T, E>(found: Result<T, E>) -> Result<Option<T>, E>
where
    E: std::error::Error + 'static,
{
    match found {
        Err(error) if jetstream_code(&error) == Some(STREAM_NOT_FOUND) => Ok(None),
        found => found.map(Some),
    }
}

fn parse(version: &str) -> Option<(u64, u64, u64)> {
    let mut numbers = version.split(['.', '-']).map(|part| part.parse().ok());
    Some((numbers.next()??, numbers.next()??, numbers.next()??))
}

/// The error code of JetStream behind an error of async-nats.
pub(crate) fn jetstream_code(error: &(dyn std::error::Error + 'static)) -> Option<u64> {
    sources(error).find_map(|cause| {
        // These three keep the refusal in their kind, not among their sources.
        let of_creation = cause
            .downcast_ref::<CreateStreamError>()
            .map(async_nats::error::Error::kind);
        if let Some(CreateStreamErrorKind::JetStream(refusal)) = of_creation {
            return Some(refusal.error_code().0);
        }
        let of_stream = cause
            .downcast_ref::<GetStreamError>()
            .map(async_nats::error::Error::kind);
        if let Some(GetStreamErrorKind::JetStream(refusal)) = of_stream {
            return Some(refusal.error_code().0);
        }
        let of_consumer = cause
            .downcast_ref::<ConsumerError>()
            .map(async_nats::error::Error::kind);
        if let Some(ConsumerErrorKind::JetStream(refusal)) = of_consumer {
            return Some(refusal.error_code().0);
        }
        let refusal = cause.downcast_ref::<jetstream::Error>()?;
        Some(refusal.error_code().0)
    })
}

/// JetStream's code for a compare-and-swap over a revision that is not the last one.
pub(crate) const ANOTHER_REVISION: u64 = 10071;

/// Its code, in a cluster, where another write to the subject is not decided yet. That may be an earlier
/// one of the same client, and a leader that has lost the others never decides.
const UNDECIDED: u64 = 10164;

/// Whether a compare-and-swap failed since another write was faster, or may be.
pub(crate) fn lost_race(error: &(dyn std::error::Error + 'static)) -> bool {
    matches!(jetstream_code(error), Some(ANOTHER_REVISION | UNDECIDED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(parse("2.12.7").is_some_and(|version| version >= OLDEST));
        assert!(parse("2.9.10").is_some_and(|version| version < OLDEST));
        assert!(parse("2.15.0-RC.1").is_some_and(|version| version >= OLDEST));
        assert_eq!(parse("dev"), None);
    }
}
