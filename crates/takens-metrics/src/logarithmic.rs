//! Root mean squared logarithmic error, plain and shifted.

use crate::pair::mean;
use crate::{Direction, MetricError, MetricInfo, Pair};
use takens_core::math;

pub(crate) const RMSLE: MetricInfo = MetricInfo {
    id: "rmsle",
    direction: Direction::LowerIsBetter,
    range: (0.0, f64::INFINITY),
    summary: "root mean squared error of log(1 + value); for values above -1",
    compute: |pair, _| rmsle(pair),
};

pub(crate) const RMSLE_SHIFTED: MetricInfo = MetricInfo {
    id: "rmsle_shifted",
    direction: Direction::LowerIsBetter,
    range: (0.0, f64::INFINITY),
    summary: "root mean squared error of log(1 + value - least value), each series by its own least",
    compute: |pair, _| Ok(rmsle_shifted(pair)),
};

/// Root mean squared logarithmic error: the root of the mean over samples and components of
/// `(log(1 + forecast) - log(1 + truth))²`.
///
/// Dimensionless, from 0; infinite if a forecast value is -1, below it, or not finite.
///
/// # Errors
/// [`MetricError::Domain`] if a true value is not above -1.
pub fn rmsle(pair: &Pair) -> Result<f64, MetricError> {
    let least = pair.values().map(|(truth, _)| truth).fold(f64::INFINITY, f64::min);
    if least <= -1.0 {
        return Err(MetricError::Domain { metric: RMSLE.id, bound: -1.0, value: least });
    }
    let outside = |forecast: f64| !forecast.is_finite() || forecast <= -1.0;
    if pair.values().any(|(_, forecast)| outside(forecast)) {
        return Ok(f64::INFINITY);
    }
    let squares = pair.values().map(|(t, f)| (math::log(1.0 + f) - math::log(1.0 + t)).powi(2));
    Ok(mean(squares).sqrt())
}

/// Shifted root mean squared logarithmic error: [`rmsle`] after each component of the truth, and of
/// the forecast, is shifted by its own least value, so that it starts at zero.
///
/// Dimensionless, from 0; infinite if a forecast value is not finite. A forecast that differs from
/// the truth by a constant scores 0.
///
/// # Source
/// W. Gilpin, Physical Review Research 5, 043252 (2023), as in the dysts library, which adds 1e-10
/// to the shifted values; this does not.
#[must_use]
pub fn rmsle_shifted(pair: &Pair) -> f64 {
    if !pair.is_finite() {
        return f64::INFINITY;
    }
    let mean_square = pair.component_mean(|truth, forecast| {
        let low_truth = truth.iter().copied().fold(f64::INFINITY, f64::min);
        let low_forecast = forecast.iter().copied().fold(f64::INFINITY, f64::min);
        mean(truth.iter().zip(forecast).map(|(t, f)| {
            (math::log(1.0 + (f - low_forecast)) - math::log(1.0 + (t - low_truth))).powi(2)
        }))
    });
    mean_square.sqrt()
}
