//! Which records are written: a filter that is changed while the process runs.

use std::sync::{
    Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock,
    atomic::{AtomicBool, Ordering},
};

use tracing::{
    Event, Metadata, Subscriber,
    level_filters::LevelFilter,
    span::{Attributes, Id, Record},
    subscriber::Interest,
};
use tracing_subscriber::{EnvFilter, Layer, layer::Context};

use crate::repeated::Repeated;

/// That the filter changed is written whatever it lets through.
const OWN: &str = concat!(module_path!(), "=info");

/// The filter of this process.
static OF_PROCESS: OnceLock<Level> = OnceLock::new();

/// A text is no filter.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilterError {
    /// It has not the form of one.
    #[error("no filter: write for example \"info,ostankino=debug\"")]
    Syntax(#[source] tracing_subscriber::filter::ParseError),
    /// It would let through what begins with that word, and nothing else: hardly what was meant.
    #[error(
        "no filter: \"{0}\" is no level, so write error, warn, info, debug, trace or off; of what begins \
         with {0} write for example {0}=debug"
    )]
    Word(String),
}

/// The filter of the log of this process. A clone is the same one.
///
/// ```no_run
/// use ostankino_telemetry::{FilterError, level};
///
/// // `None` where the process has a subscriber of its own.
/// if let Some(level) = level() {
///     level.set("info,ostankino=debug")?;
///     assert_eq!(level.current(), "info,ostankino=debug");
///     level.reset();
/// }
/// # Ok::<_, FilterError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Level(Arc<State>);

#[derive(Debug)]
struct State {
    configured: String,
    current: Mutex<String>,
    filter: Arc<Gate>,
}

/// The filter of the log that [`install`](crate::install) set up; `None` before, and where the process
/// has a subscriber of its own.
#[must_use]
pub fn level() -> Option<Level> {
    OF_PROCESS.get().cloned()
}

/// Whether that text is a filter, in the syntax of `tracing_subscriber::EnvFilter`.
///
/// # Errors
///
/// [`FilterError`].
pub fn check_filter(filter: &str) -> Result<(), FilterError> {
    parse(filter).map(drop)
}

pub(super) fn parse(filter: &str) -> Result<EnvFilter, FilterError> {
    // In braces a comma stands between fields.
    let words = filter
        .split(',')
        .map(str::trim)
        .filter(|_| !filter.contains('{'));
    for word in words {
        let is_word = !word.is_empty() && !word.contains(['=', '[', ']']);
        if is_word && word.parse::<LevelFilter>().is_err() {
            return Err(FilterError::Word(word.to_owned()));
        }
    }
    EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .parse(filter)
        .map_err(FilterError::Syntax)
}

impl Level {
    /// A filter, and what asks it of every record.
    pub(super) fn new(
        filter: &str,
        repeated: Option<Arc<Repeated>>,
    ) -> Result<(Self, Gated), FilterError> {
        let gate = Arc::new(Gate {
            has_spans: AtomicBool::new(has_spans(filter)),
            filter: RwLock::new(with_own(parse(filter)?)),
            repeated,
        });
        let level = Self(Arc::new(State {
            configured: filter.to_owned(),
            current: Mutex::new(filter.to_owned()),
            filter: gate.clone(),
        }));
        Ok((level, Gated(gate)))
    }

    /// Makes it that of the process.
    pub(super) fn keep(self) {
        let _ = OF_PROCESS.set(self);
    }

    /// Which records are written now.
    #[must_use]
    pub fn current(&self) -> String {
        self.lock().clone()
    }

    /// Which records the configuration has written.
    #[must_use]
    pub fn configured(&self) -> &str {
        &self.0.configured
    }

    /// Has other records written from now on, and says so in the log.
    ///
    /// # Errors
    ///
    /// [`FilterError`]; then all stays as it is.
    pub fn set(&self, filter: &str) -> Result<(), FilterError> {
        let new = with_own(parse(filter)?);
        let mut current = self.lock();
        let former = std::mem::replace(&mut *current, filter.to_owned());
        let gate = &self.0.filter;
        let gate_filter = gate.filter.write();
        *gate_filter.unwrap_or_else(PoisonError::into_inner) = new;
        gate.has_spans.store(has_spans(filter), Ordering::Relaxed);
        // What was found out about each place in the code is found out anew.
        tracing_core::callsite::rebuild_interest_cache();
        tracing::info!(
            event = "log_filter_changed",
            filter,
            former,
            "other records are written from now on"
        );
        Ok(())
    }

    /// Has those records written that the configuration says.
    pub fn reset(&self) {
        // It was read once already.
        let _ = self.set(&self.0.configured);
    }

    /// Has `other` records written if those of the configuration are now, else these.
    ///
    /// # Errors
    ///
    /// [`FilterError`] of `other`.
    pub fn toggle(&self, other: &str) -> Result<(), FilterError> {
        if self.current() == self.0.configured {
            return self.set(other);
        }
        self.reset();
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, String> {
        let current = &self.0.current;
        current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn with_own(filter: EnvFilter) -> EnvFilter {
    filter.add_directive(OWN.parse().expect("a directive"))
}

/// Whether a filter looks at spans and their fields.
fn has_spans(filter: &str) -> bool {
    filter.contains('[')
}

/// The filter as the subscriber asks it. `reload::Layer` of tracing-subscriber would take a lock each time a
/// span is entered or left, and the filter in it another one: several a poll of each update. Here both are passed over unless
/// the filter looks at spans, and of records each place in the code is asked for once a filter.
#[derive(Debug)]
struct Gate {
    filter: RwLock<EnvFilter>,
    has_spans: AtomicBool,
    repeated: Option<Arc<Repeated>>,
}

#[derive(Debug)]
pub(super) struct Gated(Arc<Gate>);

impl Gated {
    fn with<T>(&self, ask: impl FnOnce(&EnvFilter) -> T) -> T {
        let filter = self.0.filter.read();
        ask(&filter.unwrap_or_else(PoisonError::into_inner))
    }

    fn with_spans(&self, tell: impl FnOnce(&EnvFilter)) {
        if self.0.has_spans.load(Ordering::Relaxed) {
            self.with(tell);
        }
    }
}

// A filter of all layers, not `with_filter` of one: that one forgets of no record that `event_enabled` held back, and drops
// the next one of the thread as well (tracing-subscriber 0.3.23).
impl<S: Subscriber> Layer<S> for Gated {
    fn enabled(&self, metadata: &Metadata<'_>, context: Context<'_, S>) -> bool {
        self.with(|filter| Layer::enabled(filter, metadata, context))
    }

    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.with(|filter| Layer::<S>::register_callsite(filter, metadata))
    }

    fn event_enabled(&self, event: &Event<'_>, _: Context<'_, S>) -> bool {
        let repeated = self.0.repeated.as_ref();
        repeated.is_none_or(|repeated| repeated.is_written(event))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        self.with(Layer::<S>::max_level_hint)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        self.with_spans(|filter| Layer::on_new_span(filter, attributes, id, context));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        self.with_spans(|filter| Layer::on_record(filter, id, values, context));
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        self.with_spans(|filter| Layer::on_enter(filter, id, context));
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        self.with_spans(|filter| Layer::on_exit(filter, id, context));
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        self.with_spans(|filter| Layer::on_close(filter, id, context));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        LogFormat, subscribe,
        testing::{Logs, keep_a_subscriber},
    };

    fn captured(filter: &str) -> (Level, Logs, tracing::subscriber::DefaultGuard) {
        keep_a_subscriber();
        let logs = Logs::default();
        let sink = logs.clone();
        let (level, gated) = Level::new(filter, None).expect("a filter");
        let subscriber = subscribe(LogFormat::Json, gated, move || sink.clone());
        (level, logs, tracing::subscriber::set_default(subscriber))
    }

    /// Speaks at three levels.
    fn speak() {
        tracing::debug!(target: "shop", "debug");
        tracing::info!(target: "shop", "info");
        tracing::error!(target: "shop", "error");
    }

    fn messages(logs: &Logs) -> Vec<String> {
        let records = logs.records().into_iter();
        let messages = records.map(|record| record["message"].as_str().unwrap_or("-").to_owned());
        messages.collect()
    }

    const CHANGED: &str = "other records are written from now on";

    #[test]
    fn another_filter_holds_at_once_and_is_told_whatever_it_lets_through() {
        let (level, logs, _guard) = captured("info");
        speak();
        level.set("debug").expect("a filter");
        speak();
        level.set("off").expect("a filter");
        speak();
        level.reset();
        speak();
        let expected = [
            "info", "error", CHANGED, "debug", "info", "error", CHANGED, CHANGED, "info", "error",
        ];
        assert_eq!(messages(&logs), expected);
        let changed = &logs.records()[2];
        assert_eq!(changed["event"], "log_filter_changed");
        assert_eq!(
            (&changed["filter"], &changed["former"]),
            (&"debug".into(), &"info".into())
        );
    }

    #[test]
    fn what_is_no_filter_is_refused_with_the_reason_and_the_former_stays() {
        let (level, logs, _guard) = captured("warn");
        for (filter, says) in [
            ("debgu", "\"debgu\" is no level"),
            ("info,verbose", "\"verbose\" is no level"),
            ("ostankino=debgu", "no filter: write for example"),
            ("a[b", "no filter"),
        ] {
            let error = level.set(filter).expect_err(filter).to_string();
            assert!(error.contains(says), "{filter}: {error}");
        }
        assert_eq!(level.current(), "warn");
        speak();
        assert_eq!(messages(&logs), ["error"]);
    }

    #[test]
    fn a_signal_has_another_filter_and_the_next_one_the_configured() {
        let (level, _logs, _guard) = captured("info");
        for filter in ["info,x=debug", "info", "info,x=debug"] {
            level.toggle("info,x=debug").expect("a filter");
            assert_eq!(level.current(), filter);
        }
        level.set("trace").expect("a filter");
        level.toggle("info,x=debug").expect("a filter");
        assert_eq!(level.current(), "info");
    }

    #[test]
    fn a_filter_that_looks_at_spans_is_told_of_them_and_one_that_does_not_is_fast_again() {
        let (level, logs, _guard) = captured("error");
        let speak_within = |user: i64| {
            let _span = tracing::error_span!(target: "shop", "update", user).entered();
            speak();
        };
        speak_within(7);
        let before = tracing::error_span!(target: "shop", "update", user = 7).entered();
        level.set("error,[update{user=7}]=debug").expect("a filter");
        drop(before);
        speak_within(7);
        speak_within(8);
        level.reset();
        speak_within(7);
        let expected = [
            "error", CHANGED, "debug", "info", "error", "error", CHANGED, "error",
        ];
        assert_eq!(messages(&logs), expected);
    }
}
