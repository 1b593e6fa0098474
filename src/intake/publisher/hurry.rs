//! Stores an update that is of no use soon, and gives it up before it holds up what others say.

use std::time::Duration;

use tokio::time::{sleep, timeout_at};
use tokio_util::sync::CancellationToken;

use super::Publisher;
use crate::{Error, intake::store::Item, queue::Urgent, telegram::internal::Express};

/// How long the poller waits for these alone: of payments as long as their stream may be without a leader.
const fn alone(lane: Express) -> Duration {
    match lane {
        Express::Payment => Duration::from_secs(4),
        Express::Inline => Duration::from_secs(1),
    }
}

impl Publisher {
    /// Stores it, unless that takes until it is too late, or longer than the poller waits after all else of its answer was stored,
    /// which `others_are` tells. False if told to stop.
    pub(super) async fn hurry(&self, update: Urgent, others_are: &CancellationToken) -> bool {
        let until = update.since + update.express.deadline();
        let (update_id, kind, lane) = (update.update_id, update.kind, update.express);
        let too_long = async {
            others_are.cancelled().await;
            sleep(alone(lane)).await;
        };
        tokio::select! {
            biased;
            stored = self.store_in_order(vec![Item::Express(update)]) => return stored,
            _ = timeout_at(until, too_long) => {}
        }
        let silent = Error::unavailable("NATS", "an update was not stored in time");
        self.troubles.of(Some(lane)).met(&silent);
        metrics::counter!("ostankino_express_expired_total", "kind" => kind.as_str()).increment(1);
        tracing::warn!(
            event = "express_expired",
            update_id,
            kind = kind.as_str(),
            "an update could not be stored in time: it is dropped"
        );
        true
    }
}
