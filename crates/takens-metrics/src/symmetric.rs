//! Symmetric mean absolute percentage error, in its three published readings.
//!
//! The conventions differ by factors of two, so each has its own id: `smape` from 0 to 200 on raw
//! values, `smape_z` the same on standardised values, `smape_half` from 0 to 100 on raw values.

use crate::pair::mean;
use crate::{Context, Direction, MetricError, MetricInfo, Pair};

pub(crate) const SMAPE: MetricInfo = MetricInfo {
    id: "smape",
    direction: Direction::LowerIsBetter,
    range: (0.0, 200.0),
    summary: "symmetric mean absolute percentage error, 0 to 200, raw values",
    compute: |pair, _| Ok(smape(pair)),
};

pub(crate) const SMAPE_Z: MetricInfo = MetricInfo {
    id: "smape_z",
    direction: Direction::LowerIsBetter,
    range: (0.0, 200.0),
    summary: "symmetric mean absolute percentage error, 0 to 200, standardised values",
    compute: smape_standardised,
};

pub(crate) const SMAPE_HALF: MetricInfo = MetricInfo {
    id: "smape_half",
    direction: Direction::LowerIsBetter,
    range: (0.0, 100.0),
    summary: "symmetric mean absolute percentage error, 0 to 100, raw values",
    compute: |pair, _| Ok(0.5 * smape(pair)),
};

/// Symmetric mean absolute percentage error: `200 · mean |forecast - truth| / (|truth| +
/// |forecast|)`, over all samples and components, where `0/0 = 0`.
///
/// From 0 to 200; a sample of opposite signs counts 200, and so does one that is not finite. It
/// depends on where the zero of the state lies; [`smape_standardised`] does not. Halved, it is
/// `smape_half`, the reading of recent versions of dysts.
///
/// # Source
/// S. Makridakis, M. Hibon, International Journal of Forecasting 16, 451–476 (2000).
#[must_use]
pub fn smape(pair: &Pair) -> f64 {
    200.0 * mean(pair.values().map(|(truth, forecast)| share(truth, forecast)))
}

/// [`smape`] of values standardised by the clean training part: each component less its training
/// mean, over its training standard deviation.
///
/// From 0 to 200. A component that was constant in training is centred only. The published scores
/// of dysts appear to be of this kind.
///
/// # Errors
/// [`MetricError::Moments`] if the context lacks the training part's moments.
pub fn smape_standardised(pair: &Pair, context: &Context) -> Result<f64, MetricError> {
    context.expect_components(pair.components())?;
    let moments = context.train_mean.iter().zip(&context.train_std).cycle();
    let shares = pair.values().zip(moments).map(|((truth, forecast), (&mean, &std))| {
        let scale = if std > 0.0 { std } else { 1.0 };
        share((truth - mean) / scale, (forecast - mean) / scale)
    });
    Ok(200.0 * mean(shares))
}

/// [`smape`] of the first sample, of the first two, and so on to all.
#[must_use]
pub fn running_smape(pair: &Pair) -> Vec<f64> {
    let mut sum = 0.0;
    let rows = pair.truth().into_iter().zip(pair.forecast()).map(|(&t, &f)| share(t, f));
    let mut running = Vec::with_capacity(pair.samples());
    for (index, share) in rows.enumerate() {
        sum += share;
        if (index + 1) % pair.components() == 0 {
            running.push(200.0 * sum / (index + 1) as f64);
        }
    }
    running
}

/// What one value adds, from 0 to 1.
fn share(truth: f64, forecast: f64) -> f64 {
    if !forecast.is_finite() {
        return 1.0;
    }
    let size = truth.abs() + forecast.abs();
    if size == 0.0 {
        0.0
    } else if size.is_infinite() {
        // Both near the largest float: halves keep the ratio.
        (truth / 4.0 - forecast / 4.0).abs() / (truth.abs() / 4.0 + forecast.abs() / 4.0)
    } else {
        (truth - forecast).abs() / size
    }
}
