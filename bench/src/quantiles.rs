//! Quantiles of durations, from all of them: there are few enough to be sorted.

use std::time::Duration;

/// What half, 95 and 99 of a hundred stayed within, and the longest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Quantiles {
    pub(crate) p50: Duration,
    pub(crate) p95: Duration,
    pub(crate) p99: Duration,
    pub(crate) max: Duration,
}

impl Quantiles {
    /// Of durations in nanoseconds; all zero if there are none.
    pub(crate) fn of(nanos: impl Iterator<Item = u64>) -> Self {
        let mut sorted: Vec<u64> = nanos.collect();
        sorted.sort_unstable();
        // The least value that so many of a hundred do not exceed.
        let within = |percent: usize| {
            let rank = (sorted.len() * percent).div_ceil(100).max(1);
            Duration::from_nanos(sorted.get(rank - 1).copied().unwrap_or_default())
        };
        Self {
            p50: within(50),
            p95: within(95),
            p99: within(99),
            max: within(100),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_of_a_hundred_are_within_a_quantile() {
        let found = Quantiles::of((1..=1000).rev());
        let nanos = [found.p50, found.p95, found.p99, found.max].map(|value| value.as_nanos());
        assert_eq!(nanos, [500, 950, 990, 1000]);
        assert_eq!(Quantiles::of([7].into_iter()).p99, Duration::from_nanos(7));
        assert_eq!(Quantiles::of([].into_iter()), Quantiles::default());
    }
}
