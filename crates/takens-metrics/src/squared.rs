//! Squared errors: MSE, RMSE, NRMSE and R².
//!
//! "Pooled" means over all samples and components at once; the `_by_component` forms take the mean
//! over components of each one's score.

use crate::pair::{error, mean, ratio};
use crate::{Context, Direction, MetricError, MetricInfo, Pair};
use ndarray::ArrayView1;

pub(crate) const MSE: MetricInfo = MetricInfo {
    id: "mse",
    direction: Direction::LowerIsBetter,
    range: (0.0, f64::INFINITY),
    summary: "mean squared error",
    compute: |pair, _| Ok(mse(pair)),
};

pub(crate) const RMSE: MetricInfo = MetricInfo {
    id: "rmse",
    direction: Direction::LowerIsBetter,
    range: (0.0, f64::INFINITY),
    summary: "root mean squared error, pooled over components",
    compute: |pair, _| Ok(rmse(pair)),
};

pub(crate) const RMSE_BY_COMPONENT: MetricInfo = MetricInfo {
    id: "rmse_by_component",
    direction: Direction::LowerIsBetter,
    range: (0.0, f64::INFINITY),
    summary: "root mean squared error, mean over components",
    compute: |pair, _| Ok(rmse_by_component(pair)),
};

pub(crate) const NRMSE: MetricInfo = MetricInfo {
    id: "nrmse",
    direction: Direction::LowerIsBetter,
    range: (0.0, f64::INFINITY),
    summary: "root mean squared error in standard deviations of the training part",
    compute: nrmse,
};

pub(crate) const R2: MetricInfo = MetricInfo {
    id: "r2",
    direction: Direction::HigherIsBetter,
    range: (f64::NEG_INFINITY, 1.0),
    summary: "coefficient of determination, pooled over components",
    compute: |pair, _| Ok(r2(pair)),
};

pub(crate) const R2_BY_COMPONENT: MetricInfo = MetricInfo {
    id: "r2_by_component",
    direction: Direction::HigherIsBetter,
    range: (f64::NEG_INFINITY, 1.0),
    summary: "coefficient of determination, mean over components",
    compute: |pair, _| Ok(r2_by_component(pair)),
};

/// Mean squared error: the mean over samples and components of `(forecast - truth)²`.
///
/// In squared state units, from 0; infinite if a forecast value is not finite.
#[must_use]
pub fn mse(pair: &Pair) -> f64 {
    mean(pair.errors().map(|e| e * e))
}

/// Root mean squared error, pooled: the root of [`mse`].
///
/// In state units, from 0; infinite if a forecast value is not finite.
#[must_use]
pub fn rmse(pair: &Pair) -> f64 {
    mse(pair).sqrt()
}

/// Root mean squared error of each component, and their mean.
///
/// In state units, from 0; infinite if a forecast value is not finite.
#[must_use]
pub fn rmse_by_component(pair: &Pair) -> f64 {
    pair.component_mean(|truth, forecast| mean_square(truth, forecast).sqrt())
}

/// Normalised root mean squared error: the root of the mean over samples and components of
/// `((forecast - truth) / std)²`, with `std` of that component over the clean training part.
///
/// Dimensionless, from 0; about √2 for two unrelated stretches of one attractor. A component that
/// was constant in training counts 0 where the forecast is exact and makes the score infinite where
/// it is not. Infinite if a forecast value is not finite.
///
/// # Errors
/// [`MetricError::Moments`] if the context lacks the training part's moments.
///
/// # Source
/// The scale by component is that of W. Gilpin, Physical Review Research 5, 043252 (2023), which
/// takes it from the test part unless told otherwise; here it is always the training part's.
pub fn nrmse(pair: &Pair, context: &Context) -> Result<f64, MetricError> {
    context.expect_components(pair.components())?;
    let squares = pair
        .values()
        .zip(context.train_std.iter().cycle())
        .map(|((truth, forecast), std)| ratio(error(truth, forecast).abs(), *std).powi(2));
    Ok(mean(squares).sqrt())
}

/// Coefficient of determination, pooled: `1 - Σ (forecast - truth)² / Σ (truth - mean)²`, sums and
/// mean over all samples and components.
///
/// From minus infinity to 1; 0 for the truth's own mean. Over a constant truth it is 1 where the
/// forecast is exact and minus infinity elsewhere; minus infinity if a forecast value is not finite.
#[must_use]
pub fn r2(pair: &Pair) -> f64 {
    let centre = mean(pair.values().map(|(truth, _)| truth));
    let residual: f64 = pair.errors().map(|e| e * e).sum();
    let total: f64 = pair.values().map(|(truth, _)| (truth - centre) * (truth - centre)).sum();
    1.0 - ratio(residual, total)
}

/// Coefficient of determination of each component about its own mean, and their mean.
///
/// Range and edge cases as [`r2`].
#[must_use]
pub fn r2_by_component(pair: &Pair) -> f64 {
    pair.component_mean(|truth, forecast| {
        let centre = mean(truth.iter().copied());
        let total = mean(truth.iter().map(|x| (x - centre) * (x - centre)));
        1.0 - ratio(mean_square(truth, forecast), total)
    })
}

fn mean_square(truth: ArrayView1<f64>, forecast: ArrayView1<f64>) -> f64 {
    mean(truth.iter().zip(forecast).map(|(&t, &f)| error(t, f).powi(2)))
}
