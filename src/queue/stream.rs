//! The stream of updates and its consumers: their settings, and the check that the server has them as
//! asked. A partition has one consumer, that of its owner.

use std::{fmt, sync::Arc, time::Duration};

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
    layout,
    topology::Topology,
};
use crate::{
    BoxError, Error, Result,
    config::Config,
    nats::{Nats, NatsError, jetstream_code},
};

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
            metadata: layout::told(config),
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
        let changed = layout::to_be(kept, &wanted, config);
        if changed.is_some() || kept.max_bytes != wanted.max_bytes {
            let metadata = changed.unwrap_or_else(|| kept.metadata.clone());
            let wanted = StreamConfig {
                metadata,
                ..wanted.clone()
            };
            stream = Self::change(nats, &stream, wanted, &names, config).await?;
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
        names: &Topology,
        config: &Config,
    ) -> Result<Stream> {
        let info = stream.cached_info();
        let (wants, key) = (config.delivery.partitions, config.partitions_key());
        let made_for = layout::partitions(&info.config, names.bot());
        let is_other = layout::has_batches(&info.config) && made_for != Some(wants);
        let waiting = match config.bot_name() {
            _ if !is_other || info.state.messages == 0 => 0,
            // Others have the same number.
            None => info.state.messages,
            Some(_) => Self::waiting_of(nats, stream, names).await?,
        };
        if waiting > 0 {
            let made_for = made_for.map_or_else(|| "other".into(), |number| number.to_string());
            return Err(unusable(NatsError::fatal(
                format!("{waiting} messages wait in {made_for} partitions, and {key} is {wants}"),
                format!(
                    "set {key} to {made_for} until they are handled, or delete the \
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

    /// How many batches of that bot are in the stream.
    async fn waiting_of(nats: &Nats, stream: &Stream, names: &Topology) -> Result<u64> {
        let counting = async {
            let info = stream.info_with_subjects(names.batches_of_bot()).await?;
            let subjects: Vec<(String, usize)> = info.try_collect().await?;
            Ok::<_, BoxError>(subjects.iter().map(|(_, batches)| *batches as u64).sum())
        };
        nats.within(Box::pin(counting)).await
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

fn unusable(error: NatsError) -> Error {
    Error::context("the queue of updates cannot be used", error)
}

pub(crate) fn bytes(megabytes: u64) -> i64 {
    i64::try_from(megabytes.saturating_mul(1024 * 1024)).unwrap_or(i64::MAX)
}
