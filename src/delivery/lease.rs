//! The lease of a bot's poller: an entry of a KV bucket that vanishes unless it is renewed. Every
//! change is a compare-and-swap, so that of several processes exactly one holds it.

use std::time::{Duration, SystemTime};

use async_nats::jetstream::kv::{self, Operation, UpdateErrorKind};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout};

use crate::{
    Error, Result,
    config::Config,
    nats::{Nats, lost_race, stream_of},
    queue::seats::bucket,
};

/// The entry of the bucket `<prefix>_leases` under `poller.<bot id>`.
#[derive(Clone, Debug)]
pub(super) struct Lease {
    nats: Nats,
    length: Duration,
    store: kv::Store,
    key: String,
    instance: String,
    host: String,
}

/// What the entry says of who polls.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Holder {
    /// A random name of the process.
    pub(super) instance: String,
    /// The name of its host.
    pub(super) host: String,
    /// Since when, in Unix seconds.
    since: u64,
}

/// What was found under the key.
#[derive(Debug)]
pub(super) enum Found {
    /// Nobody has it.
    Free {
        /// What the next holder must name to take it.
        revision: u64,
        /// Whether the last holder gave it back: it does not poll any more.
        released: bool,
    },
    /// This process has it.
    Ours { revision: u64 },
    /// Another process has it.
    Theirs(Holder),
}

/// A lease that was taken by this process, and may be lost by now.
#[derive(Debug)]
pub(super) struct Held {
    revision: u64,
    /// When the last request that succeeded was sent: the server counts from some moment later.
    sent: Instant,
    since: u64,
}

/// What became of a lease that was to be renewed.
#[derive(Debug)]
pub(super) enum Renewal {
    Held,
    /// Lost, to another process if there is one.
    Lost(Option<Holder>),
}

impl Lease {
    /// Opens the bucket, creating it if it is not there.
    pub(super) async fn open(nats: &Nats, config: &Config) -> Result<Self> {
        Ok(Self {
            store: bucket::open(nats, config).await?,
            nats: nats.clone(),
            length: config.delivery.lease(),
            key: format!("poller.{}", config.telegram.bot_id()),
            instance: format!("{:016x}", fastrand::u64(..)),
            host: bucket::host(),
        })
    }

    /// How this process is called in the entry.
    pub(super) fn instance(&self) -> &str {
        &self.instance
    }

    /// How long it lasts without being renewed.
    pub(super) fn length(&self) -> Duration {
        self.length
    }

    /// How often it is renewed.
    pub(super) fn interval(&self) -> Duration {
        self.length() / 3
    }

    /// Until when this process may rely on it without a word from the server. A renewal interval
    /// is left for clocks that run apart and for what is on its way.
    pub(super) fn good_until(&self, held: &Held) -> Instant {
        held.sent + self.length() - self.interval()
    }

    /// Reads the entry. A copy of it in a cluster may be behind: only [`take`](Self::take) and
    /// [`renew`](Self::renew) are certain.
    pub(super) async fn look(&self) -> Result<Found> {
        let ask = || self.store.entry(&*self.key);
        let found = self.nats.within_store(&self.stream(), ask).await?;
        let Some(entry) = found else {
            return Ok(Found::Free {
                revision: 0,
                released: false,
            });
        };
        let revision = entry.revision;
        if entry.operation != Operation::Put {
            return Ok(Found::Free {
                revision,
                released: true,
            });
        }
        // Whatever stands there, it is held until it vanishes.
        let holder: Holder = serde_json::from_slice(&entry.value).unwrap_or_default();
        Ok(if holder.instance == self.instance {
            Found::Ours { revision }
        } else {
            Found::Theirs(holder)
        })
    }

    /// Takes the lease, if nobody changed it since `revision` was found.
    pub(super) async fn take(&self, revision: u64) -> Result<Option<Held>> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let (since, sent) = (now.unwrap_or_default().as_secs(), Instant::now());
        let taken = self.put(revision, since).await?;
        Ok(taken.map(|revision| Held {
            revision,
            sent,
            since,
        }))
    }

    /// Renews it. After an error it may be renewed or not: try again.
    pub(super) async fn renew(&self, held: &mut Held) -> Result<Renewal> {
        loop {
            let sent = Instant::now();
            if let Some(revision) = self.put(held.revision, held.since).await? {
                (held.revision, held.sent) = (revision, sent);
                return Ok(Renewal::Held);
            }
            match self.look().await? {
                // An earlier renewal did arrive, and only its answer was lost.
                Found::Ours { revision } if revision != held.revision => held.revision = revision,
                Found::Ours { .. } => {
                    let problem = "the lease was read from a copy that is behind";
                    return Err(Error::unavailable("NATS", problem));
                }
                Found::Theirs(holder) => return Ok(Renewal::Lost(Some(holder))),
                Found::Free { .. } => return Ok(Renewal::Lost(None)),
            }
        }
    }

    /// Gives it back, so that another process takes it at once.
    pub(super) async fn release(&self, held: Held) {
        let releasing = async {
            if self.delete(held.revision).await? {
                return Ok(());
            }
            // A renewal that was under way may have arrived.
            if let Found::Ours { revision } = self.look().await? {
                self.delete(revision).await?;
            }
            Ok::<_, Error>(())
        };
        let released = timeout(Duration::from_secs(2), releasing).await;
        let problem = match released {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.chain(),
            Err(_) => "no answer in time".into(),
        };
        tracing::warn!(
            error = problem,
            "the lease was not given back: another process polls when it expires"
        );
    }

    /// Writes the entry; gives its new revision, `None` if another one was there.
    async fn put(&self, revision: u64, since: u64) -> Result<Option<u64>> {
        let value = serde_json::to_vec(&Holder {
            instance: self.instance.clone(),
            host: self.host.clone(),
            since,
        })?;
        let value = Bytes::from(value);
        let write = || async {
            match self.store.update(&self.key, value.clone(), revision).await {
                Ok(revision) => Ok(Some(revision)),
                Err(error)
                    if error.kind() == UpdateErrorKind::WrongLastRevision || lost_race(&error) =>
                {
                    Ok(None)
                }
                Err(error) => Err(error),
            }
        };
        self.nats.within_store(&self.stream(), write).await
    }

    /// Removes the entry; false if it was another one.
    async fn delete(&self, revision: u64) -> Result<bool> {
        let deleted = async {
            let deleted = self.store.delete_expect_revision(&self.key, Some(revision));
            match deleted.await {
                Ok(()) => Ok(true),
                Err(error) if lost_race(&error) => Ok(false),
                Err(error) => Err(error),
            }
        };
        self.nats.within(deleted).await
    }

    fn stream(&self) -> String {
        stream_of(&self.store.name)
    }
}
