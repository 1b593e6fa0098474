//! What may differ from one shop to another: `[shop]` in the configuration.

use serde::Deserialize;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Who hears of orders, and who is let in while the shop is closed.
    #[serde(deserialize_with = "ostankino::config::user_ids")]
    pub admin_ids: Vec<i64>,
    /// In roubles.
    pub delivery: i32,
    pub is_closed: bool,
}
