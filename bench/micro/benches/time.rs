//! The pure parts of the hot path by time: `make bench-parts`.

use std::{hint::black_box, sync::Arc};

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ostankino::{Update, dialogue::KeyBuilder, html, telegram::Envelope};
use ostankino_bench_micro::{
    MEASURED, Sample, TEXTS,
    counting::{count, count_by_macros, record},
    request, route, router, scope,
};

fn updates(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("peek");
    for (name, sample) in Sample::ALL {
        let json = sample.json();
        group.throughput(Throughput::Bytes(json.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(name), &json, |bencher, json| {
            bencher.iter(|| Envelope::peek(black_box(json)));
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("decode");
    for (name, sample) in Sample::ALL {
        let json = sample.json();
        group.throughput(Throughput::Bytes(json.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(name), &json, |bencher, json| {
            bencher.iter(|| Update::decode(black_box(json.clone())));
        });
    }
    group.finish();
}

fn routing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("route");
    let request = request(Sample::Text);
    for routes in [10, 100, 1000] {
        let mut router = router(routes);
        group.bench_function(BenchmarkId::from_parameter(routes), |bencher| {
            bencher.iter_batched(
                || request.clone(),
                |request| route(&mut router, request),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

fn texts(criterion: &mut Criterion) {
    let (keys, scope) = (KeyBuilder::new().with_destiny(true), scope());
    criterion.bench_function("key", |bencher| {
        bencher.iter(|| keys.build(black_box(&scope), "default"));
    });
    let mut group = criterion.benchmark_group("escape");
    for (name, text) in TEXTS {
        group.bench_with_input(BenchmarkId::from_parameter(name), text, |bencher, text| {
            bencher.iter(|| html::escape(black_box(text)));
        });
    }
    group.finish();
}

/// All that is counted of an update.
fn counting(criterion: &mut Criterion) {
    record();
    let route: Arc<str> = "/start".into();
    let mut group = criterion.benchmark_group("counting");
    group.bench_function("kept", |bencher| bencher.iter(|| count(&route)));
    group.bench_function("by_macros", |bencher| {
        bencher.iter(|| count_by_macros(&route));
    });
    group.finish();
}

criterion_group! {
    name = parts;
    config = Criterion::default()
        .warm_up_time(MEASURED / 2)
        .measurement_time(MEASURED)
        .sample_size(50)
        .without_plots();
    targets = updates, routing, texts, counting
}
criterion_main!(parts);
