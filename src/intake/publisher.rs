//! Stores fetched updates in the queue.

mod hurry;

use std::time::Duration;

use futures_util::future::join_all;
use tokio::{
    sync::Mutex,
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    answers::Answer,
    flood::Flood,
    seat::PollSeat,
    sorting::Sorted,
    store::{Item, Store},
    traced,
    trouble::{Trouble, Troubles},
};
use crate::{
    Error, Result,
    dialogue::Move,
    queue::{Incoming, SeatsHandle},
    telegram::{backoff::Backoff, internal::RawUpdate},
};

/// For how long it may not be certain that this process may store until that is told.
const CERTAIN: Duration = Duration::from_secs(1);

/// Publishes the updates of an answer, those of a partition as one batch. A batch that is published
/// twice is stored once. Partitions do not wait for each other.
#[derive(Debug)]
pub(crate) struct Publisher {
    store: Store,
    flood: Option<Flood>,
    seat: PollSeat,
    stop: CancellationToken,
    troubles: Troubles,
    /// Where the first answer is to be cut.
    cut: Mutex<Cut>,
}

#[derive(Debug)]
enum Cut {
    /// It is not read yet whether it is.
    Unknown,
    At(Answer),
    Nowhere,
}

impl Publisher {
    /// A publisher into these stores, which drops what is beyond the measure of `flood`. It stores only while this process
    /// holds the seat of the poller, and gives up only when `stop` is cancelled.
    #[must_use]
    pub(crate) fn new(
        store: Store,
        flood: Option<Flood>,
        seats: SeatsHandle,
        stop: CancellationToken,
    ) -> Self {
        Self {
            store,
            flood,
            seat: PollSeat::new(seats),
            stop,
            troubles: Troubles::default(),
            cut: Mutex::new(Cut::Unknown),
        }
    }

    /// A poll brought nothing.
    pub(super) fn rest(&self) {
        if let Some(flood) = &self.flood {
            flood.rest();
        }
    }

    /// A term of polling begins: another process may have stored updates meanwhile.
    pub(super) async fn begin(&self) {
        *self.cut.lock().await = Cut::Unknown;
    }

    /// Stores the updates of an answer in their order, trying again for as long as it takes. They may
    /// be confirmed then. False if it was told to stop before all were stored.
    pub(super) async fn store(&self, updates: Vec<RawUpdate>) -> bool {
        let since = Instant::now();
        // Before anything that is said in the supergroup is handled, wherever that may be.
        let moves = updates.iter().filter_map(Move::told_by).map(Item::Move);
        if !self.store_in_order(moves.collect()).await {
            return false;
        }
        let Some(cut) = self.cut(&updates).await else {
            return false;
        };
        if let Some(flood) = &self.flood {
            flood.judge(&updates);
        }
        let (before, rest) = updates.split_at(cut);
        self.store_answer(before, since).await
            && (rest.is_empty() || self.store_answer(rest, since).await)
    }

    /// How many of the updates are to be stored by themselves, as a poller before stored them.
    async fn cut(&self, updates: &[RawUpdate]) -> Option<usize> {
        let mut cut = self.cut.lock().await;
        if matches!(*cut, Cut::Unknown) {
            let (trouble, last) = (self.troubles.of(None), || self.store.answers().last());
            let known = self.until_done(trouble, last).await?;
            *cut = known.map_or(Cut::Nowhere, Cut::At);
        }
        let length = match &*cut {
            Cut::At(answer) => answer.length_in(updates),
            Cut::Unknown | Cut::Nowhere => None,
        };
        *cut = Cut::Nowhere;
        Some(length.unwrap_or(updates.len()))
    }

    /// Stores the updates of one answer.
    async fn store_answer(&self, updates: &[RawUpdate], since: Instant) -> bool {
        if let Some(answer) = Answer::of(updates)
            && !self.store_in_order(vec![Item::Answer(answer)]).await
        {
            return false;
        }
        // What is dropped still counts for where an answer begins and ends: all cut it alike.
        let kept = self.flood.as_ref().map(|flood| flood.kept(updates));
        let updates = kept.as_deref().unwrap_or(updates);
        let Sorted {
            partitions,
            express,
            letters,
        } = self.store.sort(updates, since);
        // They are the first on their way, and none waits for another.
        let others_are = CancellationToken::new();
        let express = express.into_iter();
        let express = express.map(|update| self.hurry(update, &others_are));
        let of =
            |(partition, updates): (u16, Vec<Incoming>)| self.store.batches(partition, &updates);
        let letters = letters.into_iter().map(Item::Letter).collect();
        let groups = (0..).zip(partitions).map(of).chain([letters]);
        let groups = groups.filter(|group| !group.is_empty());
        let groups = join_all(groups.map(|group| self.store_in_order(group)));
        let groups = async {
            let stored = groups.await;
            others_are.cancel();
            stored
        };
        let (hurried, stored) = tokio::join!(join_all(express), groups);
        let is_stored = hurried.into_iter().chain(stored).all(|stored| stored);
        if is_stored {
            traced::polled(self.store.bot(), updates, since);
        }
        is_stored
    }

    /// Stores items one after the other, each until it is stored. False if told to stop.
    async fn store_in_order(&self, items: Vec<Item>) -> bool {
        for item in items {
            let trouble = self.troubles.of(item.lane());
            let publish = || self.store.store(&item);
            if self.until_done(trouble, publish).await.is_none() {
                return false;
            }
        }
        true
    }

    /// Makes a request until it succeeds. `None` if told to stop, or if another process polls.
    async fn until_done<T, F>(&self, trouble: &Trouble, request: impl Fn() -> F) -> Option<T>
    where
        F: Future<Output = Result<T>>,
    {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
        loop {
            let error = match self.entitled(&request).await? {
                Ok(done) => {
                    trouble.is_over();
                    return Some(done);
                }
                Err(error) => error,
            };
            trouble.met(&error);
            let wait = sleep(backoff.next());
            self.stop.run_until_cancelled(wait).await?;
        }
    }

    /// Makes a request, once it is certain that no other process polls.
    async fn entitled<T, F>(&self, request: impl Fn() -> F) -> Option<Result<T>>
    where
        F: Future<Output = Result<T>>,
    {
        let certain = timeout(CERTAIN, self.seat.until_certain());
        let certain = self.stop.run_until_cancelled(certain);
        if certain.await?.is_err() {
            let problem = "it is not certain that no other process polls";
            return Some(Err(Error::unavailable("NATS", problem)));
        }
        Some(request().await)
    }
}
