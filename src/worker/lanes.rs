//! A lane per user: the updates that wait for their turn, in their order. Lanes of different users
//! know nothing of each other.
//!
//! A lane goes on only past an update that left a trace: one that a copy of it would be known by
//! after a crash. Otherwise an update without one could be handled a second time, after the next one
//! of its user was applied.

use std::collections::{HashMap, VecDeque, hash_map::Entry};

/// Whose lane: the number of a user, of a chat, or of an update that has neither.
pub(crate) type LaneKey = i64;

/// The lanes that are not empty. `T` is an update that waits, `U` one that is done without a trace.
#[derive(Debug)]
pub(super) struct Lanes<T, U>(HashMap<LaneKey, Lane<T, U>>);

#[derive(Debug)]
struct Lane<T, U> {
    waiting: VecDeque<T>,
    is_running: bool,
    untraced: Option<U>,
}

/// What is next in a lane.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<T, U> {
    /// This update needs a trace before the lane goes on.
    Trace(U),
    /// This update may begin.
    Begin(T),
    /// Nothing waits: the lane runs no more.
    Empty,
}

impl<T, U: Clone + PartialEq> Lanes<T, U> {
    pub(super) fn new() -> Self {
        Self(HashMap::new())
    }

    /// Adds an update at the end of its lane. Says whether the lane is to be run now: somebody must
    /// ask for what is [`next`](Self::next) until nothing is.
    pub(super) fn push(&mut self, key: LaneKey, update: T) -> bool {
        let lane = self.0.entry(key).or_insert_with(|| Lane {
            waiting: VecDeque::new(),
            is_running: false,
            untraced: None,
        });
        lane.waiting.push_back(update);
        !std::mem::replace(&mut lane.is_running, true)
    }

    /// How many updates wait in a lane.
    pub(super) fn waiting(&self, key: LaneKey) -> usize {
        self.0.get(&key).map_or(0, |lane| lane.waiting.len())
    }

    /// What is next in a lane that runs.
    pub(super) fn next(&mut self, key: LaneKey) -> Next<T, U> {
        let Entry::Occupied(mut entry) = self.0.entry(key) else {
            return Next::Empty;
        };
        let lane = entry.get_mut();
        if lane.waiting.is_empty() {
            lane.is_running = false;
            if lane.untraced.is_none() {
                entry.remove();
            }
            return Next::Empty;
        }
        match &lane.untraced {
            Some(update) => Next::Trace(update.clone()),
            None => lane.waiting.pop_front().map_or(Next::Empty, Next::Begin),
        }
    }

    /// The update that the lane ran is done, without a trace.
    pub(super) fn leaves_no_trace(&mut self, key: LaneKey, update: U) {
        if let Some(lane) = self.0.get_mut(&key) {
            lane.untraced = Some(update);
        }
    }

    /// An update has a trace now.
    pub(super) fn traced(&mut self, key: LaneKey, update: &U) {
        self.acknowledged(key, |untraced| untraced == update);
    }

    /// As [`traced`](Self::traced), of the update that `is_it`.
    pub(super) fn acknowledged(&mut self, key: LaneKey, is_it: impl Fn(&U) -> bool) {
        let Entry::Occupied(mut entry) = self.0.entry(key) else {
            return;
        };
        let lane = entry.get_mut();
        if lane.untraced.as_ref().is_some_and(is_it) {
            lane.untraced = None;
            if !lane.is_running {
                entry.remove();
            }
        }
    }

    /// Takes out the updates that are not begun and for which `is_kept` is false, and forgets those
    /// without a trace of which that is true.
    pub(super) fn retain(&mut self, is_kept: impl Fn(&T) -> bool, is_traced: impl Fn(&U) -> bool) {
        self.0.retain(|_, lane| {
            lane.waiting.retain(|update| is_kept(update));
            if lane.untraced.as_ref().is_some_and(&is_traced) {
                lane.untraced = None;
            }
            lane.is_running || lane.untraced.is_some()
        });
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_updates_of_a_lane_come_one_after_the_other_and_those_of_others_beside_them() {
        let mut lanes = Lanes::<_, ()>::new();
        assert!(lanes.push(1, "a"));
        assert!(!lanes.push(1, "b"), "it runs");
        assert!(lanes.push(2, "c"));
        assert_eq!(lanes.next(1), Next::Begin("a"));
        assert_eq!(lanes.next(2), Next::Begin("c"));
        assert_eq!(lanes.next(1), Next::Begin("b"));
        assert_eq!((lanes.next(1), lanes.next(2)), (Next::Empty, Next::Empty));
        assert_eq!(lanes.len(), 0);
        assert!(lanes.push(1, "d"), "it is to be run again");
    }

    #[test]
    fn a_lane_goes_on_only_past_an_update_with_a_trace() {
        let mut lanes = Lanes::new();
        lanes.push(1, "a");
        assert_eq!(lanes.next(1), Next::Begin("a"));
        lanes.leaves_no_trace(1, 7);
        lanes.push(1, "b");
        assert_eq!(lanes.next(1), Next::Trace(7));
        assert_eq!(lanes.next(1), Next::Trace(7));
        lanes.traced(1, &6);
        assert_eq!(lanes.next(1), Next::Trace(7), "that was another one");
        lanes.traced(1, &7);
        assert_eq!(lanes.next(1), Next::Begin("b"));
    }

    #[test]
    fn an_empty_lane_waits_for_the_trace_and_costs_nothing_after_it() {
        let mut lanes = Lanes::new();
        lanes.push(1, "a");
        assert_eq!(lanes.next(1), Next::Begin("a"));
        lanes.leaves_no_trace(1, 7);
        assert_eq!(lanes.next(1), Next::Empty);
        assert_eq!(lanes.len(), 1);
        assert!(lanes.push(1, "b"));
        assert_eq!(lanes.next(1), Next::Trace(7));
        lanes.traced(1, &7);
        assert_eq!(lanes.next(1), Next::Begin("b"));
        lanes.leaves_no_trace(1, 8);
        assert_eq!(lanes.next(1), Next::Empty);
        lanes.traced(1, &8);
        assert_eq!(lanes.len(), 0);
    }

    #[test]
    fn what_is_not_begun_can_be_taken_out() {
        let mut lanes = Lanes::new();
        for update in ["a", "x", "b"] {
            lanes.push(1, update);
        }
        assert_eq!(lanes.next(1), Next::Begin("a"));
        lanes.leaves_no_trace(1, 7);
        lanes.retain(|update| *update != "x", |untraced| *untraced == 7);
        assert_eq!(lanes.next(1), Next::Begin("b"));
        assert_eq!(lanes.next(1), Next::Empty);
        assert_eq!(lanes.len(), 0);
    }
}
