//! What became of each update: when it was due, delivered and answered, and whether it was answered
//! once, in its user's order, and with more than an apology.

use std::{
    collections::{HashMap, VecDeque},
    ops::Range,
    time::Duration,
};

use crate::quantiles::Quantiles;

/// Moments are nanoseconds since the server began; 0 is never.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    due: Vec<u64>,
    delivered: Vec<u64>,
    answered: Vec<u64>,
    apologised: Vec<bool>,
    /// Of each user, the latest update that was answered.
    latest: HashMap<usize, usize>,
    /// Of each user, what was delivered and has come to nothing yet, in order.
    waiting: HashMap<usize, VecDeque<usize>>,
    /// All before this index were delivered.
    fetched: usize,
    /// How many updates were answered or apologised for, each counted once.
    settled: usize,
    apologies: usize,
    repeated: usize,
    disordered: usize,
    /// Messages that answer no update and are no apology for one either.
    pub(super) strange: usize,
}

/// What became of some of the updates.
#[derive(Debug)]
pub(crate) struct Account {
    /// From the delivery of an update to the arrival of its answer.
    pub(crate) from_delivery: Quantiles,
    /// From the moment it was due: what a person waits, a late poll included.
    pub(crate) from_due: Quantiles,
    /// From the first delivery to the last answer.
    pub(crate) took: Duration,
    /// How many of them were answered.
    pub(crate) answered: usize,
}

/// What should not be, of all updates so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Faults {
    /// Neither answered nor apologised for.
    pub(crate) unanswered: usize,
    /// Answered with an apology only.
    pub(crate) apologised: usize,
    /// Answers beyond the first.
    pub(crate) repeated: usize,
    /// Answered after a later update of the same user.
    pub(crate) out_of_order: usize,
    /// Messages that answer no update.
    pub(crate) strange: usize,
}

impl Ledger {
    pub(super) fn push(&mut self, due: u64) {
        self.due.push(due);
        self.delivered.push(0);
        self.answered.push(0);
        self.apologised.push(false);
    }

    /// How many of `from` on are due.
    pub(super) fn due(&self, from: usize, now: u64) -> usize {
        self.due[from..].partition_point(|due| *due <= now)
    }

    /// When the first of `from` on becomes due.
    pub(super) fn next_due(&self, from: usize) -> Option<u64> {
        self.due.get(from).copied()
    }

    /// All before this index were delivered once at least.
    pub(super) fn fetched(&self) -> usize {
        self.fetched
    }

    /// How many were delivered and neither answered nor apologised for.
    pub(super) fn in_flight(&self) -> usize {
        self.fetched - self.settled
    }

    /// How many were answered or apologised for.
    pub(super) fn settled(&self) -> usize {
        self.settled
    }

    /// A second delivery of what was not confirmed changes nothing: it is none of the bot's speed.
    pub(super) fn deliver(&mut self, range: Range<usize>, user: impl Fn(usize) -> usize, now: u64) {
        for index in range.start.max(self.fetched)..range.end {
            self.delivered[index] = now;
            self.waiting
                .entry(user(index))
                .or_default()
                .push_back(index);
        }
        self.fetched = self.fetched.max(range.end);
    }

    pub(super) fn answer(&mut self, index: usize, user: usize, now: u64) {
        if self.answered[index] != 0 || self.apologised[index] {
            self.repeated += 1;
            return;
        }
        let waiting = self.waiting.entry(user).or_default();
        let Some(place) = waiting.iter().position(|waiting| *waiting == index) else {
            // An answer to what was not delivered yet.
            self.strange += 1;
            return;
        };
        waiting.remove(place);
        self.answered[index] = now;
        self.settled += 1;
        let latest = self.latest.entry(user).or_insert(index);
        if *latest > index {
            self.disordered += 1;
        } else {
            *latest = index;
        }
    }

    /// An apology names no update: it is for the first of its user's that waits.
    pub(super) fn apologise(&mut self, user: usize) {
        let waiting = self.waiting.get_mut(&user);
        let Some(index) = waiting.and_then(VecDeque::pop_front) else {
            self.strange += 1;
            return;
        };
        self.apologised[index] = true;
        self.apologies += 1;
        self.settled += 1;
    }

    pub(super) fn faults(&self) -> Faults {
        Faults {
            unanswered: self.due.len() - self.settled,
            apologised: self.apologies,
            repeated: self.repeated,
            out_of_order: self.disordered,
            strange: self.strange,
        }
    }

    pub(super) fn answered_of(&self, indexes: &[usize]) -> usize {
        let answered = indexes.iter().filter(|index| self.answered[**index] != 0);
        answered.count()
    }

    /// Of those of them that were answered.
    pub(super) fn account(&self, indexes: &[usize]) -> Account {
        let answered = || {
            let indexes = indexes.iter().copied();
            indexes.filter(|index| self.answered[*index] != 0)
        };
        let since = |from: &[u64]| {
            Quantiles::of(answered().map(|index| self.answered[index].saturating_sub(from[index])))
        };
        let first = answered().map(|index| self.delivered[index]).min();
        let last = answered().map(|index| self.answered[index]).max();
        let took = last.unwrap_or_default() - first.unwrap_or_default();
        Account {
            from_delivery: since(&self.delivered),
            from_due: since(&self.due),
            took: Duration::from_nanos(took),
            answered: answered().count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger(updates: usize) -> Ledger {
        let mut ledger = Ledger::default();
        (1..=updates).for_each(|n| ledger.push(n as u64 * 10));
        ledger
    }

    #[test]
    fn an_answer_is_timed_from_its_first_delivery_and_from_when_it_was_due() {
        let mut ledger = ledger(2);
        ledger.deliver(0..2, |index| index + 7, 100);
        ledger.deliver(0..2, |index| index + 7, 200);
        ledger.answer(0, 7, 300);
        ledger.answer(1, 8, 500);
        let account = ledger.account(&[0, 1]);
        assert_eq!(account.from_delivery.max, Duration::from_nanos(400));
        assert_eq!(account.from_due.max, Duration::from_nanos(480));
        assert_eq!(account.took, Duration::from_nanos(400));
    }

    #[test]
    fn what_is_lost_repeated_and_out_of_order_is_counted() {
        let mut ledger = ledger(4);
        ledger.deliver(0..4, |index| 7 + index / 3, 100);
        for (index, user) in [(1, 7), (0, 7), (0, 7), (3, 8)] {
            ledger.answer(index, user, 200);
        }
        let faults = Faults {
            unanswered: 1,
            apologised: 0,
            repeated: 1,
            out_of_order: 1,
            strange: 0,
        };
        assert_eq!(ledger.faults(), faults);
    }

    #[test]
    fn an_apology_is_for_the_first_of_its_users_updates_that_waits() {
        let mut ledger = ledger(4);
        ledger.deliver(0..3, |_| 7, 100);
        ledger.answer(0, 7, 200);
        ledger.apologise(7);
        ledger.answer(2, 7, 300);
        assert_eq!((ledger.settled(), ledger.in_flight()), (3, 0));
        ledger.apologise(7);
        // The one that was apologised for, and one that nobody has fetched.
        ledger.answer(1, 7, 400);
        ledger.answer(3, 7, 400);
        let faults = Faults {
            unanswered: 1,
            apologised: 1,
            repeated: 1,
            out_of_order: 0,
            strange: 2,
        };
        assert_eq!(ledger.faults(), faults);
        assert_eq!(ledger.account(&[0, 1, 2, 3]).answered, 2);
    }

    #[test]
    fn what_is_due_is_told_apart_from_what_is_not() {
        let ledger = ledger(4);
        assert_eq!(
            (ledger.due(0, 9), ledger.due(0, 20), ledger.due(1, 20)),
            (0, 2, 1)
        );
        assert_eq!((ledger.next_due(2), ledger.next_due(4)), (Some(30), None));
    }
}
