//! Logs: one subscriber for the whole process, in JSON for machines or in colours for people.

mod bound;
mod format;
mod json;
mod level;
mod pretty;
mod repeated;
#[cfg(any(test, feature = "test"))]
pub mod testing;
mod writer;

pub use format::LogFormat;
pub use level::{FilterError, Level, check_filter, level};

use std::{
    io::{self, IsTerminal},
    sync::{Arc, OnceLock},
    time::Duration,
};

use tracing::Subscriber;
use tracing_subscriber::{
    Layer, Registry,
    fmt::MakeWriter,
    layer::{Layered, SubscriberExt},
};

use repeated::Repeated;

/// What this process left out of its log.
static LEFT_OUT: OnceLock<Arc<Repeated>> = OnceLock::new();

/// How often it is looked whether something is to be told of that.
const LOOK: Duration = Duration::from_secs(5);

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
/// written by a thread, and dropped and counted while nobody reads them. What every update or call says while
/// something is wrong is written some times a minute, and counted beyond that. [`level`] changes the filter while
/// the process runs. A second call changes nothing.
///
/// # Errors
///
/// [`FilterError`].
pub fn install(format: LogFormat, filter: &str) -> Result<(), FilterError> {
    let repeated = Arc::<Repeated>::default();
    let (level, gated) = Level::new(filter, Some(repeated.clone()))?;
    let subscriber = subscribe(format, gated, writer::stdout());
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        level.keep();
        let _ = LEFT_OUT.set(repeated.clone());
        // Nobody else tells what was left out: whoever writes a record is not to wait for that.
        let _ = std::thread::Builder::new()
            .name("log counts".into())
            .spawn(move || {
                loop {
                    std::thread::sleep(LOOK);
                    repeated.tell(false);
                }
            });
    }
    Ok(())
}

/// Waits, not for ever, until what was logged so far is written; what is logged afterwards is not.
/// Whatever ends a process that called [`install`] calls it last.
pub fn close() {
    if let Some(repeated) = LEFT_OUT.get() {
        repeated.tell(true);
    }
    writer::close();
}
