//! Whether the servers that handlers need are there. While one is away, partitions go to other processes.

use std::{sync::Arc, time::Duration};

use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::{Result, db::DatabaseLost, telegram::backoff::Backoff};

/// How often the servers are asked while all is well.
const INTERVAL: Duration = Duration::from_secs(5);

/// What is known of the servers; a clone shares it. [`watch`](Self::watch) keeps it up to date.
#[derive(Clone, Debug)]
pub(crate) struct Health {
    is_well: watch::Sender<bool>,
    suspicion: Arc<Notify>,
}

impl Default for Health {
    fn default() -> Self {
        Self {
            is_well: watch::Sender::new(true),
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
        probe: impl AsyncFn() -> Result<()>,
        stop: CancellationToken,
    ) -> Result<()> {
        let mut backoff = Backoff::new(Duration::from_millis(250), Duration::from_secs(2));
        loop {
            let Some(probed) = stop.run_until_cancelled(probe()).await else {
                return Ok(());
            };
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

    /// Tells that a server may be away: it is asked at once.
    pub(super) fn suspect(&self) {
        self.suspicion.notify_one();
    }

    pub(super) fn is_well(&self) -> bool {
        *self.is_well.borrow()
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
    use crate::Error;

    #[tokio::test(start_paused = true)]
    async fn a_suspicion_is_checked_at_once_and_the_end_of_an_outage_is_noticed() {
        let (health, stop) = (Health::default(), CancellationToken::new());
        let is_away = Arc::new(AtomicBool::new(false));
        let asked = is_away.clone();
        let probe = async move || match asked.load(Ordering::Relaxed) {
            true => Err(Error::unavailable("PostgreSQL", "x")),
            false => Ok(()),
        };
        let watching = health.clone().watch(probe, stop.clone());
        let scenario = async {
            is_away.store(true, Ordering::Relaxed);
            health.suspect();
            let mut away = health.is_well.subscribe();
            away.wait_for(|is_well| !is_well).await.expect("it is ours");
            assert!(!health.is_well());
            is_away.store(false, Ordering::Relaxed);
            health.well().await;
            assert!(health.is_well());
            stop.cancel();
        };
        let (watched, ()) = tokio::join!(watching, scenario);
        watched.expect("it was stopped");
    }
}
