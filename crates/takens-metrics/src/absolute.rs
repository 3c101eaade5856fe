//! Absolute errors: MAE, and MARRE, MAPE and WAPE, which divide them by the size of the truth.

use crate::pair::{error, mean, ratio};
use crate::{Direction, MetricInfo, Pair};

pub(crate) const MAE: MetricInfo = MetricInfo {
    id: "mae",
    direction: Direction::LowerIsBetter,
    range: (0.0, f64::INFINITY),
    summary: "mean absolute error",
    compute: |pair, _| Ok(mae(pair)),
};

pub(crate) const MARRE: MetricInfo = MetricInfo {
    id: "marre",
    direction: Direction::LowerIsBetter,
    range: (0.0, f64::INFINITY),
    summary: "mean absolute error in percent of the truth's range, pooled over components",
    compute: |pair, _| Ok(marre(pair)),
};

pub(crate) const MARRE_BY_COMPONENT: MetricInfo = MetricInfo {
    id: "marre_by_component",
    direction: Direction::LowerIsBetter,
    range: (0.0, f64::INFINITY),
    summary: "mean absolute error in percent of the truth's range, mean over components",
    compute: |pair, _| Ok(marre_by_component(pair)),
};

pub(crate) const MAPE: MetricInfo = MetricInfo {
    id: "mape",
    direction: Direction::LowerIsBetter,
    range: (0.0, f64::INFINITY),
    summary: "mean absolute percentage error; explodes where the truth is near zero",
    compute: |pair, _| Ok(mape(pair)),
};

pub(crate) const WAPE: MetricInfo = MetricInfo {
    id: "wape",
    direction: Direction::LowerIsBetter,
    range: (0.0, f64::INFINITY),
    summary: "sum of absolute errors in percent of the sum of absolute true values",
    compute: |pair, _| Ok(wape(pair)),
};

/// Mean absolute error: the mean over samples and components of `|forecast - truth|`.
///
/// In state units, from 0; infinite if a forecast value is not finite.
#[must_use]
pub fn mae(pair: &Pair) -> f64 {
    mean(pair.errors().map(f64::abs))
}

/// Mean absolute ranged relative error, pooled: `100 · mean |forecast - truth| / (max - min)`, with
/// greatest and least true value over all samples and components.
///
/// In percent, from 0. Over a constant truth it is 0 where the forecast is exact and infinite
/// elsewhere; infinite if a forecast value is not finite.
///
/// # Source
/// J. Herzen et al., Journal of Machine Learning Research 23, 124 (2022), the darts library.
#[must_use]
pub fn marre(pair: &Pair) -> f64 {
    100.0 * ratio(mae(pair), span(pair.values().map(|(truth, _)| truth)))
}

/// [`marre`] of each component over its own range, and their mean.
#[must_use]
pub fn marre_by_component(pair: &Pair) -> f64 {
    pair.component_mean(|truth, forecast| {
        let error = mean(truth.iter().zip(forecast).map(|(&t, &f)| error(t, f).abs()));
        100.0 * ratio(error, span(truth.iter().copied()))
    })
}

/// Mean absolute percentage error: `100 · mean |forecast - truth| / |truth|`.
///
/// In percent, from 0. A true zero that is forecast exactly counts 0, one that is not makes the
/// score infinite; so does a forecast value that is not finite.
#[must_use]
pub fn mape(pair: &Pair) -> f64 {
    100.0 * mean(pair.values().map(|(t, f)| ratio(error(t, f).abs(), t.abs())))
}

/// Weighted absolute percentage error: `100 · Σ |forecast - truth| / Σ |truth|`, over all samples
/// and components.
///
/// In percent, from 0. For a truth that is zero throughout it is 0 where the forecast is exact and
/// infinite elsewhere; infinite if a forecast value is not finite.
#[must_use]
pub fn wape(pair: &Pair) -> f64 {
    100.0 * ratio(mae(pair), mean(pair.values().map(|(truth, _)| truth.abs())))
}

fn span(values: impl Iterator<Item = f64>) -> f64 {
    let (least, greatest) = values
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, greatest), x| {
            (least.min(x), greatest.max(x))
        });
    greatest - least
}
