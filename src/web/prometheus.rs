//! The recorder of the process, and the text that Prometheus reads.

use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock},
    time::Duration,
};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_process::Collector;

use super::table::TABLE;

/// Upper bounds of what takes time, in seconds: from a statement in one's own house to a call that waits for Telegram.
const SECONDS: [f64; 14] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0,
];

/// Upper bounds of how much is done at once.
const ROWS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 512.0];

/// How often what was measured is sorted into its buckets, though nobody asks.
const UPKEEP: Duration = Duration::from_secs(5);

/// What was counted, as Prometheus reads it.
#[derive(Clone)]
pub(super) struct Exporter {
    handle: PrometheusHandle,
    process: Collector,
}

/// Has all that is counted from now on counted; `None` if the program has a recorder of its own. There is one for the whole process, be there
/// several apps.
pub(super) fn install() -> Option<Exporter> {
    static INSTALLED: OnceLock<Option<Exporter>> = OnceLock::new();
    let exporter = INSTALLED.get_or_init(|| {
        let recorder = PrometheusBuilder::new()
            .set_buckets(&SECONDS)
            .and_then(|builder| {
                builder.set_buckets_for_metric(Matcher::Suffix("_rows".into()), &ROWS)
            })
            .expect("there are buckets")
            .build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).ok()?;
        let process = Collector::default();
        process.describe();
        for metric in TABLE {
            metric.describe();
        }
        Some(Exporter { handle, process })
    });
    exporter.clone()
}

/// The bot of which a line tells, if it is of one.
fn bot_of(line: &str) -> Option<&str> {
    const LABEL: &str = "bot=\"";
    let (before, rest) = line.split_once(LABEL)?;
    let is_whole = before.ends_with(['{', ',']) && !line.starts_with('#');
    let (bot, _) = rest.split_once('"')?;
    is_whole.then_some(bot)
}

impl Exporter {
    pub(super) fn render(&self) -> String {
        self.process.collect();
        self.handle.render()
    }

    /// The same without what is said of these bots: what was measured once stays with the recorder.
    pub(super) fn render_without(&self, gone: &BTreeSet<Arc<str>>) -> String {
        let text = self.render();
        if gone.is_empty() {
            return text;
        }
        let lines = text.split_inclusive('\n');
        lines
            .filter(|line| bot_of(line).is_none_or(|bot| !gone.contains(bot)))
            .collect()
    }

    /// Sorts what was measured into its buckets, again and again: what is measured takes memory until then.
    pub(super) async fn keep_up(self) {
        loop {
            tokio::time::sleep(UPKEEP).await;
            self.handle.run_upkeep();
        }
    }
}
