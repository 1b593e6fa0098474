//! Whether the servers that handlers need are there. While one is away, partitions go to other processes.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Notify, watch},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use crate::{Error, Result, db::DatabaseLost, telegram::backoff::Backoff};

/// How often the servers are asked while all is well.
const INTERVAL: Duration = Duration::from_secs(5);

/// What is known of the servers; a clone shares it. [`watch`](Self::watch) keeps it up to date.
#[derive(Clone, Debug)]
pub(crate) struct Health {
    is_well: watch::Sender<bool>,
    /// What the servers answered last, once they were asked.
    last: watch::Sender<Option<Asked>>,
    suspicion: Arc<Notify>,
}

/// What the servers answered.
#[derive(Debug)]
pub(crate) struct Probed {
    pub(crate) postgresql: Result<()>,
    pub(crate) nats: Result<()>,
}

/// What the servers answered, and when: of each the error, if it is away.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(feature = "web"),
    expect(dead_code, reason = "the port of the operator asks for it")
)]
pub(crate) struct Asked {
    pub(crate) at: Instant,
    pub(crate) postgresql: Option<String>,
    pub(crate) nats: Option<String>,
}

impl Asked {
    /// Whether both are there.
    pub(crate) fn is_well(&self) -> bool {
        self.postgresql.is_none() && self.nats.is_none()
    }
}

impl Probed {
    fn asked(&self) -> Asked {
        let problem = |answer: &Result<()>| answer.as_ref().err().map(Error::chain);
        Asked {
            at: Instant::now(),
            postgresql: problem(&self.postgresql),
            nats: problem(&self.nats),
        }
    }

    /// Whether both are there.
    ///
    /// # Errors
    ///
    /// That of the one that is not.
    pub(crate) fn both(self) -> Result<()> {
        self.postgresql.and(self.nats)
    }
}

impl Default for Health {
    fn default() -> Self {
        Self {
            is_well: watch::Sender::new(true),
            last: watch::Sender::default(),
            suspicion: Arc::default(),
        }
    }
}

impl Health {
    /// Asks the servers by `probe` now and then, at once after a suspicion, and again and again
    /// while one is away; until `stop`.
    ///
    /// # Errors
    ///
    /// That of the probe, if waiting cannot mend it: the database is there, and empty.
    pub(crate) async fn watch(
        self,
        probe: impl AsyncFn() -> Probed,
        stop: CancellationToken,
    ) -> Result<()> {
        let mut backoff = Backoff::new(Duration::from_millis(250), Duration::from_secs(2));
        loop {
            let Some(probed) = stop.run_until_cancelled(probe()).await else {
                return Ok(());
            };
            self.last.send_replace(Some(probed.asked()));
            let probed = probed.both();
            if let Err(error) = &probed
                && DatabaseLost::is_in(error)
            {
                return probed;
            }
            let is_well = probed.is_ok();
            let was_well = self.is_well.send_replace(is_well);
            match &probed {
                Err(error) if was_well => tracing::error!(
                    event = "server_away",
                    error = error.chain(),
                    "a server is away: updates are left to other processes meanwhile"
                ),
                Ok(()) if !was_well => {
                    tracing::info!(event = "servers_back", "all servers are back")
                }
                _ => {}
            }
            let pause = async {
                if is_well {
                    backoff.reset();
                    let _ = tokio::time::timeout(INTERVAL, self.suspicion.notified()).await;
                } else {
                    tokio::time::sleep(backoff.next()).await;
                }
            };
            if stop.run_until_cancelled(pause).await.is_none() {
                return Ok(());
            }
        }
    }

    /// The answers from now on, each as it comes; for who is told of them again and again.
    pub(crate) fn answers(&self) -> watch::Receiver<Option<Asked>> {
        self.last.subscribe()
    }

    /// Tells that a server may be away: it is asked at once.
    pub(super) fn suspect(&self) {
        self.suspicion.notify_one();
    }

    pub(super) fn is_well(&self) -> bool {
        *self.is_well.borrow()
    }

    /// What the servers answered last; `None` if they were not asked yet.
    #[cfg(feature = "web")]
    pub(crate) fn last(&self) -> Option<Asked> {
        self.last.borrow().clone()
    }

    /// Waits until all servers are there.
    pub(super) async fn well(&self) {
        let _ = self.is_well.subscribe().wait_for(|is_well| *is_well).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_suspicion_is_checked_at_once_and_the_end_of_an_outage_is_noticed() {
        let (health, stop) = (Health::default(), CancellationToken::new());
        let is_away = Arc::new(AtomicBool::new(false));
        let asked = is_away.clone();
        let probe = async move || Probed {
            postgresql: match asked.load(Ordering::Relaxed) {
                true => Err(Error::unavailable("PostgreSQL", "x")),
                false => Ok(()),
            },
            nats: Ok(()),
        };
        let watching = health.clone().watch(probe, stop.clone());
        let scenario = async {
            is_away.store(true, Ordering::Relaxed);
            health.suspect();
            let mut away = health.is_well.subscribe();
            away.wait_for(|is_well| !is_well).await.expect("it is ours");
            assert!(!health.is_well());
            let last = health.last.borrow().clone().expect("it was asked");
            assert!(
                last.postgresql
                    .is_some_and(|error| error.contains("PostgreSQL"))
            );
            assert_eq!(last.nats, None);
            is_away.store(false, Ordering::Relaxed);
            health.well().await;
            assert!(health.is_well());
            stop.cancel();
        };
        let (watched, ()) = tokio::join!(watching, scenario);
        watched.expect("it was stopped");
    }
}
