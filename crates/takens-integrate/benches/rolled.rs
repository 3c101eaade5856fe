//! From the text of Lorenz 96 to a runnable right-hand side, and what that costs then:
//! `cargo bench -p takens-integrate --bench rolled`.
//!
//! `check` reads and checks a definition, `compile` rolls it and makes machine code; both at N = 10 and
//! N = 10,000, which must take the same time (each under 50 ms, their ratio under 3; the bench fails where
//! they do not). `rhs` is one right-hand side, `trajectory` the time to t = 100 at N = 1000 with 2001
//! samples and a tolerance of 1e-9.

use criterion::{Criterion, criterion_group, criterion_main};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};
use takens_core::TimeGrid;
use takens_dsl::{Roll, Rolled, parse_file};
use takens_integrate::{Options, Propagator};
use takens_kernel::{CompiledLoops, Engine, Part, lower_rolled};

fn text(size: usize) -> String {
    format!(
        "ode Lorenz96 {{\nstructural param N = {size} in [4, 10000000]\nparam F = 8\n\
         index i in 0..N cyclic\nstate x[i] = F + (if i == 0 then 0.01 else 0)\n\
         x[i]' = (x[i+1] - x[i-2])*x[i-1] - x[i] + F\n}}\n"
    )
}

fn check(text: &str) -> takens_dsl::System {
    let mut parsed = parse_file(text);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    parsed.systems.pop().expect("one system")
}

fn rolled(system: &takens_dsl::System) -> Rolled {
    match system.roll(&BTreeMap::new()) {
        Ok(Roll::Rolled(rolled)) => *rolled,
        other => panic!("Lorenz96 rolls: {other:?}"),
    }
}

fn compile(system: &takens_dsl::System) -> CompiledLoops {
    let program = lower_rolled(&rolled(system).field, Part::Rhs);
    CompiledLoops::new(&program).expect("a back end for this machine")
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut runs: Vec<Duration> = (0..21)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    runs.sort();
    runs[10]
}

/// The times that the language promises, held against what is measured.
fn promised(_: &mut Criterion) {
    let [small, large] = [10, 10_000].map(|size| {
        let text = text(size);
        let system = check(&text);
        let read = median(|| drop(black_box(check(&text))));
        let made = median(|| drop(black_box(compile(&system))));
        println!("N = {size}: check {read:?}, compile {made:?}");
        (read, made)
    });
    for (what, small, large) in [("check", small.0, large.0), ("compile", small.1, large.1)] {
        let ratio = large.as_secs_f64() / small.as_secs_f64();
        println!("{what}: N = 10,000 takes {ratio:.2} times as long as N = 10");
        assert!(large < Duration::from_millis(50), "{what} takes {large:?}");
        assert!(ratio < 3.0, "{what} takes {ratio} times as long");
    }
}

fn language(criterion: &mut Criterion) {
    for size in [10, 10_000] {
        let text = text(size);
        let system = check(&text);
        criterion.bench_function(&format!("check/{size}"), |b| b.iter(|| check(black_box(&text))));
        criterion
            .bench_function(&format!("compile/{size}"), |b| b.iter(|| compile(black_box(&system))));
    }
}

fn running(criterion: &mut Criterion) {
    for size in [40, 1000, 10_000] {
        let engine = compile(&check(&text(size)));
        let inputs: Vec<f64> = (0..size + 2).map(|place| 8.0 + (place % 7) as f64).collect();
        let mut outputs = vec![0.0; size];
        criterion.bench_function(&format!("rhs/{size}"), |b| {
            b.iter(|| engine.call(black_box(&inputs), black_box(&mut outputs)));
        });
    }
    let field = rolled(&check(&text(1000))).field;
    let propagator = Propagator::rolled(&field, &Options::default()).expect("a propagator");
    let (parameters, mut initial) = (vec![8.0], vec![8.0; 1000]);
    initial[0] = 8.01;
    let grid = TimeGrid::uniform(0.0, 0.05, 2001).expect("a grid");
    let mut group = criterion.benchmark_group("trajectory");
    group.sample_size(10);
    group.bench_function("1000", |b| {
        b.iter(|| propagator.sample(&parameters, &initial, &grid).expect("it reaches its end"));
    });
}

criterion_group!(benches, promised, language, running);
criterion_main!(benches);
