//! Anti-flood: what one user sends beyond a measure is dropped before it reaches the queue, and he is told once.
//!
//! The process that polls sees every update, so it counts exactly, in its memory. Updates count by the time at which they were
//! sent: what Telegram kept during an outage is no flood. A poller that takes over begins to count anew.

mod buckets;
mod notices;
mod times;

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use tokio::sync::mpsc;

use self::{
    buckets::{Buckets, Fate},
    notices::Notice,
    times::Times,
};
use crate::{
    Clock,
    config::FloodConfig,
    telegram::{
        Envelope,
        internal::{RawUpdate, Sending},
    },
};

pub(crate) use self::notices::Notices;

/// The interval at which it is told how many were dropped.
const REPORT: Duration = Duration::from_secs(60);

/// Of so many users in that time it is told who they are.
const NAMED: u32 = 20;

/// Of so many updates that came by themselves it is remembered at least what was decided.
#[cfg(feature = "web")]
const REMEMBERED: usize = 2_048;

/// What is dropped of the updates that are taken in.
#[derive(Debug)]
pub(crate) struct Flood {
    clock: Clock,
    notices: mpsc::Sender<Notice>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    buckets: Buckets,
    times: Times,
    /// Of the last answer, by the ids of its updates: one that comes again is not counted again.
    judged: HashMap<i64, bool>,
    /// Of those before, where each comes by itself.
    #[cfg(feature = "web")]
    judged_before: HashMap<i64, bool>,
    reported: Timestamp,
    /// What was dropped since.
    updates: u64,
    users: u32,
    /// Since the start.
    total: u64,
}

impl Flood {
    /// The measure, and who tells those that go beyond it; `None` if there is no measure.
    pub(crate) fn new(config: &FloodConfig, clock: &Clock) -> Option<(Self, Notices)> {
        let buckets = Buckets::new(config.updates_per_min, config.burst)?;
        let (notices, told) = Notices::new(config.own_notice());
        let state = State {
            buckets,
            times: Times::default(),
            judged: HashMap::new(),
            #[cfg(feature = "web")]
            judged_before: HashMap::new(),
            reported: clock.now(),
            updates: 0,
            users: 0,
            total: 0,
        };
        let flood = Self {
            clock: clock.clone(),
            notices,
            state: Mutex::new(state),
        };
        Some((flood, told))
    }

    /// Counts the updates of an answer, and decides which of them are dropped.
    pub(super) fn judge(&self, updates: &[RawUpdate]) {
        let mut state = self.lock();
        let state = &mut *state;
        let arrived = self.clock.now();
        state.times.begin(arrived);
        let before = std::mem::take(&mut state.judged);
        for update in updates {
            let Some(id) = update.id else { continue };
            let known = before.get(&id).copied();
            let is_dropped = known.unwrap_or_else(|| state.judge(update, &self.notices));
            state.judged.insert(id, is_dropped);
        }
        state.report(arrived);
    }

    /// Those of the answer that was judged last which are not dropped.
    pub(super) fn kept(&self, updates: &[RawUpdate]) -> Vec<RawUpdate> {
        let state = self.lock();
        let is_dropped = |update: &&RawUpdate| {
            update
                .id
                .is_some_and(|id| state.judged.get(&id) == Some(&true))
        };
        updates
            .iter()
            .filter(|update| !is_dropped(update))
            .cloned()
            .collect()
    }

    /// Counts an update that came by itself, and decides whether it is taken. One that comes again is not counted again.
    #[cfg(feature = "web")]
    pub(super) fn takes(&self, update: &RawUpdate) -> bool {
        let Some(id) = update.id else { return true };
        let mut state = self.lock();
        let state = &mut *state;
        let known = state.judged.get(&id).or(state.judged_before.get(&id));
        if let Some(is_dropped) = known {
            return !is_dropped;
        }
        let arrived = self.clock.now();
        state.times.begin(arrived);
        let is_dropped = state.judge(update, &self.notices);
        if state.judged.len() >= REMEMBERED {
            state.judged_before = std::mem::take(&mut state.judged);
        }
        state.judged.insert(id, is_dropped);
        state.report(arrived);
        !is_dropped
    }

    /// Nothing came: whatever was dropped is told in time all the same.
    pub(super) fn rest(&self) {
        self.lock().report(self.clock.now());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn judge(&mut self, update: &RawUpdate, notices: &mpsc::Sender<Notice>) -> bool {
        let Some(envelope) = Envelope::peek(&update.bytes) else {
            return false;
        };
        let Some(sending) = Sending::of(&envelope) else {
            return false;
        };
        let at = self.times.of(sending.date);
        let fate = self.buckets.take(sending.by, at, sending.album);
        if fate == Fate::DroppedFirst {
            self.users += 1;
            if self.users <= NAMED {
                tracing::warn!(
                    event = "flood",
                    user_id = sending.by,
                    update_id = envelope.update_id,
                    kind = envelope.kind_name,
                    "somebody sends too much: what is above the measure is dropped"
                );
            }
            // While there are too many to be told, some are not.
            if let Some(notice) = Notice::to(&sending, &envelope) {
                let _ = notices.try_send(notice);
            }
        }
        let is_dropped = fate != Fate::Taken;
        self.updates += u64::from(is_dropped);
        self.total += u64::from(is_dropped);
        metrics::counter!("ostankino_flood_dropped_total").increment(u64::from(is_dropped));
        is_dropped
    }

    fn report(&mut self, now: Timestamp) {
        if self.updates == 0 || now.duration_since(self.reported).unsigned_abs() < REPORT {
            return;
        }
        tracing::info!(
            event = "flood_dropped",
            updates = self.updates,
            users = self.users,
            total = self.total,
            "updates of users who send too much were dropped"
        );
        (self.reported, self.updates, self.users) = (now, 0, 0);
    }
}

#[cfg(test)]
mod tests;
