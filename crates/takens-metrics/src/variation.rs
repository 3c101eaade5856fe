//! Coefficient of variation: the spread of the errors in percent of the truth's mean.
//!
//! Both readings divide by the absolute mean, so that lower is better whatever the sign of the
//! state; the sources keep the sign. A truth whose mean is near zero makes either explode.

use crate::pair::{mean, ratio};
use crate::squared::rmse;
use crate::{Direction, MetricInfo, Pair};

pub(crate) const CV_STD: MetricInfo = MetricInfo {
    id: "cv_std",
    direction: Direction::LowerIsBetter,
    range: (0.0, f64::INFINITY),
    summary: "standard deviation of the errors in percent of the truth's mean",
    compute: |pair, _| Ok(cv_std(pair)),
};

pub(crate) const CV_RMSE: MetricInfo = MetricInfo {
    id: "cv_rmse",
    direction: Direction::LowerIsBetter,
    range: (0.0, f64::INFINITY),
    summary: "root mean squared error in percent of the truth's mean",
    compute: |pair, _| Ok(cv_rmse(pair)),
};

/// Coefficient of variation by the errors' standard deviation: `100 · std(forecast - truth) /
/// |mean(truth)|`, pooled over samples and components.
///
/// In percent, from 0; a constant offset costs nothing. Infinite if the truth's mean is zero and
/// the errors vary, or if a forecast value is not finite.
///
/// # Source
/// W. Gilpin, Physical Review Research 5, 043252 (2023), as in the dysts library.
#[must_use]
pub fn cv_std(pair: &Pair) -> f64 {
    if !pair.is_finite() {
        return f64::INFINITY;
    }
    let centre = mean(pair.errors());
    let variance = mean(pair.errors().map(|e| (e - centre) * (e - centre)));
    100.0 * ratio(variance.sqrt(), mean(pair.values().map(|(truth, _)| truth)).abs())
}

/// Coefficient of variation by the root mean squared error: `100 · rmse / |mean(truth)|`, pooled.
///
/// In percent, from 0. Infinite if the truth's mean is zero and the forecast is not exact, or if a
/// forecast value is not finite.
///
/// # Source
/// J. Herzen et al., Journal of Machine Learning Research 23, 124 (2022), the darts library.
#[must_use]
pub fn cv_rmse(pair: &Pair) -> f64 {
    100.0 * ratio(rmse(pair), mean(pair.values().map(|(truth, _)| truth)).abs())
}
