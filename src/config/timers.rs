//! The section `[timers]`.

use serde::Deserialize;

use super::{Problems, bounds};

/// `[timers]`: events that happen at a time.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TimersConfig {
    /// The most timers that are fired in a second, of all containers together: what is due at once comes one after
    /// the other, and the bot answers people meanwhile.
    pub per_second: u32,
    /// For how many days timers that are over are remembered.
    pub fired_days: u32,
}

impl Default for TimersConfig {
    fn default() -> Self {
        Self {
            per_second: 100,
            fired_days: 7,
        }
    }
}

impl TimersConfig {
    pub(crate) fn check(&self, problems: &mut Problems) {
        let keys = [
            ("timers.per_second", self.per_second.into(), 1..=10_000),
            ("timers.fired_days", self.fired_days.into(), 1..=3_650),
        ];
        bounds::check(problems, keys);
    }
}
