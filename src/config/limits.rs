//! `[limits]`: how fast the bot may call.

use serde::Deserialize;

use super::{Problems, bounds};

/// `[limits]`: how many calls of bulk traffic may be made. The defaults are what Telegram says of itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// The most calls a second, of all containers and to all chats together; interactive ones are taken off.
    pub calls_per_s: u32,
    /// The most calls a second to one chat.
    pub chat_calls_per_s: u32,
    /// The most calls a minute to one group or channel.
    pub group_calls_per_min: u32,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            calls_per_s: 30,
            chat_calls_per_s: 1,
            group_calls_per_min: 20,
        }
    }
}

impl LimitsConfig {
    pub(crate) fn check(&self, problems: &mut Problems) {
        bounds::limits(self, problems);
    }
}
