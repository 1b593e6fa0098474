//! Waiting longer after each failure in a row, with jitter, so that copies of the service do not
//! knock at a server that comes back all at the same instant.

use std::time::Duration;

/// The waits after failures in a row: they double from `first` to `most`.
#[derive(Clone, Debug)]
pub struct Backoff {
    first: Duration,
    most: Duration,
    failures: u32,
}

impl Backoff {
    /// Waits of none of which is shorter than half of `first`.
    #[must_use]
    pub const fn new(first: Duration, most: Duration) -> Self {
        Self {
            first,
            most,
            failures: 0,
        }
    }

    /// The next wait: between a half and the whole of the doubled one.
    #[expect(
        clippy::should_implement_trait,
        reason = "it is no iterator: it never ends"
    )]
    pub fn next(&mut self) -> Duration {
        let whole = self
            .first
            .saturating_mul(1 << self.failures.min(16))
            .min(self.most);
        self.failures += 1;
        whole.mul_f64(0.5 + fastrand::f64() / 2.0)
    }

    /// Starts over after a success.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_to_the_most_and_start_over_after_a_success() {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1));
        for most in [100, 200, 400, 800, 1000, 1000] {
            let wait = backoff.next().as_millis();
            assert!((most / 2..=most).contains(&wait), "{wait} of {most}");
        }
        backoff.reset();
        assert!(backoff.next() <= Duration::from_millis(100));
    }
}
