//! The queues of updates that are answered within seconds: payments and inline queries. They have no
//! partitions and no owners; whichever process has room takes the next one.

use std::{fmt, sync::Arc, time::Duration};

use async_nats::{
    datetime::{DateTime, parse_rfc3339},
    jetstream::{
        consumer::{AckPolicy, pull},
        message::PublishMessage,
        stream::{Config as StreamConfig, DiscardPolicy, RetentionPolicy, StorageType},
    },
};
use bytes::Bytes;
use ostankino_traces::HEADER;
use serde::Deserialize;
use tokio::time::Instant;

use super::{
    consumer::{check_new, is_absent},
    seats::clock,
    topology::Topology,
};
use crate::{
    Error, Result,
    config::Config,
    nats::{Nats, NatsError},
    telegram::{UpdateKind, internal::Express},
};

/// How long a process may be silent about an update that it took before another one gets it: a process that
/// was killed leaves time for that.
pub(crate) const ACK_WAIT: Duration = Duration::from_secs(3);

/// How long an update stays that nobody took: whoever is back by then tells that it came too late. It is also
/// for how long a copy of it is known.
const KEPT: Duration = Duration::from_secs(600);

/// The most bytes of each queue. A full one drops the oldest, which nobody waits for any more by then, and so
/// never keeps what comes after it from being confirmed to Telegram.
const MOST: i64 = 4 * 1024 * 1024;

/// For how many milliseconds an update waited before it was stored.
pub(crate) const WAITED: &str = "Ostankino-Waited";

/// The queues of one bot. A clone shares them.
#[derive(Clone)]
pub(crate) struct ExpressQueue(Arc<Inner>);

struct Inner {
    nats: Nats,
    names: Topology,
}

/// An update on its way there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Urgent {
    pub(crate) express: Express,
    pub(crate) update_id: i64,
    pub(crate) kind: UpdateKind,
    /// Whose it is.
    pub(crate) user: i64,
    /// When Telegram gave it to us.
    pub(crate) since: Instant,
    pub(crate) bytes: Bytes,
}

impl ExpressQueue {
    /// Opens the streams `<prefix>_PAYMENTS` and `<prefix>_INLINE`, creating what is not there.
    ///
    /// # Errors
    ///
    /// [`NatsError`] in [`Error`] if a stream is somebody else's; [`Error::Unavailable`].
    pub(crate) async fn open(nats: &Nats, config: &Config) -> Result<Self> {
        let names = Topology::new(&config.nats.prefix, config.telegram.bot_id());
        for express in Express::ALL {
            open(nats, wanted(&names, express)).await?;
        }
        let nats = nats.clone();
        Ok(Self(Arc::new(Inner { nats, names })))
    }

    /// Stores an update, once even if it comes again within ten minutes; `traced` is said of its trace.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`].
    pub(crate) async fn store(&self, update: &Urgent, traced: Option<String>) -> Result<()> {
        let Inner { nats, names } = &*self.0;
        let Urgent {
            express,
            update_id,
            kind,
            user,
            since,
            ref bytes,
        } = *update;
        let mut message = PublishMessage::build()
            .message_id(format!("{}:{update_id}", names.bot()))
            .header(WAITED, since.elapsed().as_millis().to_string())
            .payload(bytes.clone());
        if let Some(traced) = traced {
            message = message.header(HEADER, traced);
        }
        let subject = names.express_update(express, kind.as_str(), user);
        let store = || async {
            let sent = nats.jetstream();
            let sent = sent.send_publish(subject.clone(), message.clone());
            sent.await?.await
        };
        nats.within_store(&self.stream(express), store)
            .await
            .map(drop)
    }

    /// The consumer that all processes pull from, created if it is not there: its name.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`].
    pub(crate) async fn consumer(&self, express: Express) -> Result<String> {
        let Inner { nats, names } = &*self.0;
        let (stream, name) = (self.stream(express), names.express_consumer(express));
        let config = pull::Config {
            durable_name: Some(name.clone()),
            filter_subject: names.express_subjects_of_bot(express),
            ack_policy: AckPolicy::Explicit,
            ack_wait: ACK_WAIT,
            max_ack_pending: -1,
            // Whoever gets it once too often sets it aside: the server would only hide it.
            max_deliver: -1,
            ..pull::Config::default()
        };
        let was_there = self.has_consumer(&stream, &name).await?;
        let create = || {
            let (stream, config) = (stream.clone(), config.clone());
            Box::pin(async move {
                let jetstream = nats.jetstream();
                jetstream.create_consumer_on_stream(config, stream).await
            })
        };
        let created = nats.within_store(&stream, create).await?;
        if !was_there {
            let found = nats.find_stream(&stream).await?;
            let checked = found.map(|found| check_new(created.cached_info(), found.cached_info()));
            if let Some(Err(error)) = checked {
                let deleted = nats.jetstream().delete_consumer_from_stream(&name, &stream);
                nats.within(Box::pin(deleted)).await?;
                return Err(error);
            }
        }
        Ok(name)
    }

    async fn has_consumer(&self, stream: &str, name: &str) -> Result<bool> {
        let jetstream = self.0.nats.jetstream();
        let ask = || async {
            let found = jetstream.get_consumer_from_stream::<pull::Config, _, _>(name, stream);
            match found.await {
                Ok(_) => Ok(true),
                Err(error) if is_absent(&error) => Ok(false),
                Err(error) => Err(error),
            }
        };
        self.0.nats.within_store(stream, ask).await
    }

    /// How many milliseconds the server's clock, by which updates are dated, is ahead of [`boot_ms`]: neither clock of
    /// this machine needs to be right, and it may be set meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`].
    pub(crate) async fn clock_ahead(&self, express: Express, consumer: &str) -> Result<i64> {
        #[derive(Deserialize)]
        struct Told {
            /// When the server answered.
            ts: String,
        }
        let nats = &self.0.nats;
        let subject = format!("$JS.API.CONSUMER.INFO.{}.{consumer}", self.stream(express));
        let before = boot_ms();
        let asked = nats.client().request(subject, Bytes::new());
        let answer = nats.within(Box::pin(asked)).await?;
        let told: Told = serde_json::from_slice(&answer.payload)?;
        let here = i64::midpoint(before, boot_ms());
        let there = parse_rfc3339(&told.ts);
        let there = there.map_err(|error| Error::unavailable("NATS", error))?;
        Ok(in_ms(there) - here)
    }

    /// The name of a stream.
    pub(crate) fn stream(&self, express: Express) -> String {
        self.0.names.express_stream(express)
    }

    pub(crate) fn nats(&self) -> &Nats {
        &self.0.nats
    }
}

/// Milliseconds since some moment in the past, by a clock that is never set.
pub(crate) fn boot_ms() -> i64 {
    i64::try_from(clock::now().as_millis()).unwrap_or(i64::MAX)
}

/// Milliseconds since 1970.
pub(crate) fn in_ms(moment: DateTime) -> i64 {
    i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

fn wanted(names: &Topology, express: Express) -> StreamConfig {
    let is_inline = express == Express::Inline;
    let description = match express {
        Express::Payment => "Payments that wait for their answer",
        Express::Inline => "Inline queries that wait for their answer",
    };
    StreamConfig {
        name: names.express_stream(express),
        description: Some(description.into()),
        subjects: vec![names.express_subjects(express)],
        retention: RetentionPolicy::WorkQueue,
        storage: StorageType::File,
        discard: DiscardPolicy::Old,
        max_bytes: MOST,
        // The server itself replaces what a user typed before.
        max_messages_per_subject: if is_inline { 1 } else { -1 },
        max_age: KEPT,
        duplicate_window: KEPT,
        ..StreamConfig::default()
    }
}

/// Opens a stream, and brings one of an earlier version to what is wanted now.
async fn open(nats: &Nats, wanted: StreamConfig) -> Result<()> {
    let stream = nats.stream(wanted.clone()).await?;
    let kept = &stream.cached_info().config;
    if kept.retention != wanted.retention || kept.subjects != wanted.subjects {
        return Err(Error::context(
            "the queue of payments and inline queries cannot be used",
            NatsError::fatal(
                format!(
                    "the stream {} has other settings than it needs",
                    wanted.name
                ),
                "choose another nats.prefix, or delete that stream if it is not in use",
            ),
        ));
    }
    let settings = |config: &StreamConfig| {
        (
            config.discard,
            config.max_bytes,
            config.max_messages_per_subject,
            config.max_age,
            config.duplicate_window,
        )
    };
    if settings(kept) != settings(&wanted) {
        let config = StreamConfig {
            num_replicas: kept.num_replicas,
            ..wanted
        };
        nats.within(nats.jetstream().update_stream(&config)).await?;
    }
    Ok(())
}

impl fmt::Debug for ExpressQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExpressQueue")
    }
}
