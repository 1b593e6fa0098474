//! How much of the queue is not handled yet, for whoever looks at it from outside.

use std::{collections::BTreeMap, time::SystemTime};

use async_nats::jetstream::stream::{LastRawMessageErrorKind, Stream};
use futures_util::TryStreamExt;

use super::{batch::count, layout, topology};
use crate::{Result, nats::Nats, telegram::internal::Express};

/// How many messages are looked into: of a longer queue it is estimated how many updates they hold.
const LOOKED_AT: u64 = 256;

/// The updates in the queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// The number of partitions of the queue; `None` if its stream does not say.
    pub partitions: Option<u16>,
    /// Updates that no worker was given yet.
    pub waiting: u64,
    /// Updates that a worker has, or is to be given again; a batch counts until all of it is done.
    pub in_flight: u64,
    /// Whether there are too many messages to count their updates: the numbers are estimates.
    pub is_estimate: bool,
    /// When the oldest of them was stored.
    pub oldest: Option<SystemTime>,
    /// The partitions that are not empty, with their number of updates; the fullest first.
    pub busiest: Vec<(u16, u64)>,
}

/// What waits in an express lane, each by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExpressBacklog {
    /// Updates that no process was given yet.
    pub waiting: u64,
    /// Updates that a process has, or is to be given again.
    pub in_flight: u64,
    /// When the oldest of them was stored.
    pub oldest: Option<SystemTime>,
}

impl ExpressBacklog {
    /// That of the lane under that prefix; nothing if no service has made its queue yet.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub async fn find(nats: &Nats, prefix: &str, lane: Express) -> Result<Self> {
        let name = topology::express_stream(prefix, lane);
        let Some(found) = nats.find_stream(&name).await? else {
            return Ok(Self::default());
        };
        let consumers: Vec<_> = nats.within(found.consumers().try_collect()).await?;
        let state = &found.cached_info().state;
        let in_flight: usize = consumers.iter().map(|info| info.num_ack_pending).sum();
        Ok(Self {
            waiting: state.messages.saturating_sub(in_flight as u64),
            in_flight: in_flight as u64,
            oldest: (state.messages > 0).then(|| state.first_timestamp.into()),
        })
    }
}

/// How many updates the messages that were looked into hold: of all partitions, and of each.
#[derive(Default)]
struct Sample {
    all: Share,
    partitions: BTreeMap<u16, Share>,
}

#[derive(Clone, Copy, Default)]
struct Share {
    messages: u64,
    updates: u64,
}

impl Backlog {
    /// The backlog of the queue under that prefix; `None` if no service has made the queue yet.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub async fn find(nats: &Nats, prefix: &str) -> Result<Option<Self>> {
        let Some(found) = nats.find_stream(&topology::stream(prefix)).await? else {
            return Ok(None);
        };
        let consumers: Vec<_> = nats.within(found.consumers().try_collect()).await?;
        let info = found.cached_info();
        let messages = info.state.messages;
        let sample = Sample::of(nats, &found, prefix).await?;
        let in_flight: usize = consumers.iter().map(|info| info.num_ack_pending).sum();
        let mut partitions = BTreeMap::new();
        for info in &consumers {
            if let Some(partition) = topology::partition_of(&info.name) {
                let messages = info.num_pending + info.num_ack_pending as u64;
                *partitions.entry(partition).or_insert(0) += messages;
            }
        }
        let mut busiest: Vec<_> = partitions.into_iter().filter(|(_, n)| *n > 0).collect();
        for (partition, messages) in &mut busiest {
            let share = sample.partitions.get(partition).unwrap_or(&sample.all);
            *messages = share.updates_in(*messages);
        }
        busiest.sort_by_key(|(partition, updates)| (std::cmp::Reverse(*updates), *partition));
        let in_flight = in_flight as u64;
        Ok(Some(Self {
            partitions: layout::partitions_of_all(&info.config),
            waiting: sample.all.updates_in(messages.saturating_sub(in_flight)),
            in_flight: sample.all.updates_in(in_flight),
            is_estimate: messages > LOOKED_AT,
            oldest: (messages > 0).then(|| info.state.first_timestamp.into()),
            busiest,
        }))
    }
}

impl Sample {
    async fn of(nats: &Nats, stream: &Stream, prefix: &str) -> Result<Self> {
        let state = &stream.cached_info().state;
        let (mut next, subjects) = (state.first_sequence, format!("{prefix}.upd.>"));
        let mut sample = Self::default();
        while sample.all.messages < LOOKED_AT.min(state.messages) {
            let read = async {
                match stream
                    .get_first_raw_message_by_subject(&subjects, next)
                    .await
                {
                    Ok(message) => Ok(Some(message)),
                    // It was handled meanwhile.
                    Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => {
                        Ok(None)
                    }
                    Err(error) => Err(error),
                }
            };
            let Some(message) = nats.within(read).await? else {
                break;
            };
            let index = message.headers.get(topology::UPDATES);
            let updates = index.and_then(|index| count(index.as_str())).unwrap_or(1);
            sample.all.add(updates);
            let partition = message.subject.rsplit('.').next();
            if let Some(partition) = partition.and_then(|number| number.parse().ok()) {
                sample.partitions.entry(partition).or_default().add(updates);
            }
            next = message.sequence + 1;
        }
        Ok(sample)
    }
}

impl Share {
    fn add(&mut self, updates: u64) {
        self.messages += 1;
        self.updates += updates;
    }

    /// How many updates so many messages hold, most likely.
    fn updates_in(&self, messages: u64) -> u64 {
        if self.messages == 0 {
            return messages;
        }
        (messages * self.updates).div_ceil(self.messages)
    }
}
