//! Takes an update that was posted into the queue, by the same ways as those that were fetched; or says at once that it cannot.

use std::{slice, time::Duration};

use bytes::Bytes;
use tokio::time::{Instant, timeout};

use crate::{
    Error,
    dialogue::Move,
    intake::{Flood, Hook, Store, store::Item, traced, trouble::Troubles},
    nats::is_not_stored,
    queue::Incoming,
    telegram::internal::RawUpdate,
    worker::Health,
};

/// How long storing one thing may take. Telegram waits for longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What takes updates in.
#[derive(Debug)]
pub(crate) struct Receiver {
    hook: Hook,
    store: Store,
    flood: Option<Flood>,
    health: Health,
    troubles: Troubles,
}

/// What became of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// The server has it.
    Stored,
    /// Its sender sends too much.
    Dropped,
    /// There is no room: Telegram keeps it.
    Full,
    /// NATS is away: Telegram keeps it.
    Away,
}

impl Receiver {
    /// Takes updates into these stores, except what is beyond the measure of `flood`.
    pub(crate) fn new(hook: Hook, store: Store, flood: Option<Flood>, health: Health) -> Self {
        Self {
            hook,
            store,
            flood,
            health,
            troubles: Troubles::default(),
        }
    }

    pub(super) fn hook(&self) -> &Hook {
        &self.hook
    }

    /// Whatever was dropped is told in time, though nothing comes.
    pub(super) fn rest(&self) {
        if let Some(flood) = &self.flood {
            flood.rest();
        }
    }

    /// Stores an update, once even if it comes again. It is tried once: Telegram is the one to try again, be it elsewhere.
    pub(super) async fn take(&self, bytes: Bytes) -> Taken {
        let since = Instant::now();
        let update = RawUpdate::new(bytes);
        let taken = self.take_update(&update, since).await;
        // What was dropped has no trace.
        if let Some((status, outcome)) = match taken {
            Taken::Stored => Some((200, "stored")),
            Taken::Full => Some((503, "full")),
            Taken::Away => Some((503, "away")),
            Taken::Dropped => None,
        } {
            traced::posted(self.store.bot(), &update, since, status, outcome);
        }
        taken
    }

    async fn take_update(&self, update: &RawUpdate, since: Instant) -> Taken {
        if self
            .flood
            .as_ref()
            .is_some_and(|flood| !flood.takes(update))
        {
            return Taken::Dropped;
        }
        // Before anything that is said in the supergroup is handled, wherever that may be.
        let moved = Move::told_by(update).map(Item::Move);
        let sorted = self.store.sort(slice::from_ref(update), since);
        let of =
            |(partition, updates): (u16, Vec<Incoming>)| self.store.batches(partition, &updates);
        let batches = (0..).zip(sorted.partitions).flat_map(of);
        let items = moved
            .into_iter()
            .chain(sorted.express.into_iter().map(Item::Express))
            .chain(batches)
            .chain(sorted.letters.into_iter().map(Item::Letter));
        for item in items {
            let trouble = self.troubles.of(item.lane());
            if let Err(error) = self.store_one(&item).await {
                trouble.met(&error);
                return if is_not_stored(&error) {
                    Taken::Full
                } else {
                    Taken::Away
                };
            }
            trouble.may_be_over();
        }
        Taken::Stored
    }

    async fn store_one(&self, item: &Item) -> Result<(), Error> {
        // Whoever waits for a server that is away keeps Telegram from trying another process.
        if !self.store.is_connected() {
            return Err(Error::unavailable("NATS", "there is no connection"));
        }
        if let Some(problem) = self.health.last().and_then(|asked| asked.nats) {
            return Err(Error::unavailable("NATS", problem));
        }
        match timeout(PATIENCE, self.store.store(item)).await {
            Ok(stored) => stored,
            Err(_) => Err(Error::unavailable(
                "NATS",
                "an update was not stored in time",
            )),
        }
    }
}
