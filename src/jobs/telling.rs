//! Tells what came of a job: publishes its event, then forgets the job.

use std::{collections::HashSet, sync::Arc, time::Duration};

use serde_json::Value;
use tokio::time::sleep;

use super::{claim::Claimed, running::whose, table::JobStore};
use crate::{
    Result,
    events::{Events, Happening},
    telegram::backoff::Backoff,
};

/// How often it is tried before that is left to the next container.
const TRIES: u32 = 5;

#[derive(Clone, Debug)]
pub(super) struct Telling {
    pub(super) store: JobStore,
    pub(super) events: Events,
    /// The events of jobs that a route takes.
    pub(super) heard: Arc<HashSet<String>>,
}

impl Telling {
    /// Tells it; what could not be told stays in the row, for whoever claims it next.
    pub(super) async fn tell(&self, job: &Claimed, event: &str, data: &str) {
        let mut backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(2));
        for tried in 1..=TRIES {
            match self.publish(job, event, data).await {
                Ok(()) => return,
                Err(error) if tried == TRIES => tracing::warn!(
                    event = "job_untold",
                    once_key = job.once_key,
                    error = error.chain(),
                    "what came of a job is not told yet: it is once its lease is over"
                ),
                Err(_) => sleep(backoff.next()).await,
            }
        }
    }

    async fn publish(&self, job: &Claimed, event: &str, data: &str) -> Result<()> {
        if self.heard.contains(event) {
            let data: Value = serde_json::from_str(data)?;
            let happening = Happening {
                id: job.id,
                name: event,
                whose: &whose(job),
                timer: None,
                data: &data,
            };
            self.events.publish(&happening).await?;
        }
        self.store.told(job.seq).await
    }
}
