//! Gives a partition back: nothing of it begins, what is under way ends, and what was done is known to
//! whoever owns it next.

use std::{convert::Infallible, sync::Arc, time::Duration};

use futures_util::future::join_all;
use tokio::time::timeout;
use tower::Service;

use super::{
    batch::{Item, Untraced},
    partition::Partition,
    shared::Shared,
    sharing::HELD_LONG,
};
use crate::{Request, outcome::Conclusion};

/// How long what is handed over is kept for the sake of what it did, once nothing of it is under way.
const LAST_TRACES: Duration = Duration::from_secs(2);

impl<S> Shared<S>
where
    S: Service<Request, Response = Conclusion, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    /// Lets nothing of a partition begin, waits for what is under way, and gives it back.
    pub(super) async fn hand_over(self: Arc<Self>, partition: Arc<Partition>, limit: Duration) {
        partition.close();
        self.drop_unbegun(&partition);
        let lost = partition.lost.clone();
        let resting = lost.run_until_cancelled(partition.rests());
        let rested = timeout(limit, resting).await;
        let tracing = lost.run_until_cancelled(self.last_traces(&partition));
        let _ = timeout(LAST_TRACES, tracing).await;
        if rested.is_err() {
            tracing::warn!(
                event = "hand_over_late",
                partition = partition.number,
                "updates of a partition that is handed over were not finished in time: its next \
                 owner handles them again"
            );
        }
        let is_lost = lost.is_cancelled();
        partition.lose();
        if !is_lost && let Err(error) = self.queue.disown(partition.number, partition.term).await {
            tracing::debug!(error = error.chain(), "a consumer was left behind");
        }
        self.seats.drained(partition.seat);
    }

    /// What was done and stands in a batch that goes to the next owner is not to be done again. Whole
    /// batches are acknowledged.
    async fn last_traces(&self, partition: &Partition) {
        partition.is_acknowledged().await;
        for batch in partition.batches() {
            let untraced = batch.untraced();
            let traces = untraced.iter().map(|(_, _, key)| self.inbox.trace(*key));
            let traced = join_all(traces).await;
            if let Some(Err(error)) = traced.into_iter().find(Result::is_err) {
                tracing::warn!(
                    event = "trace_failed",
                    partition = partition.number,
                    error = error.chain(),
                    "updates that were handled left no trace: the next owner may answer them again"
                );
            }
        }
    }

    /// Leaves traces of what is done in batches that are held for long.
    pub(super) fn leave_traces(self: &Arc<Self>, partition: &Partition) {
        for batch in partition.batches() {
            if batch.pulled_at.elapsed() < HELD_LONG {
                continue;
            }
            let untraced = batch.untraced();
            if untraced.is_empty() || !batch.begins_tracing() {
                continue;
            }
            let shared = self.clone();
            self.spawn(async move {
                let traces = untraced.iter().map(|(_, _, key)| shared.inbox.trace(*key));
                let traced = join_all(traces).await;
                for ((index, lane, key), traced) in untraced.into_iter().zip(traced) {
                    if traced.is_ok() {
                        let batch = batch.clone();
                        let item = Item { batch, index };
                        item.is_traced();
                        shared.lanes().traced(lane, &Untraced { key, item });
                    }
                }
                batch.ends_tracing();
            });
        }
    }
}
