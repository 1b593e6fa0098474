//! The pure parts of the hot path by instructions, under valgrind: the same on a busy machine as on
//! a quiet one, so that a change of them can be checked. `make instructions`.
#![expect(missing_docs, reason = "the macros make public items")]

use std::{hint::black_box, sync::Arc};

use bytes::Bytes;
use gungraun::prelude::*;
use ostankino::{
    Reply, Request, Result, Router, Update,
    dialogue::{KeyBuilder, Scope},
    html,
    telegram::Envelope,
};
use ostankino_bench_micro::{
    Sample, TEXTS,
    counting::{count, count_by_macros, record},
    request, route, router, scope,
};

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

/// Where nobody counts.
fn uncounted() -> Arc<str> {
    let route = "/start".into();
    count(&route);
    route
}

/// Where Prometheus may ask.
fn recorded() -> Arc<str> {
    record();
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
