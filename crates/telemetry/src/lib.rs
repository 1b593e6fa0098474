//! Logs: one subscriber for the whole process, in JSON for machines or in colours for people.

mod bound;
mod format;
mod json;
mod level;
mod pretty;
#[cfg(any(test, feature = "test"))]
pub mod testing;
mod writer;

pub use format::LogFormat;
pub use level::{FilterError, Level, check_filter, level};
pub use writer::close;

use std::io::{self, IsTerminal};

use tracing::Subscriber;
use tracing_subscriber::{
    Layer, Registry,
    fmt::MakeWriter,
    layer::{Layered, SubscriberExt},
};

/// What makes lines of records.
type Formatting = Box<dyn Layer<Registry> + Send + Sync>;

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
    Ok(subscribe(format, level::parse(filter)?, sink))
}

fn subscribe<W>(
    format: LogFormat,
    filter: impl Layer<Layered<Formatting, Registry>> + Send + Sync + 'static,
    sink: W,
) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer().with_writer(sink);
    let layer: Formatting = match format {
        LogFormat::Json => Box::new(layer.fmt_fields(json::Fields).event_format(json::Event)),
        LogFormat::Pretty => Box::new(
            layer
                .fmt_fields(pretty::Fields)
                .with_target(false)
                .with_ansi(io::stdout().is_terminal()),
        ),
    };
    Box::new(Registry::default().with(layer).with(filter))
}

/// Makes the subscriber, on standard output, the process's own: records are
/// written by a thread, and dropped and counted while nobody reads them. [`level`] changes the filter while
/// the process runs. A second call changes nothing.
///
/// # Errors
///
/// [`FilterError`].
pub fn install(format: LogFormat, filter: &str) -> Result<(), FilterError> {
    let (level, gated) = Level::new(filter)?;
    let subscriber = subscribe(format, gated, writer::stdout());
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        level.keep();
    }
    Ok(())
}
