//! The stream of updates and its consumers: their settings, and the check that the server has them as
//! asked. A partition has one consumer, that of its owner.

use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use async_nats::jetstream::{
    consumer::{AckPolicy, Info, pull},
    message::StreamMessage,
    stream::{
        Config as StreamConfig, DiscardPolicy, RawMessageErrorKind, RetentionPolicy, StorageType,
        Stream,
    },
};
use futures_util::TryStreamExt;

use super::{
    consumer::{check_new, is_absent},
    epoch::Epochs,
    topology::Topology,
};
use crate::{
    Error, Result,
    config::Config,
    nats::{Nats, NatsError, jetstream_code},
};

/// The key of the stream's metadata that holds the number of partitions it is made for.
const PARTITIONS: &str = "ostankino.partitions";

/// The key that tells how updates stand in it.
const LAYOUT: &str = "ostankino.layout";

/// Those of a partition out of one answer of Telegram's are one message.
const BATCHES: &str = "batches";

/// After how long a batch without an answer is delivered again. Its owner knows it by its place.
const ACK_WAIT: Duration = Duration::from_secs(300);

/// JetStream's code for a second consumer of the same subject.
const NOT_UNIQUE: u64 = 10100;

/// The queue of updates. A clone shares it.
#[derive(Clone)]
pub struct Queue(Arc<Inner>);

struct Inner {
    nats: Nats,
    stream: Stream,
    name: String,
    names: Topology,
    epochs: Epochs,
    partitions: u16,
}

/// A partition that is owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owned {
    pub(crate) consumer: String,
    /// The number of the stream.
    pub(crate) epoch: i64,
    /// What was stored up to here may have been delivered to somebody else.
    pub(crate) inherited_to: u64,
    /// The owner before had what is stored up to here, at least.
    pub(crate) delivered_to: u64,
}

impl Owned {
    /// The same ownership after the queue was opened again.
    pub(crate) fn reopened(self, now: Self) -> Self {
        if self.epoch == now.epoch { self } else { now }
    }
}

impl Queue {
    /// Opens the stream `<prefix>_UPDATES`, creating what is not there.
    ///
    /// # Errors
    ///
    /// [`NatsError`] in [`Error`] if the stream holds updates of another number of partitions;
    /// [`Error::Unavailable`].
    pub async fn open(nats: &Nats, config: &Config) -> Result<Self> {
        let partitions = config.delivery.partitions;
        let names = Topology::new(&config.nats.prefix, config.telegram.bot_id());
        let wanted = StreamConfig {
            name: names.stream(),
            description: Some("Updates that wait for a handler".into()),
            subjects: vec![names.subjects()],
            retention: RetentionPolicy::WorkQueue,
            storage: StorageType::File,
            // A full queue refuses: then nothing is confirmed to Telegram, which keeps the rest.
            discard: DiscardPolicy::New,
            max_bytes: bytes(config.nats.stream_max_mb),
            duplicate_window: Duration::from_secs(600),
            metadata: HashMap::from([
                (PARTITIONS.to_owned(), partitions.to_string()),
                (LAYOUT.to_owned(), BATCHES.to_owned()),
            ]),
            ..StreamConfig::default()
        };
        let mut stream = nats.stream(wanted.clone()).await?;
        let kept = &stream.cached_info().config;
        if kept.retention != wanted.retention
            || kept.discard != wanted.discard
            || kept.subjects != wanted.subjects
        {
            return Err(unusable(NatsError::fatal(
                format!(
                    "the stream {} has other settings than the queue needs",
                    wanted.name
                ),
                "choose another nats.prefix, or delete that stream if it is not in use",
            )));
        }
        let same = |key: &str| kept.metadata.get(key) == wanted.metadata.get(key);
        if !same(PARTITIONS) || !same(LAYOUT) || kept.max_bytes != wanted.max_bytes {
            stream = Self::change(nats, &stream, wanted.clone(), partitions).await?;
        }
        Ok(Self(Arc::new(Inner {
            nats: nats.clone(),
            stream,
            name: wanted.name,
            names,
            epochs: Epochs::open(nats, config).await?,
            partitions,
        })))
    }

    /// Brings an existing stream to the configuration: its size at any time, its partitions only
    /// when it is empty. What stands in it in the layout before is handled first, by whoever polls.
    async fn change(
        nats: &Nats,
        stream: &Stream,
        wanted: StreamConfig,
        partitions: u16,
    ) -> Result<Stream> {
        let info = stream.cached_info();
        let kept = &info.config.metadata;
        let made_for = kept.get(PARTITIONS).cloned().unwrap_or_default();
        let has_batches = kept.contains_key(LAYOUT);
        if has_batches && made_for != partitions.to_string() && info.state.messages > 0 {
            return Err(unusable(NatsError::fatal(
                format!(
                    "{} messages wait in {made_for} partitions, and delivery.partitions is {partitions}",
                    info.state.messages
                ),
                format!(
                    "set delivery.partitions to {made_for} until they are handled, or delete the \
                     stream {} to lose them",
                    wanted.name
                ),
            )));
        }
        let config = StreamConfig {
            num_replicas: info.config.num_replicas,
            ..wanted
        };
        nats.within(nats.jetstream().update_stream(&config)).await?;
        nats.stream(config).await
    }

    /// Makes this process the owner of a partition: deletes the consumer of the owner before, so that
    /// what it did not acknowledge is delivered again, in its order, and reaches nobody else. `None`
    /// if somebody owns it by a greater term already, unless it `is_certain` that nobody does: terms go
    /// back where the seats were lost and the server's clock is behind. `delivered_to` is raised to what
    /// the owners before are known to have had.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`].
    pub(crate) async fn own(
        &self,
        partition: u16,
        term: u64,
        delivered_to: &mut u64,
        is_certain: bool,
    ) -> Result<Option<Owned>> {
        loop {
            for (name, other) in self.consumers(partition).await? {
                if other > term && !is_certain {
                    return Ok(None);
                }
                // One's own, too: what it gave out on a connection that is lost would come again
                // after `ACK_WAIT` only, behind what is stored later.
                if other == term {
                    self.delete(&name).await?;
                }
                if other != term {
                    *delivered_to = (*delivered_to).max(self.delivered(&name).await?);
                    self.delete(&name).await?;
                }
            }
            let Some(created) = self.create(partition, term).await? else {
                continue;
            };
            // After the consumer: no update of a later stream is taken for one of this.
            let ask = || Box::pin(self.0.stream.get_info());
            let info = self.0.nats.within_store(&self.0.name, ask).await?;
            // Whoever tries again deletes it, as it is one's own.
            check_new(&created, &info)?;
            let epoch = Box::pin(self.0.epochs.of(info.created)).await?;
            return Ok(Some(Owned {
                consumer: created.name,
                epoch,
                inherited_to: info.state.last_sequence,
                delivered_to: *delivered_to,
            }));
        }
    }

    /// The consumers of a partition, with their terms.
    async fn consumers(&self, partition: u16) -> Result<Vec<(String, u64)>> {
        let list = || async {
            let names: Vec<String> = self.0.stream.consumer_names().try_collect().await?;
            Ok::<_, async_nats::jetstream::stream::ConsumerError>(names)
        };
        let names = Box::pin(self.0.nats.within_store(&self.0.name, list)).await;
        let named = names?.into_iter().filter_map(|name| {
            let (of, term) = self.0.names.partition_of(&name)?;
            (of == partition).then_some((name, term))
        });
        Ok(named.collect())
    }

    /// Up to where a consumer delivered; 0 if it is gone.
    async fn delivered(&self, consumer: &str) -> Result<u64> {
        let asked = async {
            match self.0.stream.consumer_info(consumer).await {
                Ok(info) => Ok(info.delivered.stream_sequence),
                Err(error) if is_absent(&error) => Ok(0),
                Err(error) => Err(error),
            }
        };
        self.0.nats.within(Box::pin(asked)).await
    }

    async fn delete(&self, consumer: &str) -> Result<()> {
        let deleted = async {
            match self.0.stream.delete_consumer(consumer).await {
                Err(error) if !is_absent(&error) => Err(error),
                _ => Ok(()),
            }
        };
        self.0.nats.within(Box::pin(deleted)).await
    }

    /// Creates the consumer of that term; `None` if there is one of another.
    async fn create(&self, partition: u16, term: u64) -> Result<Option<Info>> {
        let config = pull::Config {
            durable_name: Some(self.0.names.consumer(partition, term)),
            filter_subject: self.0.names.batches(partition),
            ack_policy: AckPolicy::Explicit,
            ack_wait: ACK_WAIT,
            max_ack_pending: -1,
            max_deliver: -1,
            ..pull::Config::default()
        };
        let create = || {
            let config = config.clone();
            Box::pin(async {
                match self.0.stream.create_consumer(config).await {
                    Ok(created) => Ok(Some(created.cached_info().clone())),
                    Err(error) if jetstream_code(&error) == Some(NOT_UNIQUE) => Ok(None),
                    Err(error) => Err(error),
                }
            })
        };
        self.0.nats.within_store(&self.0.name, create).await
    }

    /// Forgets the consumer of a partition that is handed over: who finds one knows that its owner ended
    /// without a word.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`].
    pub(crate) async fn disown(&self, partition: u16, term: u64) -> Result<()> {
        self.delete(&self.0.names.consumer(partition, term)).await
    }

    /// The message with that sequence; `None` if it is there no more.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`].
    pub(crate) async fn message(&self, sequence: u64) -> Result<Option<StreamMessage>> {
        let reading = async {
            match self.0.stream.get_raw_message(sequence).await {
                Ok(message) => Ok(Some(message)),
                Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
                Err(error) => Err(error),
            }
        };
        self.0.nats.within(Box::pin(reading)).await
    }

    /// The number of the stream: greater whenever it was recreated and counts from 1 again.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`]; an internal error if it is not known for certain.
    pub(crate) async fn epoch(&self) -> Result<i64> {
        let ask = || Box::pin(self.0.stream.get_info());
        let info = self.0.nats.within_store(&self.0.name, ask).await?;
        Box::pin(self.0.epochs.of(info.created)).await
    }

    /// The number of partitions.
    #[must_use]
    pub fn partitions(&self) -> u16 {
        self.0.partitions
    }

    /// The name of the stream.
    pub(crate) fn name(&self) -> &str {
        &self.0.name
    }

    pub(crate) fn names(&self) -> &Topology {
        &self.0.names
    }

    pub(crate) fn stream(&self) -> &Stream {
        &self.0.stream
    }

    pub(crate) fn nats(&self) -> &Nats {
        &self.0.nats
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Queue").field(&self.0.name).finish()
    }
}

/// The number of partitions a stream is made for.
pub(crate) fn partitions(stream: &StreamConfig) -> Option<u16> {
    let number = stream.metadata.get(PARTITIONS)?.parse().ok()?;
    (number > 0).then_some(number)
}

fn unusable(error: NatsError) -> Error {
    Error::context("the queue of updates cannot be used", error)
}

pub(crate) fn bytes(megabytes: u64) -> i64 {
    i64::try_from(megabytes.saturating_mul(1024 * 1024)).unwrap_or(i64::MAX)
}
