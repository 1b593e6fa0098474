//! How many interactive calls come, and so how much of the overall rate bulk traffic leaves to them.

use std::{
    collections::VecDeque,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// The time a sample is of.
const SAMPLE: Duration = Duration::from_secs(1);

/// How many samples count: what came in any of them may come again at once.
const SAMPLES: usize = 4;

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
    /// How many calls came in each of the last samples.
    samples: VecDeque<u64>,
    /// Up to where the counter was sampled, and when.
    total: u64,
    at: Duration,
}

impl Talk {
    /// The most calls that came within a second, of the last few.
    pub(super) fn peak(&mut self, total: u64, now: Duration) -> u64 {
        let since = now.saturating_sub(self.at);
        let came = total - self.total;
        if since < SAMPLE {
            return self.samples.iter().copied().fold(came, u64::max);
        }
        // Nobody asked for a while: it is not known in which second they came.
        let seconds = usize::try_from(since.as_secs()).unwrap_or(usize::MAX);
        let each = came.div_ceil(since.as_secs());
        for _ in 0..seconds.min(SAMPLES) {
            self.samples.push_back(each);
        }
        while self.samples.len() > SAMPLES {
            self.samples.pop_front();
        }
        (self.total, self.at) = (total, now);
        self.samples.iter().copied().fold(0, u64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_within_a_second_is_expected_again_for_some_seconds() {
        let mut talk = Talk::default();
        let ms = Duration::from_millis;
        assert_eq!(talk.peak(0, ms(500)), 0);
        assert_eq!(talk.peak(3, ms(900)), 3, "they came in this second");
        assert_eq!(talk.peak(4, ms(1_100)), 4);
        assert_eq!(talk.peak(4, ms(2_200)), 4);
        assert_eq!(talk.peak(5, ms(4_200)), 4);
        assert_eq!(talk.peak(5, ms(5_300)), 1, "what came before is forgotten");
        assert_eq!(talk.peak(605, ms(65_300)), 10, "spread over that minute");
    }
}
