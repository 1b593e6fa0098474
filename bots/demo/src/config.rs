//! The section `[bot]` of the configuration.

use ostankino::jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, de::Error};

/// `[bot]`: the bundled handlers.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BotConfig {
    /// Telegram ids of those who may ask for `/stats` and write to everybody by `/mail`.
    #[serde(deserialize_with = "ostankino::config::user_ids")]
    pub admin_ids: Vec<i64>,
    /// The IANA name of the time zone in which these say when: `Europe/Moscow`.
    #[serde(deserialize_with = "zone")]
    pub time_zone: String,
}

impl Default for BotConfig {
    fn default() -> Self {
        Self {
            admin_ids: Vec::new(),
            time_zone: "UTC".into(),
        }
    }
}

fn zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    match TimeZone::get(&name) {
        Ok(_) => Ok(name),
        Err(_) => Err(D::Error::custom(format!(
            "there is no time zone {name:?}: it is one like \"Europe/Moscow\", or \"UTC\""
        ))),
    }
}
