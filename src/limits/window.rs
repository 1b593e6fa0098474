//! How many calls fit into a time, counted so that Telegram cannot count more. A call is counted where it arrives, and nobody
//! here knows when that is: after it left, before its answer came. So it counts from the moment it may leave until that time
//! after its answer.

use std::{collections::VecDeque, time::Duration};

/// So many calls within so much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    pub(super) count: u32,
    pub(super) within: Duration,
}

/// Why there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// There is some after this long.
    For(Duration),
    /// There is none before a call that is under way was answered.
    UntilAnAnswer,
}

/// The calls that count.
#[derive(Debug, Default)]
pub(super) struct Window {
    under_way: u32,
    /// When others were answered, the earliest first.
    answered: VecDeque<Duration>,
}

impl Window {
    /// Whether there is room for one more call by that rate.
    pub(super) fn room(&self, rate: Rate, now: Duration) -> Result<(), Full> {
        let count = rate.count as usize;
        let counts = |at: &&Duration| now.saturating_sub(**at) < rate.within;
        let answered = self.answered.iter().rev().take_while(counts).count();
        let used = self.under_way as usize + answered;
        let Some(over) = used.checked_sub(count) else {
            return Ok(());
        };
        // So many must leave, and one more: the earliest.
        let first = self.answered.len() - answered;
        match self.answered.get(first + over) {
            Some(at) if over < answered => Err(Full::For((*at + rate.within).saturating_sub(now))),
            _ => Err(Full::UntilAnAnswer),
        }
    }

    /// A call may leave.
    pub(super) fn begin(&mut self) {
        self.under_way += 1;
    }

    /// It was answered, or will never be. Those that were answered longer ago than `longest` are forgotten.
    pub(super) fn end(&mut self, now: Duration, longest: Duration) {
        self.under_way = self.under_way.saturating_sub(1);
        self.answered.push_back(now);
        self.forget(now, longest);
    }

    /// Whether nothing counts any more by a rate of that time.
    pub(super) fn is_empty(&mut self, now: Duration, longest: Duration) -> bool {
        self.forget(now, longest);
        self.under_way == 0 && self.answered.is_empty()
    }

    fn forget(&mut self, now: Duration, longest: Duration) {
        while self
            .answered
            .front()
            .is_some_and(|at| now.saturating_sub(*at) >= longest)
        {
            self.answered.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn rate(count: u32) -> Rate {
        Rate {
            count,
            within: SECOND,
        }
    }

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_call_counts_from_its_turn_until_a_second_after_its_answer() {
        let mut window = Window::default();
        assert_eq!(window.room(rate(1), ms(0)), Ok(()));
        window.begin();
        assert_eq!(window.room(rate(1), ms(0)), Err(Full::UntilAnAnswer));
        assert_eq!(window.room(rate(1), ms(9_000)), Err(Full::UntilAnAnswer));
        window.end(ms(9_000), SECOND);
        assert_eq!(window.room(rate(1), ms(9_400)), Err(Full::For(ms(600))));
        assert_eq!(window.room(rate(1), ms(10_000)), Ok(()));
    }

    #[test]
    fn the_wait_is_for_as_many_as_are_too_many() {
        let mut window = Window::default();
        for n in 0..5 {
            window.begin();
            window.end(ms(100 * n), SECOND);
        }
        window.begin();
        // Six count. By a rate of three, four must leave: those of 0, 100, 200 and 300.
        assert_eq!(window.room(rate(3), ms(500)), Err(Full::For(ms(800))));
        assert_eq!(window.room(rate(7), ms(500)), Ok(()));
        assert_eq!(window.room(rate(1), ms(500)), Err(Full::UntilAnAnswer));
    }

    #[test]
    fn what_counts_no_more_is_forgotten() {
        let mut window = Window::default();
        for n in 0..1_000 {
            window.begin();
            window.end(ms(100 * n), SECOND);
        }
        assert!(window.answered.len() <= 10, "{}", window.answered.len());
        assert!(!window.is_empty(ms(100_000), SECOND));
        assert!(window.is_empty(ms(101_000), SECOND));
    }
}
