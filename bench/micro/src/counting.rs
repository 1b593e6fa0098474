//! What is counted of an update, as the port of the operator has it.

use std::{hint::black_box, sync::Arc, time::Duration};

use bytes::Bytes;
use metrics::{SharedString, counter, histogram};
use metrics_exporter_prometheus::PrometheusBuilder;
use ostankino::{Outcome, UpdateKind, counted};
use ostankino_core::internal::count_update;
use ostankino_telegram::internal::count_call;

/// From now on everything is counted that this process does.
///
/// # Panics
///
/// If it is already.
pub fn record() {
    let buckets = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0,
    ];
    let builder = PrometheusBuilder::new().set_buckets(&buckets);
    let recorder = builder.expect("there are buckets").build_recorder();
    metrics::set_global_recorder(recorder).expect("the first one");
}

/// All that is counted of an update with a dialogue, a session and a reply; whoever is its user.
pub fn count(route: &Arc<str>) {
    let took = Duration::from_millis(black_box(3));
    counted::dialogue("read", "ok");
    counted::pool_waited(took);
    counted::session_ended("commit");
    counted::dialogue("write", "ok");
    count_call("sendMessage".into(), &Ok(Bytes::new()), took);
    count_update(UpdateKind::Message, Some(route.clone()), Outcome::Ok, took);
}

/// The same by the macros of `metrics`, which look for everything anew.
pub fn count_by_macros(route: &Arc<str>) {
    let took = Duration::from_millis(black_box(3));
    let dialogue = |operation: &'static str| {
        counter!("ostankino_dialogue_operations_total", "operation" => operation, "outcome" => "ok").increment(1);
    };
    dialogue("read");
    histogram!("ostankino_pool_wait_seconds").record(took);
    counter!("ostankino_sessions_total", "end" => black_box("commit")).increment(1);
    dialogue("write");
    let (method, code) = (black_box("sendMessage"), black_box("200"));
    counter!("ostankino_calls_total", "method" => method, "code" => code).increment(1);
    histogram!("ostankino_call_seconds", "method" => method).record(took);
    let (kind, outcome) = (UpdateKind::Message.as_str(), Outcome::Ok.as_str());
    let route = SharedString::from(route.clone());
    counter!("ostankino_updates_total", "kind" => kind, "route" => route, "outcome" => outcome)
        .increment(1);
    histogram!("ostankino_update_seconds", "kind" => kind).record(took);
}
