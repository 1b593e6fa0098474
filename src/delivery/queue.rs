//! The stream of updates and its consumers: their names, their settings, and the check that the
//! server has them as asked.

use std::{collections::HashMap, time::Duration};

use async_nats::{
    datetime::DateTime,
    jetstream::{
        consumer::{AckPolicy, Info, PullConsumer, pull},
        context::ConsumerInfoErrorKind,
        stream::{Config as StreamConfig, DiscardPolicy, RetentionPolicy, StorageType, Stream},
    },
};
use futures_util::future::try_join_all;

use super::epoch::Epochs;
use crate::{
    Error, Result,
    config::Config,
    nats::{Nats, NatsError},
    telegram::Envelope,
};

/// The key of the stream's metadata that holds the number of partitions it was made for.
const PARTITIONS: &str = "ostankino.partitions";

/// The key that tells whose consumers are.
const CONSUMERS: &str = "ostankino.consumers";

/// The queue of updates: a WorkQueue stream with a subject and a durable consumer per partition.
///
/// Each consumer has one update in flight, whatever the number of workers that pull from it: that
/// is what keeps the order of a user's updates.
#[derive(Clone, Debug)]
pub struct Queue {
    nats: Nats,
    stream: Stream,
    name: String,
    epochs: Epochs,
    prefix: String,
    partitions: u16,
    bot: i64,
    ack_wait: Duration,
}

impl Queue {
    /// Opens the stream `<prefix>_UPDATES`, creating what is not there.
    ///
    /// # Errors
    ///
    /// [`NatsError`] in [`Error`] if the stream holds updates of another number of partitions;
    /// [`Error::Unavailable`].
    pub async fn open(nats: &Nats, config: &Config) -> Result<Self> {
        let (prefix, partitions) = (config.nats.prefix.clone(), config.delivery.partitions);
        let bot = config.telegram.bot_id();
        let wanted = StreamConfig {
            name: stream_name(&prefix),
            description: Some("Updates that wait for a handler".into()),
            subjects: vec![format!("{prefix}.upd.>")],
            retention: RetentionPolicy::WorkQueue,
            storage: StorageType::File,
            // A full queue refuses: then nothing is confirmed to Telegram, which keeps the rest.
            discard: DiscardPolicy::New,
            max_bytes: bytes(config.nats.stream_max_mb),
            duplicate_window: Duration::from_secs(600),
            metadata: HashMap::from([
                (PARTITIONS.to_owned(), partitions.to_string()),
                (CONSUMERS.to_owned(), "per bot".to_owned()),
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
        if !same(PARTITIONS) || !same(CONSUMERS) || kept.max_bytes != wanted.max_bytes {
            stream = Self::change(nats, stream, wanted.clone(), partitions, bot).await?;
        }
        let ack_wait = Duration::from_millis(config.delivery.ack_wait_ms);
        let queue = Self {
            nats: nats.clone(),
            stream,
            name: wanted.name,
            epochs: Epochs::open(nats, config).await?,
            prefix,
            partitions,
            bot,
            ack_wait,
        };
        try_join_all((0..partitions).map(|partition| queue.consumer(partition))).await?;
        Ok(queue)
    }

    /// Brings an existing stream to the configuration: its size at any time, its partitions only
    /// when it is empty.
    async fn change(
        nats: &Nats,
        stream: Stream,
        wanted: StreamConfig,
        partitions: u16,
        bot: i64,
    ) -> Result<Stream> {
        let info = stream.cached_info();
        let made_for = info
            .config
            .metadata
            .get(PARTITIONS)
            .cloned()
            .unwrap_or_default();
        if made_for != partitions.to_string() {
            if info.state.messages > 0 {
                return Err(unusable(NatsError::fatal(
                    format!(
                        "{} updates wait in {made_for} partitions, and delivery.partitions is {partitions}",
                        info.state.messages
                    ),
                    format!(
                        "set delivery.partitions to {made_for} until they are handled, or delete the \
                         stream {} to lose them",
                        wanted.name
                    ),
                )));
            }
            let surplus = partitions..made_for.parse().unwrap_or(0);
            let surplus = surplus.map(|partition| consumer_name(partition, bot));
            delete(nats, &stream, surplus).await;
        }
        if !info.config.metadata.contains_key(CONSUMERS) {
            // Former versions had one for all bots together.
            let common = 0..made_for.parse().unwrap_or(0);
            delete(
                nats,
                &stream,
                common.map(|partition| format!("p{partition}")),
            )
            .await;
        }
        let replicas = info.config.num_replicas;
        let config = StreamConfig {
            num_replicas: replicas,
            ..wanted
        };
        nats.within(nats.jetstream().update_stream(&config)).await?;
        nats.stream(config).await
    }

    /// The consumer of a partition, created if it is not there, as is the stream.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`].
    pub(super) async fn consumer(&self, partition: u16) -> Result<PullConsumer> {
        let config = pull::Config {
            durable_name: Some(consumer_name(partition, self.bot)),
            filter_subject: format!("{}.upd.{partition}.{}.>", self.prefix, self.bot),
            ack_policy: AckPolicy::Explicit,
            ack_wait: self.ack_wait,
            max_ack_pending: 1,
            max_deliver: -1,
            ..pull::Config::default()
        };
        let create = || Box::pin(self.stream.create_consumer(config.clone()));
        self.nats.within_store(&self.name, create).await
    }

    /// The number of the stream: greater whenever it was recreated and counts from 1 again.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`]; an internal error if it is not known for certain.
    pub(crate) async fn epoch(&self) -> Result<i64> {
        let ask = || Box::pin(self.stream.get_info());
        let info = self.nats.within_store(&self.name, ask).await?;
        Box::pin(self.epochs.of(info.created)).await
    }

    /// How a partition's consumer stands; `None` if there is none.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`].
    pub(super) async fn standing(&self, partition: u16) -> Result<Option<Info>> {
        use ConsumerInfoErrorKind::{NotFound, StreamNotFound};
        let asked = async {
            match self
                .stream
                .consumer_info(consumer_name(partition, self.bot))
                .await
            {
                Ok(info) => Ok(Some(info)),
                Err(error) if matches!(error.kind(), NotFound | StreamNotFound) => Ok(None),
                Err(error) => Err(error),
            }
        };
        self.nats.within(asked).await
    }

    /// Deletes a partition's consumer and makes it anew: what was not acknowledged is delivered
    /// again, in its order. False if it is not the one that was `created` then any more.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`].
    pub(super) async fn renew_consumer(&self, partition: u16, created: DateTime) -> Result<bool> {
        let now = self.standing(partition).await?;
        let same = now.is_some_and(|now| now.created == created);
        if same {
            let name = consumer_name(partition, self.bot);
            let deleted = self.stream.delete_consumer(&name);
            self.nats.within(deleted).await?;
        }
        self.consumer(partition).await?;
        Ok(same)
    }

    pub(super) fn subject(&self, update: &Envelope<'_>, partition: u16) -> String {
        subject(&self.prefix, update, partition, self.bot)
    }

    /// The number of partitions.
    #[must_use]
    pub fn partitions(&self) -> u16 {
        self.partitions
    }

    pub(super) fn ack_wait(&self) -> Duration {
        self.ack_wait
    }

    /// The name of the stream.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn nats(&self) -> &Nats {
        &self.nats
    }
}

/// The name of the stream under that prefix.
pub(super) fn stream_name(prefix: &str) -> String {
    format!("{prefix}_UPDATES")
}

/// The number of partitions a stream was made for.
pub(super) fn partitions(stream: &StreamConfig) -> Option<u16> {
    let number = stream.metadata.get(PARTITIONS)?.parse().ok()?;
    (number > 0).then_some(number)
}

/// The subject of an update: its partition, its bot, its user.
pub(super) fn subject(prefix: &str, update: &Envelope<'_>, partition: u16, bot: i64) -> String {
    let user = update
        .user_id
        .map_or_else(|| "_".to_owned(), |id| id.to_string());
    format!("{prefix}.upd.{partition}.{bot}.{user}")
}

fn unusable(error: NatsError) -> Error {
    Error::context("the queue of updates cannot be used", error)
}

/// Each bot has consumers of its own, so that bots under one prefix get no updates of each other.
fn consumer_name(partition: u16, bot: i64) -> String {
    format!("p{partition}-{bot}")
}

/// The partition that a consumer is for.
pub(super) fn partition_of_consumer(name: &str) -> Option<u16> {
    let (partition, _) = name.strip_prefix('p')?.split_once('-')?;
    partition.parse().ok()
}

async fn delete(nats: &Nats, stream: &Stream, consumers: impl Iterator<Item = String>) {
    for name in consumers {
        // Another container may have been first.
        let deleted = nats.within(stream.delete_consumer(&name)).await;
        tracing::debug!(name, ok = deleted.is_ok(), "a consumer was deleted");
    }
}

pub(super) fn bytes(megabytes: u64) -> i64 {
    i64::try_from(megabytes.saturating_mul(1024 * 1024)).unwrap_or(i64::MAX)
}
