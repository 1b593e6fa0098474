//! Makes owed calls: those of the places that this process owns, as they are due.

use std::{
    collections::{HashMap, HashSet},
    panic::resume_unwind,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::{ReplyKeeper, sending::Sending, table::Wanted};
use crate::{
    Bot, Result,
    config::Pace,
    queue::{SeatsHandle, seats::Seat},
    users::UserTracker,
};

/// How often it is looked what is due, if nothing tells of it.
const LOOK: SignedDuration = SignedDuration::from_secs(5);

/// The most rows that are under way at once: of those that nobody waits for, and of the others.
const BULK: usize = 32;
const OTHERS: usize = 64;

/// For how long a row that is taken is left alone by others: longer than a turn and a call take.
pub(super) const LEASE: Duration = Duration::from_secs(45);

/// Makes the owed calls of a bot, together with the other processes.
pub(crate) struct Sender {
    pub(crate) keeper: ReplyKeeper,
    pub(crate) bot: Bot,
    pub(crate) seats: SeatsHandle,
    pub(crate) partitions: u16,
    pub(crate) tracker: UserTracker,
    /// After how long a call that is no obligation is given up.
    pub(crate) patience: Duration,
    /// How often it is looked though no word was heard: of many bots less often.
    pub(crate) pace: Pace,
}

impl Sender {
    /// Works until `stop`; what is under way then is finished.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let Self {
            keeper,
            bot,
            seats,
            partitions,
            tracker,
            patience,
            pace,
        } = self;
        let look = LOOK * i32::try_from(pace.times()).unwrap_or(i32::MAX);
        let sending = Arc::new(Sending {
            keeper: keeper.clone(),
            bot,
            seats: seats.clone(),
            partitions,
            tracker,
            patience,
            stop: stop.clone(),
        });
        let mut words = None;
        // Tasks of their own: who has been given a connection of the pool's and is not polled, as while this one waits for another
        // connection, would keep it for ever.
        let mut under_way = JoinSet::new();
        let (mut bulk, mut others) = (HashSet::new(), HashSet::new());
        // Taken while they were under way, and when.
        let mut again = HashMap::new();
        let mut next = keeper.clock().now();
        let mut looked: Option<Timestamp> = None;
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(ended) = under_way.join_next() => {
                    let id = done(ended);
                    bulk.remove(&id);
                    others.remove(&id);
                    give_back(&keeper, &mut again, id).await;
                }
                () = keeper.owed(&mut words) => {}
                () = keeper.clock().sleep_until(next) => looked = None,
            }
            let now = keeper.clock().now();
            let is_old = looked.is_none_or(|at| now.duration_since(at).abs() >= look);
            if is_old && told(keeper.look().await).is_some() {
                looked = Some(now);
            }
            let owned = owned(&seats, partitions);
            for (is_bulk, running, most) in [(false, &mut others, OTHERS), (true, &mut bulk, BULK)]
            {
                let limit = most.saturating_sub(running.len());
                if limit == 0 || owned.is_empty() {
                    continue;
                }
                let wanted = Wanted {
                    bulk: is_bulk,
                    partitions,
                    owned: &owned,
                    limit,
                    lease: LEASE,
                };
                for row in told(keeper.table().take(&wanted, now).await).unwrap_or_default() {
                    if !running.insert(row.id) {
                        again.insert(row.id, Instant::now());
                        continue;
                    }
                    let sending = sending.clone();
                    let sending_one = async move {
                        let id = row.id;
                        sending.bring_about(row).await;
                        id
                    };
                    under_way.spawn(sending_one.in_current_span());
                }
            }
            let latest = now.checked_add(look).unwrap_or(now);
            let due = told(keeper.table().next(now).await).flatten();
            next = due.map_or(latest, |due| due.min(latest));
        }
        while let Some(ended) = under_way.join_next().await {
            give_back(&keeper, &mut again, done(ended)).await;
        }
    }
}

/// Gives back a row whose task put it back, and which was taken again before the loop heard of that end.
async fn give_back(keeper: &ReplyKeeper, again: &mut HashMap<i64, Instant>, id: i64) {
    let is_ours = |at: Instant| at.elapsed() < LEASE;
    if again.remove(&id).is_some_and(is_ours) {
        told(keeper.table().release(id).await);
    }
}

/// The id of a row whose task has ended.
fn done(ended: Result<i64, JoinError>) -> i64 {
    // None is cancelled.
    ended.unwrap_or_else(|error| resume_unwind(error.into_panic()))
}

/// The partitions of which this process may make calls now.
fn owned(seats: &SeatsHandle, partitions: u16) -> Vec<i32> {
    let owned = (0..partitions).filter(|number| seats.may_begin(Seat::Partition(*number)));
    owned.map(i32::from).collect()
}

/// Without the database nothing is due; it is looked again soon.
fn told<T>(asked: Result<T>) -> Option<T> {
    asked
        .inspect_err(|error| {
            tracing::debug!(
                event = "owed_unknown",
                error = error.chain(),
                "it is not known which calls are owed"
            );
        })
        .ok()
}
