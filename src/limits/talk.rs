//! How many interactive calls come, and so how much of the overall rate bulk traffic leaves to them.

use std::{
    collections::VecDeque,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// What came in so long a time is counted together.
pub(super) const SLICE: Duration = Duration::from_millis(100);

/// A second, and the slice that has just begun: what came within the last second is in one of these.
pub(super) const SECOND: usize = 11;

/// For how long what came may come again at once: four seconds.
pub(super) const EXPECTED: usize = 40;

/// How many interactive calls may come at once, or before a container that sends in bulk hears of them: as many are left to
/// them beyond those that came in the last second, also while nobody talks.
pub(super) const SPARE: u64 = 2;

/// Counts interactive calls; it costs each of them one addition.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn total(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The last seconds of a [`Counter`].
#[derive(Debug, Default)]
pub(super) struct Talk {
    /// How many calls came in each of the last slices, the latest first.
    slices: VecDeque<u64>,
    /// Which slice the latest is.
    latest: u128,
    /// Up to where the counter was read.
    total: u64,
}

impl Talk {
    /// Notes how many came until now. What came since it was noted last counts as if it came just now.
    pub(super) fn note(&mut self, total: u64, now: Duration) {
        let slice = now.as_millis() / SLICE.as_millis();
        let kept = EXPECTED + SECOND;
        let passed = usize::try_from(slice.saturating_sub(self.latest)).unwrap_or(kept);
        for _ in 0..passed.min(kept) {
            self.slices.push_front(0);
        }
        self.slices.truncate(kept);
        self.latest = self.latest.max(slice);
        if self.slices.is_empty() {
            self.slices.push_front(0);
        }
        // Who read the counter first may come second.
        self.slices[0] += total.saturating_sub(self.total);
        self.total = self.total.max(total);
    }

    /// How many calls are to be left to those that may come next. That is the most of: those that came within a second,
    /// lately; those of this second and `spare` more; and as many as come in a second if it goes on as it began.
    pub(super) fn expected(&self, spare: u64) -> u64 {
        let within_a_second = |from: usize| self.slices.iter().skip(from).take(SECOND);
        let came = |from: usize| within_a_second(from).sum::<u64>();
        let peak = (0..EXPECTED).map(came).max().unwrap_or(0);
        let now = came(0);
        // The first of them begins a time of which it is not known yet how many it brings.
        let began = within_a_second(0).rposition(|count| *count > 0);
        let passed = began.unwrap_or(0).max(1) as u64;
        let goes_on = (now.saturating_sub(1) * (SECOND as u64 - 1)).div_ceil(passed);
        peak.max(now + spare).max(goes_on)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn who_read_the_counter_before_and_comes_after_counts_nothing() {
        let mut talk = Talk::default();
        talk.note(7, ms(1_000));
        talk.note(5, ms(1_001));
        talk.note(8, ms(1_002));
        assert_eq!(talk.slices.iter().sum::<u64>(), 8);
    }

    #[test]
    fn what_came_within_a_second_is_expected_again_for_four() {
        let mut talk = Talk::default();
        for (total, at) in [(1, 700), (3, 1_200), (4, 1_500)] {
            talk.note(total, ms(at));
        }
        assert_eq!(talk.expected(0), 4, "all of them within 0.8 s");
        for at in 16..=55 {
            talk.note(4, ms(at * 100));
        }
        assert_eq!(talk.expected(0), 4);
        talk.note(4, ms(6_600));
        assert_eq!(talk.expected(0), 0, "it is forgotten");
    }

    #[test]
    fn seconds_begin_anywhere() {
        let mut talk = Talk::default();
        for n in 1..=20 {
            talk.note(n, ms(n * 70));
        }
        let within_a_second = talk.expected(0);
        assert!((14..=16).contains(&within_a_second), "{within_a_second}");
    }

    #[test]
    fn some_more_than_come_now_may_come_at_once() {
        let mut talk = Talk::default();
        assert_eq!(talk.expected(SPARE), 2);
        talk.note(1, ms(500));
        assert_eq!(talk.expected(SPARE), 3);
        talk.note(3, ms(1_300));
        assert_eq!(talk.expected(SPARE), 5);
        talk.note(3, ms(2_600));
        assert_eq!(talk.expected(SPARE), 3, "they were three before");
    }

    #[test]
    fn what_begins_is_expected_to_go_on() {
        let mut talk = Talk::default();
        talk.note(1, ms(5_010));
        assert_eq!(talk.expected(0), 1, "one alone says nothing");
        talk.note(6, ms(5_410));
        assert_eq!(talk.expected(0), 13, "five more in 0.4 s");
        talk.note(6, ms(5_910));
        assert_eq!(talk.expected(0), 6, "it did not go on");
    }

    #[test]
    fn a_silence_of_hours_costs_nothing() {
        let mut talk = Talk::default();
        talk.note(5, ms(10));
        talk.note(5, Duration::from_secs(100 * 3_600));
        assert_eq!(talk.expected(0), 0);
        assert!(talk.slices.len() <= EXPECTED + SECOND);
    }
}
