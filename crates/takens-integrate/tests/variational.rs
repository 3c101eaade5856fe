//! A flow with its linearisation, whose vectors go through the stages eight at a time, is the flow that one program
//! would give.

use std::sync::Arc;
use takens_core::TimeGrid;
use takens_integrate::{Options, Propagator, Variational};
use takens_kernel::{Builder, Compiled};

/// Lorenz's system and its Jacobian, without parameters.
fn lorenz(vectors: usize) -> Variational {
    let mut b = Builder::new(4);
    let [x, y, z] = [1, 2, 3].map(|place| b.input(place));
    let [sigma, rho, beta] = [10.0, 28.0, 8.0 / 3.0].map(|value| b.constant(value));
    let (apart, rest, product, fall) = (b.sub(y, x), b.sub(rho, z), b.mul(x, y), b.mul(beta, z));
    let (turn, minus_x) = (b.mul(x, rest), b.neg(x));
    let rates = [b.mul(sigma, apart), b.sub(turn, y), b.sub(product, fall)];
    let [minus_sigma, minus_one, minus_beta] = [-10.0, -1.0, -8.0 / 3.0].map(|v| b.constant(v));
    let jacobian = [minus_sigma, sigma, rest, minus_one, minus_x, y, x, minus_beta];
    let entries = vec![(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2)];
    let program = b.finish([&rates[..], &jacobian].concat());
    Variational { engine: Arc::new(Compiled::new(&program).unwrap()), entries, n: 3, vectors }
}

#[test]
fn vectors_side_by_side_go_where_each_goes_alone() {
    let grid = TimeGrid::uniform(0.0, 0.07, 30).unwrap();
    let options = Options { tolerance: 1e-9, ..Options::default() };
    // Fewer than eight, eight, and some left over.
    for vectors in [1, 8, 11] {
        let flow = lorenz(vectors);
        let names: Vec<String> =
            (0..3 + 3 * vectors + 1).map(|place| format!("x{place}")).collect();
        let mut start = vec![1.0, 1.0, 20.0];
        start.extend((0..3 * vectors).map(|place| (0.7 * place as f64).sin()));
        start.push(0.0);
        let run = |propagator: Propagator| {
            let solution = propagator.sample(&[], &start, &grid).unwrap();
            solution.trajectory.values().to_owned()
        };
        let together = run(Propagator::variational(flow.clone(), names.clone(), &options).unwrap());
        let apart = run(Propagator::from_engine(Arc::new(flow), names, &options).unwrap());
        let largest = apart.iter().fold(0.0f64, |size, x| size.max(x.abs()));
        for (one, other) in together.iter().zip(&apart) {
            assert!((one - other).abs() < 1e-10 * largest, "{vectors}: {one} {other}");
        }
        // The divergence is the same everywhere.
        let integral = together[[29, 3 + 3 * vectors]];
        assert!((integral + 41.0 / 3.0 * 0.07 * 29.0).abs() < 1e-9, "{integral}");
    }
}
