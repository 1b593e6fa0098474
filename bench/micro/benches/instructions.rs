//! The pure parts of the hot path by instructions, under valgrind: the same on a busy machine as on
//! a quiet one, so that a change of them can be checked. `make instructions`.
#![expect(missing_docs, reason = "the macros make public items")]

use std::{hint::black_box, sync::Arc, time::Duration};

use bytes::Bytes;
use gungraun::prelude::*;
use metrics::{SharedString, counter, histogram};
use metrics_exporter_prometheus::PrometheusBuilder;
use ostankino::{
    Outcome, Reply, Request, Result, Router, Update, UpdateKind, counted,
    dialogue::{KeyBuilder, Scope},
    html,
    telegram::Envelope,
};
use ostankino_bench_micro::{Sample, TEXTS, request, route, router, scope};
use ostankino_core::internal::count_update;
use ostankino_telegram::internal::count_call;

/// An update's id and owner, without its bytes: they outlive the measurement.
type Peeked = Option<(i64, Option<i64>, Option<i64>)>;

#[library_benchmark(setup = Sample::json)]
#[bench::text(Sample::Text)]
#[bench::group_reply(Sample::GroupReply)]
#[bench::photo(Sample::Photo)]
#[bench::press(Sample::Press)]
#[bench::long(Sample::Long)]
fn peek(json: Bytes) -> (Peeked, Bytes) {
    let envelope = Envelope::peek(black_box(&json));
    let peeked = envelope.map(|found| (found.update_id, found.user_id, found.chat_id));
    (peeked, json)
}

#[library_benchmark(setup = Sample::json)]
#[bench::text(Sample::Text)]
#[bench::group_reply(Sample::GroupReply)]
#[bench::photo(Sample::Photo)]
#[bench::press(Sample::Press)]
#[bench::blocked(Sample::Blocked)]
#[bench::reaction(Sample::Reaction)]
#[bench::long(Sample::Long)]
fn decode(json: Bytes) -> Option<Update> {
    Update::decode(black_box(json)).ok()
}

fn routed(routes: usize) -> (Router, Request) {
    (router(routes), request(Sample::Text))
}

#[library_benchmark(setup = routed)]
#[bench::of_10(10)]
#[bench::of_100(100)]
#[bench::of_1000(1000)]
fn routing((mut router, request): (Router, Request)) -> (Reply, Router) {
    (route(&mut router, request), router)
}

#[library_benchmark]
#[bench::whole(scope())]
fn key(scope: Scope) -> (Result<String>, Scope) {
    let keys = KeyBuilder::new().with_destiny(true);
    (keys.build(black_box(&scope), "default"), scope)
}

#[library_benchmark]
#[bench::plain(TEXTS[0].1)]
#[bench::marked(TEXTS[1].1)]
fn escape(text: &str) -> String {
    html::escape(black_box(text)).into_owned()
}

/// All that is counted of an update with a dialogue, a session and a reply; whoever is its user.
fn count(route: &Arc<str>) {
    let took = Duration::from_millis(black_box(3));
    counted::dialogue("read", "ok");
    counted::pool_waited(took);
    counted::session_ended("commit");
    counted::dialogue("write", "ok");
    count_call("sendMessage".into(), &Ok(Bytes::new()), took);
    count_update(UpdateKind::Message, Some(route.clone()), Outcome::Ok, took);
}

/// The same by the macros of `metrics`, which look for everything anew.
fn count_by_macros(route: &Arc<str>) {
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

/// Where nobody counts.
fn uncounted() -> Arc<str> {
    let route = "/start".into();
    count(&route);
    route
}

/// Where Prometheus may ask.
fn recorded() -> Arc<str> {
    let buckets = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0,
    ];
    let builder = PrometheusBuilder::new().set_buckets(&buckets);
    let recorder = builder.expect("there are buckets").build_recorder();
    metrics::set_global_recorder(recorder).expect("the first one");
    let route = "/start".into();
    count(&route);
    count_by_macros(&route);
    route
}

#[library_benchmark]
#[bench::nobody_asks(uncounted())]
#[bench::recorded(recorded())]
fn counting(route: Arc<str>) -> Arc<str> {
    count(&route);
    route
}

#[library_benchmark]
#[bench::nobody_asks(uncounted())]
#[bench::recorded(recorded())]
fn counting_by_macros(route: Arc<str>) -> Arc<str> {
    count_by_macros(&route);
    route
}

library_benchmark_group!(
    name = hot_path,
    benchmarks = [
        peek,
        decode,
        routing,
        key,
        escape,
        counting,
        counting_by_macros
    ]
);
main!(library_benchmark_groups = hot_path);
