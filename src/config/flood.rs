//! The section `[flood]`.

use serde::Deserialize;

use super::{Problems, bounds};

/// `[flood]`: how much one user may send. What is above is dropped before it reaches the queue.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FloodConfig {
    /// How many updates a minute are taken of one user in the long run; 0: all of them.
    pub updates_per_min: u32,
    /// How many are taken at once, of one who was quiet before.
    pub burst: u32,
    /// What the user is told when the first one is dropped; empty: nothing.
    pub notice: String,
}

impl Default for FloodConfig {
    fn default() -> Self {
        Self {
            updates_per_min: 0,
            burst: 20,
            notice: "Слишком много сообщений. Подождите немного.".into(),
        }
    }
}

impl FloodConfig {
    pub(crate) fn check(&self, problems: &mut Problems) {
        let keys = [
            (
                "flood.updates_per_min",
                self.updates_per_min.into(),
                0..=60_000,
            ),
            ("flood.burst", self.burst.into(), 1..=10_000),
        ];
        bounds::check(problems, keys);
        // So much is shown for a press of a button.
        let length = self.notice.chars().count();
        problems.must(length <= 200, || {
            format!("flood.notice has {length} characters: it may have 200")
        });
    }
}
