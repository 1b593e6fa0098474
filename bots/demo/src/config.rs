//! The section `[bot]` of the configuration.

use serde::Deserialize;

/// `[bot]`: the bundled handlers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BotConfig {
    /// Telegram ids of those who may ask for `/stats`.
    #[serde(deserialize_with = "ostankino::config::user_ids")]
    pub admin_ids: Vec<i64>,
}
