//! The section `[flood]`.

use serde::Deserialize;

use super::{Problems, bounds};

const NOTICE: &str = "Слишком много сообщений. Подождите немного.";

/// `[flood]`: how much one user may send. What is above is dropped before it reaches the queue.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FloodConfig {
    /// How many updates a minute are taken of one user in the long run; 0: all of them.
    pub updates_per_min: u32,
    /// How many are taken at once, of one who was quiet before.
    pub burst: u32,
    /// What the user is told when the first one is dropped; empty: nothing. In a bot with texts the default is the
    /// message `flood-toast` of `ostankino.ftl`, in the user's language.
    pub notice: String,
}

impl Default for FloodConfig {
    fn default() -> Self {
        Self {
            updates_per_min: 0,
            burst: 20,
            notice: NOTICE.into(),
        }
    }
}

impl FloodConfig {
    /// The words of the configuration's own; none of the default, which has translations.
    pub(crate) fn own_notice(&self) -> Option<&str> {
        (self.notice != NOTICE).then_some(self.notice.as_str())
    }

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
