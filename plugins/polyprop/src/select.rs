//! Choosing the degree and the number of lags by free-running forecasts of a held-out tail.

use crate::basis;
use crate::propagator::Propagator;
use ndarray::{ArrayView2, s};
use takens_plugin::{Call, Fault, math};

/// Share of each series that is held out.
const TAIL: f64 = 0.2;
/// Forecasts are started from this many places of each tail.
const ORIGINS: usize = 6;
/// A closed loop with more features than this is too slow to be worth it.
const MOST_FEATURES: usize = 400;

/// How a propagator is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Total degree of the polynomials.
    pub(crate) degree: usize,
    /// States that go in: the present one and those just before it.
    pub(crate) lags: usize,
}

/// The highest degree up to `wanted` whose features are at most half as many as the samples.
pub(crate) fn affordable(samples: usize, variables: usize, wanted: usize) -> usize {
    let most = (samples / 2).min(MOST_FEATURES);
    (0..=wanted).rev().find(|&q| basis::count(variables, q) <= most).unwrap_or(0)
}

/// The best shape with one of `lags` and a degree from 1 to `degree`.
///
/// Each candidate is fitted without the tails and forecasts them from several origins. Its loss is
/// the mean over time of the logarithm of the error, the root mean square over components in
/// standard deviations: it tells a good model from a better one as well as from a bad one, and no
/// single failure decides. Ties go to the simpler shape.
///
/// # Errors
/// What [`Call::check`] says.
pub(crate) fn choose(
    series: &[ArrayView2<f64>],
    lags: &[usize],
    degree: usize,
    call: &Call,
) -> Result<Shape, Fault> {
    let dim = series.first().map_or(0, ArrayView2::ncols);
    let heads: Vec<ArrayView2<f64>> = series
        .iter()
        .map(|x| x.slice(s![..x.nrows() - (x.nrows() as f64 * TAIL) as usize, ..]))
        .collect();
    let samples: usize = heads.iter().map(ArrayView2::nrows).sum();
    let deviations: Vec<f64> = (0..dim).map(|c| deviation(series, c)).collect();
    let mut best = (f64::INFINITY, Shape { degree: 1, lags: lags.first().copied().unwrap_or(1) });
    for &lags in lags {
        let top = affordable(samples.saturating_sub(lags), dim * lags, degree);
        let fitted = Propagator::fit(&heads, lags, top, call)?;
        for degree in 1..=top {
            let model = fitted.model(degree);
            let (mut sum, mut count) = (0.0, 0usize);
            for (head, whole) in heads.iter().zip(series) {
                let (first, tail) = (head.nrows(), whole.nrows() - head.nrows());
                for k in 0..ORIGINS {
                    let origin = first + k * tail / (2 * ORIGINS);
                    let horizon = tail / 2;
                    if origin < lags || horizon == 0 {
                        continue;
                    }
                    let truth = whole.slice(s![origin..origin + horizon, ..]);
                    let path = match model.iterate(whole.slice(s![..origin, ..]), horizon, call) {
                        Ok(path) => Some(path),
                        Err(Fault::Diverged(_)) => None,
                        Err(fault) => return Err(fault),
                    };
                    for step in 0..horizon {
                        let error = path.as_ref().map_or(f64::INFINITY, |path| {
                            let squares: f64 = (0..dim)
                                .map(|c| (path[[step, c]] - truth[[step, c]]) / deviations[c])
                                .map(|x| x * x)
                                .sum();
                            (squares / dim as f64).sqrt()
                        });
                        // Clamped on both sides: rounding is no merit, divergence no more than that.
                        sum += math::log(error.clamp(1e-12, 1e2));
                        count += 1;
                    }
                }
            }
            let loss = if count == 0 { f64::INFINITY } else { sum / count as f64 };
            if loss < best.0 - 1e-9 {
                best = (loss, Shape { degree, lags });
            }
        }
    }
    Ok(best.1)
}

/// Standard deviation of component `c` over all series; 1 where it is constant.
fn deviation(series: &[ArrayView2<f64>], c: usize) -> f64 {
    let values = || series.iter().flat_map(|x| x.column(c).to_vec());
    let count = values().count().max(1) as f64;
    let mean = values().sum::<f64>() / count;
    let variance = values().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count;
    if variance > 0.0 { variance.sqrt() } else { 1.0 }
}
