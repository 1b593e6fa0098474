//! How much of the queue is not handled yet, for whoever looks at it from outside.

use std::{collections::BTreeMap, time::SystemTime};

use futures_util::TryStreamExt;

use super::queue;
use crate::{Result, nats::Nats};

/// The updates in the queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// The number of partitions of the queue; `None` if its stream does not say.
    pub partitions: Option<u16>,
    /// Updates that no worker was given yet.
    pub waiting: u64,
    /// Updates that a worker has, or is to be given again.
    pub in_flight: u64,
    /// When the oldest of them was stored.
    pub oldest: Option<SystemTime>,
    /// The partitions that are not empty, with their number of updates; the fullest first.
    pub busiest: Vec<(u16, u64)>,
}

impl Backlog {
    /// The backlog of the queue under that prefix; `None` if no service has made the queue yet.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub async fn find(nats: &Nats, prefix: &str) -> Result<Option<Self>> {
        let Some(stream) = nats.find_stream(&queue::stream_name(prefix)).await? else {
            return Ok(None);
        };
        let consumers: Vec<_> = nats.within(stream.consumers().try_collect()).await?;
        let in_flight: usize = consumers.iter().map(|info| info.num_ack_pending).sum();
        let mut partitions = BTreeMap::new();
        for info in &consumers {
            if let Some(partition) = queue::partition_of_consumer(&info.name) {
                let updates = info.num_pending + info.num_ack_pending as u64;
                *partitions.entry(partition).or_insert(0) += updates;
            }
        }
        let mut busiest: Vec<_> = partitions.into_iter().filter(|(_, n)| *n > 0).collect();
        busiest.sort_by_key(|(partition, updates)| (std::cmp::Reverse(*updates), *partition));
        let info = stream.cached_info();
        let in_flight = in_flight as u64;
        Ok(Some(Self {
            partitions: queue::partitions(&info.config),
            waiting: info.state.messages.saturating_sub(in_flight),
            in_flight,
            oldest: (info.state.messages > 0).then(|| info.state.first_timestamp.into()),
            busiest,
        }))
    }
}
