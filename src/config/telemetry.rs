//! `[telemetry]`: which records are logged, and how.

use serde::Deserialize;

use super::{LogFormat, Problems};
use crate::telemetry;

/// `[telemetry]`: logs.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TelemetryConfig {
    /// How a record is written.
    pub format: LogFormat,
    /// Which records are written, in the syntax of `tracing_subscriber::EnvFilter`.
    pub filter: String,
    /// Which are written after a SIGUSR1, until the next one; empty for those of `filter` and
    /// `ostankino=debug`.
    pub debug_filter: String,
    /// Which share of the updates that went well has its record `update_handled`, above 0 and up to 1: 0.01
    /// is one in a hundred. Of all others there is one each.
    pub sample_success: f64,
}

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self {
            format: LogFormat::Json,
            filter: "info,async_nats=warn".into(),
            debug_filter: String::new(),
            sample_success: 1.0,
        }
    }
}

impl TelemetryConfig {
    /// The filter after a SIGUSR1.
    #[cfg_attr(
        not(feature = "cli"),
        expect(dead_code, reason = "the process hears the signal")
    )]
    pub(crate) fn debugging(&self) -> String {
        match self.debug_filter.trim() {
            "" => format!("{},ostankino=debug", self.filter),
            filter => filter.to_owned(),
        }
    }

    pub(crate) fn check(&self, problems: &mut Problems) {
        for (key, filter) in [
            ("filter", &self.filter),
            ("debug_filter", &self.debug_filter),
        ] {
            if let Err(error) = telemetry::check_filter(filter) {
                problems.add(format!("telemetry.{key} is {}", crate::chain(&error)));
            }
        }
        let share = self.sample_success;
        problems.must(share > 0.0 && share <= 1.0, || {
            format!("telemetry.sample_success is {share}: it must be above 0 and 1 at the most")
        });
    }
}
