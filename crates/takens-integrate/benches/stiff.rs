//! Stiff flows (workload W4): `cargo bench -p takens-integrate --bench stiff`.
//!
//! Van der Pol's oscillator (mu = 1000, to t = 2000) and Robertson's reaction (to t = 1e5) at a tolerance of
//! 1e-6, the integrator named and chosen; compilation apart. The errors at the end, in units of the
//! state's length, are printed first; the bench fails where one is above 1e-4.

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::Instant;
use takens_core::TimeGrid;
use takens_dsl::parse_file;
use takens_integrate::{Method, Options, Propagator};
use takens_symbolic::VectorField;

struct Problem {
    name: &'static str,
    text: &'static str,
    initial: &'static [f64],
    end: f64,
    /// The state at the end (see `tests/stiff.rs`).
    reference: &'static [f64],
}

const PROBLEMS: [Problem; 2] = [
    Problem {
        name: "van der pol",
        text: "ode V { state x = 2, y = 0\n x' = y\n y' = 1000*(1 - x^2)*y - x }\n",
        initial: &[2.0, 0.0],
        end: 2000.0,
        reference: &[1.706_167_732_170_465, -8.928_097_010_248_165e-4],
    },
    Problem {
        name: "robertson",
        text: "ode R { state a = 1, b = 0, c = 0\n a' = 1e4*b*c - 0.04*a\n\
               b' = 0.04*a - 1e4*b*c - 3e7*b^2\n c' = 3e7*b^2 }\n",
        initial: &[1.0, 0.0, 0.0],
        end: 1e5,
        reference: &[0.017_865_921_142_099_465, 7.274_751_468_436_319e-8, 0.982_134_006_110_385_4],
    },
];

fn field(text: &str) -> VectorField {
    let parsed = parse_file(text);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    parsed.systems[0].flatten(&Default::default()).expect("a sound system").field
}

fn stiff(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("stiff");
    for problem in &PROBLEMS {
        for method in [Method::Radau5, Method::Auto] {
            let options = Options { method, tolerance: 1e-6, ..Options::default() };
            let begun = Instant::now();
            let propagator = Propagator::new(&field(problem.text), &options).expect("a system");
            let compile = begun.elapsed();
            let grid = TimeGrid::explicit(vec![0.0, problem.end]).expect("two instants");
            let run = || propagator.sample(&[], problem.initial, &grid).expect("a trajectory");
            let solution = run();
            let end = solution.trajectory.values().row(1).to_vec();
            let length = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
            let off: Vec<f64> = end.iter().zip(problem.reference).map(|(x, y)| x - y).collect();
            let error = length(&off) / length(problem.reference);
            eprintln!(
                "{} by {method}: error {error:.1e}, {} steps ({} stiff), {} refused, {} evaluations, compiled in {compile:?}",
                problem.name,
                solution.steps,
                solution.stiff_steps,
                solution.rejected,
                solution.evaluations
            );
            assert!(error < 1e-4, "{}: error {error}", problem.name);
            group.bench_function(format!("{}/{method}", problem.name), |bencher| {
                bencher.iter(|| black_box(run()));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, stiff);
criterion_main!(benches);
