//! Has traces exported, if the configuration says where to.

use std::time::Duration;

use super::waiting::StartError;
use crate::{Config, program, queue::seats::bucket::host};

/// How long the end of the process waits for a collector.
const PATIENCE: Duration = Duration::from_secs(3);

/// Begins to export, once in a process.
///
/// # Errors
///
/// [`StartError`]: the settings cannot be used.
pub(super) fn begin(config: &Config) -> Result<(), StartError> {
    let others = [
        (
            "service.instance.id",
            format!("{:032x}", fastrand::u128(..)),
        ),
        ("host.name", host()),
        ("process.pid", std::process::id().to_string()),
        (
            "deployment.environment.name",
            config.environment.as_str().to_owned(),
        ),
        ("ostankino.version", env!("CARGO_PKG_VERSION").to_owned()),
    ];
    let Some(settings) = config.traces.settings(program::name(), others) else {
        return Ok(());
    };
    ostankino_traces::begin(settings)
        .map_err(|error| StartError::of("traces cannot be exported", &error))
}

/// Exports what is left, unless that takes too long.
pub(super) async fn end() {
    ostankino_traces::flush(PATIENCE).await;
}
