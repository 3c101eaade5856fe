//! Kullback-Leibler divergence between the state densities of truth and forecast.
//!
//! Time order does not matter: each series is taken as a cloud of states, and its density is a
//! mixture of one Gaussian per sample. [`kl_divergence`] is the plug-in estimate, without random
//! numbers; [`kl_divergence_monte_carlo`] draws from the truth's mixture and has a standard error.

use crate::context::moments;
use crate::{Direction, MetricInfo, Pair};
use ndarray::{ArrayView2, Axis};
use takens_core::{Stream, math};

/// Samples beyond this number are thinned evenly: the cost of a density is quadratic.
const MOST_SAMPLES: usize = 4096;
/// Draws of a Monte Carlo estimate, as many as the source takes.
const DRAWS: usize = 1000;

pub(crate) const KL: MetricInfo = MetricInfo {
    id: "kl",
    direction: Direction::LowerIsBetter,
    range: (f64::NEG_INFINITY, f64::INFINITY),
    summary: "Kullback-Leibler divergence of the state densities, plug-in",
    compute: |pair, _| Ok(kl_divergence(pair)),
};

pub(crate) const KL_MONTE_CARLO: MetricInfo = MetricInfo {
    id: "kl_monte_carlo",
    direction: Direction::LowerIsBetter,
    range: (f64::NEG_INFINITY, f64::INFINITY),
    summary: "Kullback-Leibler divergence of the state densities, 1000 draws",
    compute: |pair, context| {
        Ok(kl_divergence_monte_carlo(pair, Bandwidth::Scott, DRAWS, context.seed).value)
    },
};

pub(crate) const KL_DYSTS: MetricInfo = MetricInfo {
    id: "kl_dysts",
    direction: Direction::LowerIsBetter,
    range: (f64::NEG_INFINITY, f64::INFINITY),
    summary: "Kullback-Leibler divergence of the state densities, unit covariance in raw units",
    compute: |pair, context| {
        Ok(kl_divergence_monte_carlo(pair, Bandwidth::RawUnits, DRAWS, context.seed).value)
    },
};

/// How wide the Gaussian around each sample is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bandwidth {
    /// `n^(-1/(d + 4))` standard deviations of the truth in each of `d` components (Scott).
    Scott,
    /// One standard deviation of the truth in each component.
    Standardised,
    /// One state unit in each component, and the forecast's density floored at 1e-10, as dysts
    /// has it: the score depends on the units of the state.
    RawUnits,
}

/// A Monte Carlo estimate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The mean of the draws.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// Kullback-Leibler divergence of the forecast's density `q` from the truth's `p`, plug-in: the
/// mean over true samples of `log p - log q`.
///
/// `p` and `q` are mixtures of one Gaussian per sample, of width [`Bandwidth::Scott`] (a component
/// in which the truth is constant has width 1). Series longer than 4096 samples are thinned evenly.
///
/// In nats; 0 for equal clouds. Being an estimate it can fall a little below 0, and two samples of
/// one density score above it. Infinite if a forecast value is not finite.
///
/// # Source
/// D. W. Scott, Multivariate Density Estimation (1992), for the width; F. Hess, Z. Monfared,
/// M. Brenner, D. Durstewitz, ICML (2023), for the divergence between mixtures.
#[must_use]
pub fn kl_divergence(pair: &Pair) -> f64 {
    if !pair.is_finite() {
        return f64::INFINITY;
    }
    let widths = widths(pair, Bandwidth::Scott);
    let (p, q) = (Mixture::new(pair.truth(), &widths), Mixture::new(pair.forecast(), &widths));
    let sum: f64 =
        p.centres.chunks(p.dim).map(|state| p.log_density(state) - q.log_density(state)).sum();
    sum / p.count() as f64
}

/// Kullback-Leibler divergence of the forecast's density from the truth's by Monte Carlo: the mean
/// of `log p - log q` over `draws` states drawn from `p`.
///
/// `p` and `q` as in [`kl_divergence`], of any [`Bandwidth`]; the draws depend on `seed` alone.
/// In nats; infinite, with an infinite standard error, if a forecast value is not finite.
///
/// # Source
/// J. R. Hershey, P. A. Olsen, ICASSP (2007); the unit covariance in raw units and the floor are
/// those of W. Gilpin, Physical Review Research 5, 043252 (2023).
#[must_use]
pub fn kl_divergence_monte_carlo(
    pair: &Pair,
    bandwidth: Bandwidth,
    draws: usize,
    seed: u64,
) -> Estimate {
    if !pair.is_finite() {
        return Estimate { value: f64::INFINITY, standard_error: f64::INFINITY };
    }
    let widths = widths(pair, bandwidth);
    let (p, q) = (Mixture::new(pair.truth(), &widths), Mixture::new(pair.forecast(), &widths));
    let floor = match bandwidth {
        Bandwidth::RawUnits => math::log(1e-10),
        Bandwidth::Scott | Bandwidth::Standardised => f64::NEG_INFINITY,
    };
    let (choices, noise) = (Stream::new(seed, 0), Stream::new(seed, 1));
    let draws = draws.max(2);
    let differences: Vec<f64> = (0..draws as u64)
        .map(|draw| {
            let centre = (choices.uniform(draw) * p.count() as f64) as usize;
            let mut state = p.centres[centre * p.dim..(centre + 1) * p.dim].to_vec();
            for (x, place) in state.iter_mut().zip(draw * p.dim as u64..) {
                *x += noise.normal(place);
            }
            p.log_density(&state) - q.log_density(&state).max(floor - q.log_unit)
        })
        .collect();
    let (value, std) = moments(differences.iter().copied());
    // A forecast so far away that its density underflows everywhere.
    let std = if value.is_finite() { std } else { f64::INFINITY };
    Estimate { value, standard_error: std / ((draws - 1) as f64).sqrt() }
}

fn widths(pair: &Pair, bandwidth: Bandwidth) -> Vec<f64> {
    let count = pair.samples().min(MOST_SAMPLES) as f64;
    let shrink = match bandwidth {
        Bandwidth::RawUnits => return vec![1.0; pair.components()],
        Bandwidth::Standardised => 1.0,
        Bandwidth::Scott => math::pow(count, -1.0 / (pair.components() as f64 + 4.0)),
    };
    pair.by_component()
        .map(|(truth, _)| {
            let (_, std) = moments(truth.iter().copied());
            if std > 0.0 { shrink * std } else { 1.0 }
        })
        .collect()
}

/// A mixture of unit Gaussians in coordinates divided by the widths.
struct Mixture {
    centres: Vec<f64>,
    dim: usize,
    /// What turns [`Mixture::log_density`] into the density in state units.
    log_unit: f64,
}

impl Mixture {
    fn new(states: ArrayView2<f64>, widths: &[f64]) -> Self {
        let (count, dim) = states.dim();
        let kept = count.min(MOST_SAMPLES);
        let centres = (0..kept)
            .flat_map(|index| {
                states.index_axis_move(Axis(0), index * count / kept).into_iter().zip(widths)
            })
            .map(|(x, width)| x / width)
            .collect();
        let log_unit = -(dim as f64) / 2.0 * math::log(std::f64::consts::TAU);
        Self { centres, dim, log_unit }
    }

    fn count(&self) -> usize {
        self.centres.len() / self.dim
    }

    /// Logarithm of the density at `state`, less the constant of the unit Gaussian.
    fn log_density(&self, state: &[f64]) -> f64 {
        let exponents: Vec<f64> = self
            .centres
            .chunks(self.dim)
            .map(|centre| {
                -0.5 * centre.iter().zip(state).map(|(c, x)| (x - c) * (x - c)).sum::<f64>()
            })
            .collect();
        let greatest = exponents.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if greatest == f64::NEG_INFINITY {
            return f64::NEG_INFINITY;
        }
        let sum: f64 = exponents.iter().map(|exponent| math::exp(exponent - greatest)).sum();
        greatest + math::log(sum / self.count() as f64)
    }
}
