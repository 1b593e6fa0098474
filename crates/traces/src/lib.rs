//! Traces of what is done for an update: one each, from the moment in which Telegram gives it until its answer is
//! sent, whichever processes do that. They are exported by OTLP.
//!
//! What is exported is what is put into a [`Span`] here, and nothing else: no record of the log, no text of a
//! message, no URL of Telegram, which holds the token.
//!
//! Without the feature `otlp`, and without [`begin`], every span is none, and costs a look at a static.

#[cfg(feature = "otlp")]
mod export;
mod ids;
mod settings;
mod span;
mod update;
mod value;

pub use self::{
    settings::{BeginError, Settings},
    span::{Kind, Span},
    update::{Carried, HEADER, UpdateTrace, handling},
    value::Value,
};

#[cfg(feature = "otlp")]
pub use opentelemetry;

use std::time::Duration;

/// Whether this build can export.
pub const CAN_EXPORT: bool = cfg!(feature = "otlp");

/// Whether traces are exported.
#[must_use]
pub fn is_on() -> bool {
    #[cfg(feature = "otlp")]
    return export::exporting().is_some();
    #[cfg(not(feature = "otlp"))]
    false
}

/// Begins to export, for as long as the process runs. A second call changes nothing.
///
/// # Errors
///
/// [`BeginError`]: the settings cannot be used, or this build cannot export.
pub fn begin(settings: Settings) -> Result<(), BeginError> {
    #[cfg(feature = "otlp")]
    return export::begin(settings);
    #[cfg(not(feature = "otlp"))]
    {
        drop(settings);
        Err(BeginError("the feature `otlp` is not built in".into()))
    }
}

/// Exports what has ended so far. It takes no longer than `within`, whatever the collector does; what could not be sent by then is
/// told in the log, and lost if the process ends.
pub async fn flush(within: Duration) {
    #[cfg(feature = "otlp")]
    export::flush(within).await;
    #[cfg(not(feature = "otlp"))]
    let _ = within;
}
