//! Keeps the inbox small: every process forgets what is old, in batches.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Inbox;
use crate::Result;

/// The most rows of one statement: it holds no lock for long.
const BATCH: u32 = 1_000;

/// The interval between purges; up to a half more, so that processes take turns.
const INTERVAL: Duration = Duration::from_secs(20 * 60);

/// Forgets, until `stop`, updates that were applied more than `days` days ago.
pub async fn purge(inbox: Inbox, days: u32, stop: CancellationToken) {
    while let Some(purged) = stop.run_until_cancelled(purge_all(&inbox, days)).await {
        match purged {
            Ok(0) => {}
            Ok(rows) => tracing::info!(event = "purged", rows, "old updates were forgotten"),
            Err(error) => tracing::warn!(
                event = "purge_failed",
                error = error.chain(),
                "old updates were not forgotten"
            ),
        }
        let pause = INTERVAL.mul_f64(1.0 + fastrand::f64() / 2.0);
        stop.run_until_cancelled(tokio::time::sleep(pause)).await;
    }
}

async fn purge_all(inbox: &Inbox, days: u32) -> Result<usize> {
    let mut all = 0;
    loop {
        let rows = inbox.purge(days, BATCH).await?;
        all += rows;
        if rows < BATCH as usize {
            return Ok(all);
        }
    }
}
