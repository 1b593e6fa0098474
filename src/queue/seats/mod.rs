//! Which process owns which partition of a bot's queue, and which one polls: the rules are those of the
//! crate `ostankino-seats`, the store is a bucket of NATS.
//!
//! A process takes part by running [`Seats`]. It is told of its seats by [`Change`]s, and asks
//! [`SeatsHandle::may_begin`] right before each update that it begins.

mod alive;
pub(crate) mod bucket;
pub(super) mod clock;
mod doubt;
mod driver;
mod entry;
mod handle;
mod report;
mod requests;
mod store;
#[cfg(test)]
mod tests;

use std::{fmt, sync::Arc, time::Duration};

pub(crate) use ostankino_seats::Seat;
use ostankino_seats::{Instance, Process, Timing};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub(crate) use self::handle::SeatsHandle;
use self::{alive::Questions, driver::Driver, handle::Shared, store::Store};
use crate::{Result, config::Config, nats::Nats};

/// Beyond the time that a shutdown waits for what is in flight: for the last writes.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What became of a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is owned: begin its work.
    Own {
        seat: Seat,
        /// Greater than that of any owner before, also where the bucket was lost meanwhile.
        term: u64,
        /// The owner before gave it back in order. False where nothing is known of an owner: the
        /// last one's entry may have expired.
        was_released: bool,
    },
    /// It is to be handed over: begin nothing of it any more, and say so when nothing of it is under
    /// way ([`SeatsHandle::drained`]).
    Drain(Seat),
    /// It was lost: another process may have begun its work.
    Abandon(Seat),
}

/// A process's part in sharing the seats of one bot. Dropping it gives nothing back: the entries
/// expire, or other processes notice that the connection is gone.
pub(crate) struct Seats(Driver);

impl Seats {
    /// Opens the bucket of leases, creating it if it is not there. Nothing is taken before
    /// [`run`](Self::run).
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub(crate) async fn open(
        nats: &Nats,
        config: &Config,
    ) -> Result<(Self, SeatsHandle, mpsc::UnboundedReceiver<Change>)> {
        let bucket = bucket::open(nats, config).await?;
        let copies = bucket.stream.cached_info().config.num_replicas;
        // It may be recreated with as many as are configured.
        let mut timing = match copies.max(config.nats.replicas) {
            0 | 1 => Timing::single(config.delivery.lease()).slower(config.pace().times()),
            _ => Timing::replicated(config.delivery.lease()),
        };
        if config.fleet.is_on() {
            // A process that begins when there are fewer bots has another pace.
            timing = timing.among_slower();
        }
        let name = || Instance(fastrand::u64(1..));
        let (bot, partitions) = (config.telegram.bot_id(), config.delivery.partitions);
        let process = Process::new(timing, partitions, name, clock::now());
        let shared = Arc::new(Shared::new(process));
        let store = Store::new(nats, bucket, bot, partitions);
        let questions = Questions::new(nats, &config.nats.prefix, timing.tick.mul_f64(0.9));
        let (changes, told) = mpsc::unbounded_channel();
        let grace = Duration::from_millis(config.delivery.shutdown_grace_ms);
        let driver = Driver::new(nats, shared.clone(), store, questions, changes, grace);
        Ok((Self(driver), SeatsHandle(shared), told))
    }

    /// Takes part until `stop`, then hands over all seats and leaves. That takes no longer than a
    /// shutdown may wait for what is in flight, and a moment: what could not be handed over by then
    /// expires.
    pub(crate) async fn run(self, stop: CancellationToken) {
        self.0.run(stop).await;
    }
}

impl fmt::Debug for Seats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seats").finish_non_exhaustive()
    }
}
