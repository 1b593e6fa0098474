//! What one process may of what all may together, where nothing but their number is known.

use std::time::Duration;

use super::window::Rate;

/// How many processes there are, and which of them this one is, in an order that all agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    /// How many there are, at least one.
    pub(crate) of: u32,
    /// How many come before this one.
    pub(crate) place: u32,
}

impl Share {
    /// All of it.
    pub(crate) const WHOLE: Self = Self { of: 1, place: 0 };

    /// This process's part of a rate. The parts of all make the whole; where there are more processes than calls, each has
    /// one in a longer time.
    pub(super) fn part(self, whole: Rate) -> Rate {
        let of = self.of.max(1);
        if whole.count < of {
            return Rate {
                count: 1,
                within: whole.within * of.div_ceil(whole.count.max(1)),
            };
        }
        let has_one_more = self.place < whole.count % of;
        Rate {
            count: whole.count / of + u32::from(has_one_more),
            within: whole.within,
        }
    }

    /// Whether this is the one that does what one process has to do for all.
    pub(super) fn is_first(self) -> bool {
        self.place == 0
    }
}

impl Rate {
    /// The same with so much less, but never nothing.
    pub(super) fn less(self, by: u64) -> Self {
        let by = u32::try_from(by).unwrap_or(u32::MAX);
        Self {
            count: self.count.saturating_sub(by).max(1),
            within: self.within,
        }
    }

    /// The time between two calls that are as far apart as can be.
    pub(super) fn step(self) -> Duration {
        self.within / self.count.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_parts_of_all_make_the_whole() {
        let whole = Rate {
            count: 29,
            within: SECOND,
        };
        for of in 1..=29 {
            let parts = (0..of).map(|place| Share { of, place }.part(whole));
            assert_eq!(parts.map(|part| part.count).sum::<u32>(), 29);
        }
        let part = Share { of: 70, place: 69 }.part(whole);
        let expected = Rate {
            count: 1,
            within: 3 * SECOND,
        };
        assert_eq!(part, expected, "70 calls in 3 seconds");
    }

    #[test]
    fn however_much_is_left_to_others_something_is_left() {
        let rate = Rate {
            count: 10,
            within: SECOND,
        };
        assert_eq!(rate.less(3).count, 7);
        assert_eq!(rate.less(u64::MAX).count, 1);
    }
}
