//! Logs: one subscriber for the whole process, in JSON for machines or in colours for people.

mod bound;
mod format;
mod json;
mod pretty;
#[cfg(any(test, feature = "test"))]
pub mod testing;
mod writer;

pub use format::LogFormat;
pub use writer::close;

use std::io::{self, IsTerminal};

use tracing::{Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt::MakeWriter, layer::SubscriberExt};

/// The filter of the configuration cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("telemetry.filter is no filter: write for example \"info,ostankino=debug\"")]
pub struct FilterError(#[source] tracing_subscriber::filter::ParseError);

/// A subscriber that writes records in that format and filter to `sink`.
///
/// # Errors
///
/// [`FilterError`].
pub fn subscriber<W>(
    format: LogFormat,
    filter: &str,
    sink: W,
) -> Result<Box<dyn Subscriber + Send + Sync>, FilterError>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .parse(filter)
        .map_err(FilterError)?;
    let layer = tracing_subscriber::fmt::layer().with_writer(sink);
    let layer: Box<dyn Layer<Registry> + Send + Sync> = match format {
        LogFormat::Json => Box::new(layer.fmt_fields(json::Fields).event_format(json::Event)),
        LogFormat::Pretty => Box::new(
            layer
                .fmt_fields(pretty::Fields)
                .with_target(false)
                .with_ansi(io::stdout().is_terminal()),
        ),
    };
    Ok(Box::new(
        Registry::default().with(layer.with_filter(filter)),
    ))
}

/// Makes the subscriber, on standard output, the process's own: records are
/// written by a thread, and dropped and counted while nobody reads them. A second call changes nothing.
///
/// # Errors
///
/// [`FilterError`].
pub fn install(format: LogFormat, filter: &str) -> Result<(), FilterError> {
    let subscriber = subscriber(format, filter, writer::stdout())?;
    let _ = tracing::subscriber::set_global_default(subscriber);
    Ok(())
}
