//! What an exporter is told.

use std::{fmt, time::Duration};

/// Where traces go, and which.
pub struct Settings {
    /// The whole URL that batches are posted to, without a user in it.
    pub endpoint: String,
    /// Names and values of headers; secret.
    pub headers: Vec<(String, String)>,
    /// Which share of the updates has a trace, 0 to 1. All processes of a bot have the same one.
    pub sample: f64,
    /// How long a batch may be under way.
    pub timeout: Duration,
    /// As what the service is found, whatever the environment says.
    pub service_name: Option<String>,
    /// What is said of this process, by the names of OpenTelemetry, unless the environment says otherwise.
    pub resource: Vec<(&'static str, String)>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("endpoint", &self.endpoint)
            .field("sample", &self.sample)
            .finish_non_exhaustive()
    }
}

/// Traces cannot be exported.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BeginError(pub(crate) String);
