//! Ours alone at the workloads, at a hundredth of their size: `cargo bench -p takens-benches`.
//!
//! Times that mean something beside others' come from `peers/run.py`, which runs the workloads whole and
//! tells the error that was reached.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::Duration;
use takens_benches::givens::RATES;
use takens_benches::{NAMES, Size, collection, prepare};

fn workloads(criterion: &mut Criterion) {
    for name in NAMES {
        let tolerance = if name.starts_with("w4") { 1e-6 } else { 1e-9 };
        let mut prepared = match prepare(name, tolerance, Size::Small) {
            Ok(prepared) => prepared,
            Err(message) => panic!("{name}: {message}"),
        };
        if let Err(message) = (prepared.run)() {
            println!("{name}: {message}");
            continue;
        }
        let mut group = criterion.benchmark_group(name);
        if name.starts_with("w6") {
            group.throughput(Throughput::Elements((RATES.0 * RATES.1) as u64));
        }
        group.bench_function(prepared.about.clone(), |b| {
            b.iter(|| black_box((prepared.run)().expect("it reaches its end")));
        });
    }
}

/// Every tenth flow, from the text of the collection on.
fn whole_collection(criterion: &mut Criterion) {
    criterion.bench_function("w7/every tenth flow", |b| {
        b.iter(|| black_box(collection(10).expect("the collection is read")));
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = workloads, whole_collection
}
criterion_main!(benches);
