//! What methods are fed in checks.

use ndarray::{Array2, s};
use takens_core::{Stream, TimeGrid};
use takens_plugin::{Dataset, Series};

/// Samples of the data that most checks use.
pub(super) const SAMPLES: usize = 240;
/// Samples of the context.
pub(super) const CONTEXT: usize = 80;
/// Samples that are asked for.
pub(super) const HORIZON: usize = 12;
/// Distance of samples.
const STEP: f64 = 0.02;

/// A trajectory of the Lorenz system, its first `components` components; beyond three, other
/// trajectories stand beside it. The seed moves the start.
pub(super) fn lorenz(samples: usize, components: usize, seed: u64) -> Array2<f64> {
    let mut values = Array2::zeros((samples, components));
    let draws = Stream::new(seed, 0);
    for first in (0..components).step_by(3) {
        let shift = draws.uniform(first as u64);
        let mut state = [-7.6 + shift, -9.3 - shift, 23.1];
        for row in 0..samples {
            for (index, value) in state.iter().enumerate().take(components - first) {
                values[[row, first + index]] = *value;
            }
            state = advance(state);
        }
    }
    values
}

/// One step of the classical method of Runge and Kutta.
fn advance(state: [f64; 3]) -> [f64; 3] {
    let field = |[x, y, z]: [f64; 3]| [10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z];
    let along = |k: [f64; 3], h: f64| [0, 1, 2].map(|i| state[i] + h * k[i]);
    let k1 = field(state);
    let k2 = field(along(k1, STEP / 2.0));
    let k3 = field(along(k2, STEP / 2.0));
    let k4 = field(along(k3, STEP));
    [0, 1, 2].map(|i| state[i] + STEP / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]))
}

/// A dataset of one trajectory, whose components are called `x`, `y`, `z`, `x3`, ...
pub(super) fn dataset(values: Array2<f64>) -> Dataset {
    let grid = TimeGrid::uniform(0.0, STEP, values.nrows()).expect("a positive step");
    let name = |index: usize| match index {
        0..3 => ["x", "y", "z"][index].to_owned(),
        _ => format!("x{index}"),
    };
    let names = (0..values.ncols()).map(name).collect();
    Dataset { series: vec![Series { grid, values }], names, ..Dataset::default() }
}

/// The last samples of a dataset's first trajectory, `CONTEXT` of them at most.
pub(super) fn context(data: &Dataset) -> Array2<f64> {
    let Some(series) = data.series.first() else { return Array2::zeros((0, data.dim().max(1))) };
    let from = series.values.nrows().saturating_sub(CONTEXT);
    series.values.slice(s![from.., ..]).to_owned()
}

/// Data that a method need not like, but must survive: what they are, and they themselves.
pub(super) fn awkward(seed: u64) -> Vec<(String, Dataset)> {
    let clean = lorenz(SAMPLES, 2, seed);
    let mut cases: Vec<(String, Array2<f64>)> = Vec::new();
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut one = clean.clone();
        one[[SAMPLES / 2, 1]] = value;
        cases.push((format!("one {value}"), one));
        let mut last = clean.clone();
        last[[SAMPLES - 1, 0]] = value;
        cases.push((format!("{value} at the end"), last));
        cases.push((format!("all {value}"), Array2::from_elem(clean.dim(), value)));
    }
    for value in [0.0, -2.5, 1e300] {
        cases.push((format!("constant {value:e}"), Array2::from_elem(clean.dim(), value)));
    }
    let mut constant = clean.clone();
    constant.column_mut(1).fill(7.0);
    cases.push(("one component constant".into(), constant));
    for scale in [1e200, 1e-200, 5e-324] {
        cases.push((format!("values of the size {scale:e}"), &clean * scale));
    }
    let mut equal = clean.clone();
    let first = equal.column(0).to_owned();
    equal.column_mut(1).assign(&first);
    cases.push(("two equal components".into(), equal));
    cases.into_iter().map(|(what, values)| (what, dataset(values))).collect()
}
