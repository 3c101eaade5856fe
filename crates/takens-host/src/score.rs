//! From a forecast to scores: all metrics that the system and the forecast allow.

use crate::record::{Record, Status};
use crate::store::DataRecord;
use ndarray::{Array2, ArrayView2};
use std::collections::BTreeMap;
use takens_metrics::{Context, MetricError, score_all};

/// Every score of `forecast` against the truth of `data`, by metric.
///
/// A metric that this system has no value of (a horizon in Lyapunov times where no exponent is
/// positive) is left out, for all methods alike.
///
/// # Errors
/// [`MetricError`] if the arrays cannot be compared at all, by shape above all.
pub fn scores(
    data: &DataRecord,
    forecast: ArrayView2<f64>,
) -> Result<BTreeMap<String, f64>, MetricError> {
    let step = data.truth.step;
    let context = Context {
        train_mean: data.clean.iter().map(|moments| moments.0).collect(),
        train_std: data.clean.iter().map(|moments| moments.1).collect(),
        step,
        exponent: data.exponent.unwrap_or(0.0),
        trusted_time: Some(data.trusted as f64 * step),
        seed: 0,
    };
    let all = score_all(data.truth.values.view(), forecast, &context)?;
    Ok(all.into_iter().filter_map(|(id, score)| Some((id.to_string(), score.ok()?))).collect())
}

/// Scores a record in place: a forecast by the metrics, a divergence as a forecast without a number,
/// and any other end not at all.
pub(crate) fn score(record: &mut Record, data: &DataRecord) {
    let diverged = Array2::from_elem(data.truth.values.dim(), f64::NAN);
    let forecast = match (record.status, &record.forecast) {
        (Status::Done, Some(forecast)) => forecast.view(),
        (Status::Diverged, _) => diverged.view(),
        _ => return,
    };
    match scores(data, forecast) {
        Ok(scores) => record.scores = scores,
        Err(error) => {
            record.status = Status::Failed;
            record.kind = "shape".into();
            record.message = error.to_string();
        }
    }
}
