//! `[replies]`: what outlives a reply.

use std::time::Duration;

use serde::Deserialize;

use super::{Problems, bounds};

/// `[replies]`: calls that are made later, and the names of messages.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RepliesConfig {
    /// How many hours a call that is made later is tried, unless it is an obligation: that is never given up.
    pub owed_hours: u32,
    /// How many days a message keeps the name it was given.
    pub note_days: u32,
}

impl Default for RepliesConfig {
    fn default() -> Self {
        Self {
            owed_hours: 24,
            note_days: 90,
        }
    }
}

impl RepliesConfig {
    pub(crate) fn check(&self, problems: &mut Problems) {
        bounds::replies(self, problems);
    }

    /// How long a call that is made later is tried.
    #[must_use]
    pub fn owed(&self) -> Duration {
        Duration::from_secs(u64::from(self.owed_hours) * 3_600)
    }
}
