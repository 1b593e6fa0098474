//! Keeps tables small that only grow: every process forgets what is old, in batches.

use std::{future::Future, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::Result;

/// The most rows of one statement: it holds no lock for long.
const BATCH: u32 = 1_000;

/// The interval between purges; up to a half more, so that processes take turns.
const INTERVAL: Duration = Duration::from_secs(20 * 60);

/// Forgets old rows of that table until `stop`: `forget` does it with as many as it is told, and says how many
/// there were.
pub(crate) async fn purge<F>(
    table: &'static str,
    forget: impl Fn(u32) -> F,
    stop: CancellationToken,
) where
    F: Future<Output = Result<usize>>,
{
    while let Some(purged) = stop.run_until_cancelled(purge_all(&forget)).await {
        match purged {
            Ok(0) => {}
            Ok(rows) => tracing::info!(event = "purged", table, rows, "old rows were forgotten"),
            Err(error) => tracing::warn!(
                event = "purge_failed",
                table,
                error = error.chain(),
                "old rows were not forgotten"
            ),
        }
        let pause = INTERVAL.mul_f64(1.0 + fastrand::f64() / 2.0);
        stop.run_until_cancelled(tokio::time::sleep(pause)).await;
    }
}

async fn purge_all<F>(forget: impl Fn(u32) -> F) -> Result<usize>
where
    F: Future<Output = Result<usize>>,
{
    let mut all = 0;
    loop {
        let rows = forget(BATCH).await?;
        all += rows;
        if rows < BATCH as usize {
            return Ok(all);
        }
    }
}
