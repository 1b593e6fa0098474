//! What unit tests share.

use crate::config::DatabaseConfig;

pub(crate) use ostankino_core::testing::{blocks, posts, says};
pub(crate) use ostankino_telemetry::testing::capture_json;

/// A database that no test here connects to.
pub(crate) fn database_config() -> DatabaseConfig {
    DatabaseConfig {
        url: "postgres://127.0.0.1:1/none".into(),
        ..DatabaseConfig::default()
    }
}
