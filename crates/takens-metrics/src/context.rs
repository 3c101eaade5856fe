//! What a score needs to know beyond the two arrays.

use crate::MetricError;
use ndarray::ArrayView2;

/// What surrounds a forecast: the training part and the system's time scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    /// Mean of each component over the clean training part.
    pub train_mean: Vec<f64>,
    /// Standard deviation (of the population) of each component over the clean training part.
    pub train_std: Vec<f64>,
    /// Time between samples, in units of system time; 1 for maps.
    pub step: f64,
    /// Largest Lyapunov exponent, per unit of system time, base e; not positive for a system
    /// that is not chaotic, which then has no horizon in Lyapunov times.
    pub exponent: f64,
    /// For how much system time the truth itself is to be trusted; none for always.
    pub trusted_time: Option<f64>,
    /// The seed of the Monte Carlo estimates.
    pub seed: u64,
}

impl Context {
    /// The context of a forecast that follows the clean `train`, `time × component`.
    #[must_use]
    pub fn from_training(train: ArrayView2<f64>, step: f64, exponent: f64) -> Self {
        let (train_mean, train_std) =
            train.columns().into_iter().map(|column| moments(column.iter().copied())).unzip();
        Self { train_mean, train_std, step, exponent, trusted_time: None, seed: 0 }
    }

    /// Checks that the moments are those of `components` components.
    pub(crate) fn expect_components(&self, components: usize) -> Result<(), MetricError> {
        let got = self.train_mean.len().min(self.train_std.len());
        if got == components { Ok(()) } else { Err(MetricError::Moments { want: components, got }) }
    }
}

/// Mean and standard deviation of the population; zeros for no values at all.
pub(crate) fn moments(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let count = values.clone().count().max(1) as f64;
    let mean = values.clone().sum::<f64>() / count;
    let variance = values.map(|x| (x - mean) * (x - mean)).sum::<f64>() / count;
    (mean, variance.sqrt())
}
