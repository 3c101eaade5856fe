//! D_stsp: divergence of the occupation of state space, by bins or by Gaussian mixtures.

use crate::context::moments;
use crate::density::{Bandwidth, kl_divergence_monte_carlo};
use crate::{Direction, MetricInfo, Pair};
use ndarray::ArrayView2;
use std::collections::BTreeMap;
use takens_core::math;

/// Bins in each dimension, as in the source.
const BINS: usize = 30;
/// The count added to every bin, as in the source.
const LAPLACE: f64 = 1e-5;

pub(crate) const D_STSP: MetricInfo = MetricInfo {
    id: "d_stsp",
    direction: Direction::LowerIsBetter,
    range: (0.0, f64::INFINITY),
    summary: "state-space divergence, 30 bins a dimension over the truth's range",
    compute: |pair, _| Ok(state_space_divergence(pair, BinRange::Truth, BINS)),
};

pub(crate) const D_STSP_TWO_SIGMA: MetricInfo = MetricInfo {
    id: "d_stsp_two_sigma",
    direction: Direction::LowerIsBetter,
    range: (0.0, f64::INFINITY),
    summary: "state-space divergence, 30 bins a dimension within two standard deviations",
    compute: |pair, _| Ok(state_space_divergence(pair, BinRange::TwoSigma, BINS)),
};

pub(crate) const D_STSP_GMM: MetricInfo = MetricInfo {
    id: "d_stsp_gmm",
    direction: Direction::LowerIsBetter,
    range: (f64::NEG_INFINITY, f64::INFINITY),
    summary: "state-space divergence by Gaussian mixtures, for six dimensions and more",
    compute: |pair, context| {
        Ok(kl_divergence_monte_carlo(pair, Bandwidth::Standardised, 1000, context.seed).value)
    },
};

/// Where the bins lie; states outside are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinRange {
    /// From the least to the greatest true value of each component, ends included.
    Truth,
    /// Within two standard deviations of the truth from its mean, in each component.
    TwoSigma,
}

/// State-space divergence D_stsp: the Kullback-Leibler divergence `Σ p log(p / q)` over a grid of
/// `bins` bins in each dimension, of the forecast's occupation `q` from the truth's `p`.
///
/// The occupation of a bin is `(count + α) / (total + α · number of bins)` with `α = 1e-5`.
///
/// In nats, from 0; infinite if a forecast value is not finite. The number of bins grows as
/// `bins^dim`: from six dimensions the added count outweighs the data, and the form by Gaussian
/// mixtures (`d_stsp_gmm`: one of unit covariance per sample, in standard deviations of the truth)
/// is the one to use.
///
/// # Source
/// G. Koppe et al., PLOS Computational Biology 15, e1007263 (2019); bins and added count as in
/// F. Hess, Z. Monfared, M. Brenner, D. Durstewitz, ICML (2023).
#[must_use]
pub fn state_space_divergence(pair: &Pair, range: BinRange, bins: usize) -> f64 {
    if !pair.is_finite() {
        return f64::INFINITY;
    }
    let bounds: Vec<(f64, f64)> = pair
        .by_component()
        .map(|(truth, _)| match range {
            BinRange::Truth => truth
                .iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), &x| (a.min(x), b.max(x))),
            BinRange::TwoSigma => {
                let (mean, std) = moments(truth.iter().copied());
                (mean - 2.0 * std, mean + 2.0 * std)
            }
        })
        .collect();
    let (p, q) =
        (occupation(pair.truth(), &bounds, bins), occupation(pair.forecast(), &bounds, bins));
    let every = math::pow(bins as f64, pair.components() as f64);
    let probability =
        |count: usize, total: usize| (count as f64 + LAPLACE) / (total as f64 + LAPLACE * every);
    let (total_p, total_q) = (p.values().sum(), q.values().sum());
    let term = |count_p: usize, count_q: usize| {
        let p = probability(count_p, total_p);
        p * math::log(p / probability(count_q, total_q))
    };
    let mut occupied = 0.0;
    let mut sum = 0.0;
    for (bin, &count) in &p {
        sum += term(count, q.get(bin).copied().unwrap_or(0));
        occupied += 1.0;
    }
    for (_, &count) in q.iter().filter(|(bin, _)| !p.contains_key(*bin)) {
        sum += term(0, count);
        occupied += 1.0;
    }
    // Rounding alone can push the sum below its bound.
    (sum + (every - occupied) * term(0, 0)).max(0.0)
}

/// How many states fall into each bin that has any.
fn occupation(
    states: ArrayView2<f64>,
    bounds: &[(f64, f64)],
    bins: usize,
) -> BTreeMap<Vec<usize>, usize> {
    let mut counts = BTreeMap::new();
    for state in states.rows() {
        let bin: Option<Vec<usize>> = state
            .iter()
            .zip(bounds)
            .map(|(&x, &(least, greatest))| {
                if x < least || x > greatest {
                    return None;
                }
                let width = greatest - least;
                let place = if width > 0.0 { (x - least) / width * bins as f64 } else { 0.0 };
                Some((place as usize).min(bins - 1))
            })
            .collect();
        if let Some(bin) = bin {
            *counts.entry(bin).or_insert(0) += 1;
        }
    }
    counts
}
