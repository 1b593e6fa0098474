//! The queue between Telegram and the handlers: a stream of batches, split into partitions, and who of
//! several processes owns which of them.

mod backlog;
mod batch;
mod consumer;
mod epoch;
mod express;
mod layout;
mod partition;
mod pull;
pub(crate) mod seats;
mod stream;
pub(crate) mod topology;

pub use backlog::{Backlog, ExpressBacklog};
pub(crate) use batch::{Incoming, Queued, pack, unpack};
pub(crate) use express::{ACK_WAIT, ExpressQueue, Urgent, WAITED, boot_ms, in_ms};
pub(crate) use layout::{partitions, partitions_of_all};
pub use partition::partition_of;
pub(crate) use partition::{fnv1a64, partition_of_lane};
pub(crate) use pull::Puller;
pub(crate) use seats::{Change, Seats, SeatsHandle};
pub use stream::Queue;
pub(crate) use stream::{Owned, bytes};
pub(crate) use topology::{INHERITED, UPDATES};
