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

/// Scores a record in place: the forecast that it made, also one that ran away; where a method found
/// that its forecast would run away and gave none, a forecast without a number; any other end not at
/// all.
pub(crate) fn score(record: &mut Record, data: &DataRecord) {
    let diverged = Array2::from_elem(data.truth.values.dim(), f64::NAN);
    let forecast = match (record.status, &record.forecast) {
        (Status::Done | Status::Diverged, Some(forecast)) => forecast.view(),
        (Status::Diverged, None) => diverged.view(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Series;
    use crate::store::tests::sample;
    use ndarray::array;

    fn scored(status: Status, forecast: Option<Array2<f64>>) -> Record {
        let values = array![[0.0], [1.0], [2.0], [1.0]];
        let series = Series { start: 0.0, step: 0.5, names: vec!["x".into()], values };
        let data = DataRecord {
            id: "d".into(),
            system: "Lorenz".into(),
            train: series.clone(),
            truth: series,
            discrete: false,
            noise: 0.0,
            clean: vec![(1.0, 0.7)],
            exponent: Some(1.0),
            trusted: 4,
            proof: None,
        };
        let mut record = Record { forecast, scores: BTreeMap::new(), ..sample("a", status) };
        score(&mut record, &data);
        record
    }

    #[test]
    fn a_forecast_that_runs_away_is_good_as_long_as_it_is() {
        let late = scored(Status::Diverged, Some(array![[0.0], [1.0], [f64::NAN], [f64::NAN]]));
        assert_eq!(late.scores["vpt_vlachas"], 1.0);
        assert_eq!(late.scores["smape"], 100.0);
        let given_up = scored(Status::Diverged, None);
        assert_eq!(given_up.scores["vpt_vlachas"], 0.0);
        assert_eq!(given_up.scores["smape"], 200.0);
        assert_eq!(given_up.status, Status::Diverged);
    }

    #[test]
    fn ends_without_a_forecast_have_no_score() {
        assert!(scored(Status::TimedOut, None).scores.is_empty());
        let wrong = scored(Status::Done, Some(array![[0.0]]));
        assert_eq!((wrong.status, wrong.kind.as_str()), (Status::Failed, "shape"));
    }
}
