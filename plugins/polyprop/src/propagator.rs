//! The propagator itself: from data to coefficients, and from a state to the next ones.

use crate::basis::Basis;
use crate::least_squares::{Reduced, dot, reduce};
use ndarray::{Array2, ArrayView2, s};
use takens_plugin::{Call, Fault};

/// Half-widths of the training box between its centre and a state that has left for good.
const ESCAPE: f64 = 50.0;

/// A fitted propagator: one solution for each degree up to the highest.
pub(crate) struct Propagator {
    dim: usize,
    lags: usize,
    basis: Basis,
    /// Centre and reciprocal half-width of each input over the training data.
    scale: Vec<(f64, f64)>,
    reduced: Reduced,
    /// What increments were divided by before the fit, one per component.
    unit: Vec<f64>,
}

/// The coefficients of one degree, ready to be iterated.
pub(crate) struct Model<'a> {
    of: &'a Propagator,
    coefficients: Vec<Vec<f64>>,
}

impl Propagator {
    /// Fits increments over all features of the last `lags` states up to `degree`.
    ///
    /// The series have the same number of components; those not longer than `lags` give nothing.
    ///
    /// # Errors
    /// What [`Call::check`] says.
    pub(crate) fn fit(
        series: &[ArrayView2<f64>],
        lags: usize,
        degree: usize,
        call: &Call,
    ) -> Result<Self, Fault> {
        let dim = series.first().map_or(0, ArrayView2::ncols);
        let mut inputs: Vec<Vec<f64>> = Vec::new();
        let mut targets = vec![Vec::new(); dim];
        for states in series {
            for now in lags.saturating_sub(1)..states.nrows().saturating_sub(1) {
                inputs.push(input(states, now, lags));
                for (c, target) in targets.iter_mut().enumerate() {
                    target.push(states[[now + 1, c]] - states[[now, c]]);
                }
            }
        }
        let scale = (0..dim * lags)
            .map(|v| {
                let (low, high) = inputs.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |b, z| {
                    (b.0.min(z[v]), b.1.max(z[v]))
                });
                let half = 0.5 * (high - low);
                // A constant component tells nothing; its features vanish and are dropped.
                (low + half, if half > 0.0 { 1.0 / half } else { 0.0 })
            })
            .collect::<Vec<_>>();
        let unit = targets
            .iter_mut()
            .map(|target| {
                let rms = (dot(target, target) / target.len().max(1) as f64).sqrt();
                let unit = if rms > 0.0 { rms } else { 1.0 };
                target.iter_mut().for_each(|x| *x /= unit);
                unit
            })
            .collect();
        let basis = Basis::new(dim * lags, degree);
        let mut design = vec![Vec::with_capacity(inputs.len()); basis.len()];
        let (mut table, mut features) = (Vec::new(), vec![0.0; basis.len()]);
        for z in &mut inputs {
            rescale(z, &scale);
            basis.evaluate(z, &mut table, &mut features);
            design.iter_mut().zip(&features).for_each(|(column, &x)| column.push(x));
        }
        let reduced = reduce(design, targets, call)?;
        Ok(Self { dim, lags, basis, scale, reduced, unit })
    }

    /// The model of `degree`, at most that of the fit.
    pub(crate) fn model(&self, degree: usize) -> Model<'_> {
        let mut coefficients = self.reduced.solve(self.basis.len_at(degree));
        for (row, unit) in coefficients.iter_mut().zip(&self.unit) {
            row.iter_mut().for_each(|x| *x *= unit);
        }
        Model { of: self, coefficients }
    }
}

impl Model<'_> {
    /// Iterates `horizon` times from the end of `context`, which has at least as many rows as lags.
    ///
    /// # Errors
    /// [`Fault::Diverged`] once a state is not finite or far outside the training box, and what
    /// [`Call::check`] says.
    pub(crate) fn iterate(
        &self,
        context: ArrayView2<f64>,
        horizon: usize,
        call: &Call,
    ) -> Result<Array2<f64>, Fault> {
        let Propagator { dim, lags, basis, scale, .. } = self.of;
        let (dim, lags) = (*dim, *lags);
        let start = context.nrows() - lags;
        let mut path = Array2::zeros((lags + horizon, dim));
        path.slice_mut(s![..lags, ..]).assign(&context.slice(s![start.., ..]));
        let count = self.coefficients.first().map_or(0, Vec::len);
        let (mut table, mut features) = (Vec::new(), vec![0.0; count]);
        for step in 0..horizon {
            let now = lags - 1 + step;
            let mut z = input(&path.view(), now, lags);
            rescale(&mut z, scale);
            if !z[..dim].iter().all(|u| u.abs() <= ESCAPE) {
                return Err(diverged(step, horizon));
            }
            if step % 256 == 0 {
                call.check()?;
            }
            basis.evaluate(&z, &mut table, &mut features);
            for c in 0..dim {
                path[[now + 1, c]] = path[[now, c]] + dot(&self.coefficients[c], &features);
            }
        }
        if path.iter().all(|x| x.is_finite()) {
            Ok(path.slice(s![lags.., ..]).to_owned())
        } else {
            Err(diverged(horizon, horizon))
        }
    }
}

fn diverged(step: usize, horizon: usize) -> Fault {
    Fault::Diverged(format!("left the region of the training data by step {step} of {horizon}"))
}

/// The state at `now`, then its backward differences up to order `lags - 1`: the same information
/// as the states themselves, better conditioned.
fn input(states: &ArrayView2<f64>, now: usize, lags: usize) -> Vec<f64> {
    let dim = states.ncols();
    let mut z = Vec::with_capacity(dim * lags);
    for order in 0..lags {
        for c in 0..dim {
            let mut binomial = 1.0;
            let mut difference = states[[now, c]];
            for back in 1..=order {
                binomial *= -((order + 1 - back) as f64) / back as f64;
                difference += binomial * states[[now - back, c]];
            }
            z.push(difference);
        }
    }
    z
}

fn rescale(z: &mut [f64], scale: &[(f64, f64)]) {
    for (x, (centre, reciprocal)) in z.iter_mut().zip(scale) {
        *x = (*x - centre) * reciprocal;
    }
}
