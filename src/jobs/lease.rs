//! The lease of a job that runs: renewed while it works, and what is known of it.

use std::time::Duration;

use futures_util::future::BoxFuture;
use ostankino_core::job::Beat;
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

use super::table::{JobStore, LEASE_S};
use crate::Result;

/// The interval of renewals.
const RENEWAL: Duration = Duration::from_secs(8);

/// How long a lease lasts by this container's clock: a little shorter than by the database's.
const LASTS: Duration = Duration::from_secs(LEASE_S as u64 - 3);

/// Why a job may go on no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// Another container has it, or may have it.
    Lost,
    /// It is to end.
    Cancelled,
}

/// The lease of one job.
#[derive(Clone, Debug)]
pub(super) struct Lease {
    pub(super) store: JobStore,
    pub(super) worker: String,
    pub(super) seq: i64,
    pub(super) cancel: watch::Sender<bool>,
}

impl Lease {
    /// Renews it; returns once the job may go on no more.
    pub(super) async fn keep(&self) -> Over {
        let mut renewed = Instant::now();
        let mut cancelled = self.cancel.subscribe();
        loop {
            tokio::select! {
                () = sleep(RENEWAL) => {}
                _ = cancelled.wait_for(|is_cancelled| *is_cancelled) => return Over::Cancelled,
            }
            let begun = Instant::now();
            match self.store.renew(self.seq, &self.worker).await {
                Ok(Some(true)) => {
                    self.cancel.send_replace(true);
                    return Over::Cancelled;
                }
                Ok(Some(false)) => renewed = begun,
                Ok(None) => return Over::Lost,
                Err(_) if renewed.elapsed() < LASTS - RENEWAL => {}
                Err(_) => return Over::Lost,
            }
        }
    }
}

impl Beat for Lease {
    fn beat(&self) -> BoxFuture<'_, Result<bool>> {
        Box::pin(async {
            let renewed = self.store.renew(self.seq, &self.worker).await?;
            if renewed == Some(true) {
                self.cancel.send_replace(true);
            }
            Ok(renewed.is_some())
        })
    }
}
