//! Right-hand sides and Taylor jets in lanes and one at a time, beside the same by hand:
//! `cargo bench -p takens-kernel --bench lanes`.
//!
//! Times are per batch of [`STATES`] states, which stay in the second cache. The loops by hand are compiled
//! for the same instructions as the engines, and vectorised by the compiler; they give the same bits.

#![allow(clippy::needless_range_loop, reason = "lanes are written as loops over their index")]

mod programs;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use programs::{LORENZ, lorenz, lorenz_jet, ring};
use std::hint::black_box;
use takens_kernel::{Builder, Compiled, Engine, LANES, LaneChoice, Program};
use takens_symbolic::Function;

const STATES: usize = 4096;

const ENGINES: [(&str, LaneChoice); 4] = [
    ("avx512", LaneChoice::Avx512),
    ("avx2", LaneChoice::Avx2),
    ("tiles", LaneChoice::Tiles),
    ("plain", LaneChoice::Plain),
];

/// All engines on one program.
fn engines(c: &mut Criterion, name: &str, program: &Program, by_hand: &[(&str, ByHand)]) {
    let (inputs, mut outputs) = batch(program);
    same_bits(program, &inputs, by_hand);
    let groups = STATES / LANES;
    let mut group = c.benchmark_group(name);
    group.throughput(Throughput::Elements(STATES as u64));
    for &(features, run) in by_hand {
        if has(features) {
            group.bench_function(BenchmarkId::new("by hand", features), |b| {
                b.iter(|| run(black_box(&inputs), black_box(&mut outputs)));
            });
        }
    }
    for (name, choice) in ENGINES {
        if let Ok(engine) = choice.engine(program) {
            group.bench_function(BenchmarkId::new("lanes", name), |b| {
                b.iter(|| engine.call_many(groups, black_box(&inputs), black_box(&mut outputs)));
            });
        }
    }
    for (name, code) in [("own", Compiled::new(program)), ("portable", Compiled::portable(program))]
    {
        let code = code.expect("a back end for this machine");
        group.bench_function(BenchmarkId::new("one state", name), |b| {
            let (rows, columns) = (program.input_count(), program.output_count());
            b.iter(|| {
                let states = inputs.chunks_exact(rows).zip(outputs.chunks_exact_mut(columns));
                states.for_each(|(from, to)| code.call(black_box(from), to));
            });
        });
    }
    group.finish();
    let mut group =
        c.benchmark_group(format!("{name}, compiling {} operations", program.ops().len()));
    group.bench_function("one lane", |b| b.iter(|| Compiled::new(program)));
    group.bench_function("one lane, portable", |b| b.iter(|| Compiled::portable(program)));
    for (name, choice) in ENGINES {
        if choice.engine(program).is_ok() {
            group.bench_function(name, |b| b.iter(|| choice.engine(program)));
        }
    }
    group.finish();
}

/// What is done by hand is what the program does.
fn same_bits(program: &Program, inputs: &[f64], by_hand: &[(&str, ByHand)]) {
    let engine = LaneChoice::Plain.engine(program).expect("an engine for every machine");
    let run = |run: &dyn Fn(&mut [f64])| {
        let mut outputs = vec![0.0; STATES * program.output_count()];
        run(&mut outputs);
        outputs
    };
    let want = run(&|outputs| engine.call_many(STATES / LANES, inputs, outputs));
    for &(features, by_hand) in by_hand.iter().filter(|(features, _)| has(features)) {
        assert!(want == run(&|outputs| by_hand(inputs, outputs)), "by hand, {features}");
    }
}

/// States that differ from lane to lane.
fn batch(program: &Program) -> (Vec<f64>, Vec<f64>) {
    let inputs = (0..STATES * program.input_count()).map(|i| 1.0 + (i % 97) as f64 * 0.01);
    (inputs.collect(), vec![0.0; STATES * program.output_count()])
}

type ByHand = fn(&[f64], &mut [f64]);

fn has(features: &str) -> bool {
    match features {
        #[cfg(target_arch = "x86_64")]
        "avx512" => std::arch::is_x86_feature_detected!("avx512f"),
        #[cfg(target_arch = "x86_64")]
        "avx2" => std::arch::is_x86_feature_detected!("avx2"),
        _ => features == "plain",
    }
}

type Group = [f64; LANES];

/// A loop over groups, compiled for three instruction sets.
macro_rules! by_hand {
    ($name:ident, $loops:ident) => {
        mod $name {
            use super::*;

            pub(super) fn plain(inputs: &[f64], outputs: &mut [f64]) {
                $loops(inputs.as_chunks().0, outputs.as_chunks_mut().0);
            }

            #[cfg(target_arch = "x86_64")]
            pub(super) fn avx2(inputs: &[f64], outputs: &mut [f64]) {
                #[target_feature(enable = "avx2")]
                fn compiled(inputs: &[f64], outputs: &mut [f64]) {
                    $loops(inputs.as_chunks().0, outputs.as_chunks_mut().0);
                }
                // SAFETY: called where `has` found the instructions.
                unsafe { compiled(inputs, outputs) }
            }

            #[cfg(target_arch = "x86_64")]
            pub(super) fn avx512(inputs: &[f64], outputs: &mut [f64]) {
                #[target_feature(enable = "avx512f,avx512dq")]
                fn compiled(inputs: &[f64], outputs: &mut [f64]) {
                    $loops(inputs.as_chunks().0, outputs.as_chunks_mut().0);
                }
                // SAFETY: as above.
                unsafe { compiled(inputs, outputs) }
            }

            pub(super) const ALL: &[(&str, ByHand)] = &[
                ("plain", plain),
                #[cfg(target_arch = "x86_64")]
                ("avx2", avx2),
                #[cfg(target_arch = "x86_64")]
                ("avx512", avx512),
            ];
        }
    };
}

by_hand!(lorenz_by_hand, lorenz_groups);
by_hand!(ring_by_hand, ring_groups);
by_hand!(jet_by_hand, jet_groups);

#[inline(always)]
fn lorenz_groups(inputs: &[Group], outputs: &mut [Group]) {
    let [sigma, rho, beta] = LORENZ;
    let states = inputs.as_chunks::<3>().0.iter().zip(outputs.as_chunks_mut::<3>().0);
    for ([x, y, z], slope) in states {
        for k in 0..LANES {
            slope[0][k] = sigma * (y[k] - x[k]);
            slope[1][k] = x[k] * (rho - z[k]) - y[k];
            slope[2][k] = x[k] * y[k] - beta * z[k];
        }
    }
}

const RING: usize = 40;

#[inline(always)]
fn ring_groups(inputs: &[Group], outputs: &mut [Group]) {
    for (x, slope) in inputs.as_chunks::<RING>().0.iter().zip(outputs.as_chunks_mut::<RING>().0) {
        let mut at = |i: usize, after: usize, before: usize, twice: usize| {
            for k in 0..LANES {
                slope[i][k] = (x[after][k] - x[twice][k]) * x[before][k] - x[i][k] + 8.0;
            }
        };
        at(0, 1, RING - 1, RING - 2);
        at(1, 2, 0, RING - 1);
        for i in 2..RING - 1 {
            at(i, i + 1, i - 1, i - 2);
        }
        at(RING - 1, 0, RING - 2, RING - 3);
    }
}

const ORDER: usize = 14;

#[inline(always)]
fn jet_groups(inputs: &[Group], outputs: &mut [Group]) {
    let [sigma, rho, beta] = LORENZ;
    let states = inputs.as_chunks::<3>().0.iter().zip(outputs.as_chunks_mut::<{ 3 * ORDER }>().0);
    for (state, coefficients) in states {
        let mut series = [[[0.0; LANES]; ORDER + 1]; 3];
        for i in 0..3 {
            series[i][0] = state[i];
        }
        for k in 0..ORDER {
            let [x, y, z] = &series;
            let (mut xz, mut xy) = ([0.0; LANES], [0.0; LANES]);
            for lane in 0..LANES {
                xz[lane] = x[0][lane] * z[k][lane];
                xy[lane] = x[0][lane] * y[k][lane];
            }
            for j in 1..=k {
                for lane in 0..LANES {
                    xz[lane] += x[j][lane] * z[k - j][lane];
                    xy[lane] += x[j][lane] * y[k - j][lane];
                }
            }
            let share = 1.0 / (k + 1) as f64;
            for lane in 0..LANES {
                let [x, y, z] = [0, 1, 2].map(|i| series[i][k][lane]);
                let slopes = [sigma * (y - x), rho * x - y - xz[lane], xy[lane] - beta * z];
                for i in 0..3 {
                    series[i][k + 1][lane] = slopes[i] * share;
                    coefficients[3 * k + i][lane] = slopes[i] * share;
                }
            }
        }
    }
}

fn benches(c: &mut Criterion) {
    engines(c, "Lorenz", &lorenz(), lorenz_by_hand::ALL);
    engines(c, "Lorenz 96, 40 components", &ring(RING), ring_by_hand::ALL);
    for (name, function) in [
        ("sin", Function::Sin),
        ("exp", Function::Exp),
        ("log", Function::Log),
        ("tanh", Function::Tanh),
        ("atan", Function::Atan),
    ] {
        let mut builder = Builder::new(1);
        let x = builder.input(0);
        let value = builder.call(function, x);
        engines(c, name, &builder.finish(vec![value]), &[]);
    }
    engines(c, "Taylor jet of Lorenz, order 14", &lorenz_jet(ORDER), jet_by_hand::ALL);
}

criterion_group!(all, benches);
criterion_main!(all);
