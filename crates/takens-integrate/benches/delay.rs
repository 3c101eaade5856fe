//! W8: the Mackey-Glass equation to t = 10,000, with delays of 17 and 18 and a constant history of 1.2:
//! `cargo bench -p takens-integrate --bench delay`.
//!
//! First the errors on [60, 500] against values of 30 digits are printed (see `tests/retarded.rs`, which
//! says how they were made); the bench fails where one is above 1e-7. Then times, without compilation:
//! `tau/samples/method`. `auto` is collocation, `dop853` the method of steps with DOP853, for comparison.

use criterion::{Criterion, criterion_group, criterion_main};
use std::collections::BTreeMap;
use std::hint::black_box;
use takens_core::TimeGrid;
use takens_dsl::parse_file;
use takens_integrate::{Method, Options, Propagator};
use takens_symbolic::VectorField;

/// The tolerance of the runs: the errors that it leads to are printed and checked.
const TOLERANCE: f64 = 1e-8;

/// Times and states for each delay.
const TRUTHS: [(u32, [(f64, f64); 6]); 2] = [
    (
        17,
        [
            (60.0, 0.8290672758934004),
            (100.0, 1.0137240165241167),
            (200.0, 1.186718107116468),
            (333.3, 0.9484239502818293),
            (400.0, 1.2336005290073474),
            (500.0, 1.0634503069150874),
        ],
    ),
    (
        18,
        [
            (60.0, 0.9647056083591972),
            (100.0, 1.290206081025862),
            (200.0, 1.1181821886268978),
            (333.3, 0.6856533562537686),
            (400.0, 1.1136238513351126),
            (500.0, 1.134052886470116),
        ],
    ),
];

fn mackey_glass(tau: u32) -> VectorField {
    let text = format!(
        "dde MackeyGlass {{\nparam beta = 0.2, gamma = 0.1, n = 10, tau = {tau}\nstate x = 1.2\n\
         let past = x(t - tau)\nx' = beta*past/(1 + past^n) - gamma*x\n}}\n"
    );
    let parsed = parse_file(&text);
    parsed.systems[0].flatten(&BTreeMap::new()).expect("it flattens").field
}

fn runs(criterion: &mut Criterion) {
    for (tau, truths) in TRUTHS {
        let field = mackey_glass(tau);
        let parameters = field.default_parameters();
        for method in [Method::Auto, Method::Dop853] {
            let options = Options { tolerance: TOLERANCE, method, ..Options::default() };
            let propagator = Propagator::new(&field, &options).expect("it compiles");
            let times = std::iter::once(0.0).chain(truths.iter().map(|truth| truth.0)).collect();
            let grid = TimeGrid::explicit(times).expect("a grid");
            let solution = propagator.sample(&parameters, &[1.2], &grid).expect("it runs");
            let values = solution.trajectory.values();
            let errors = truths
                .iter()
                .zip(values.rows().into_iter().skip(1))
                .map(|(t, x)| (x[0] - t.1).abs());
            let worst = errors.fold(0.0, f64::max);
            println!("tau = {tau}, {method}: error {worst:.1e} on [60, 500]");
            assert!(worst < 1e-7, "the error is above 1e-7");
            for (samples, step) in [(10_001, 1.0), (100_001, 0.1)] {
                let grid = TimeGrid::uniform(0.0, step, samples).expect("a grid");
                criterion.bench_function(&format!("{tau}/{samples}/{method}"), |b| {
                    b.iter(|| propagator.sample(&parameters, black_box(&[1.2]), &grid));
                });
            }
        }
    }
}

criterion_group!(benches, runs);
criterion_main!(benches);
