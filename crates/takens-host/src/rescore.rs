//! Scores computed anew from archived forecasts: a new metric needs no new run.

use crate::reader::Reader;
use crate::score::score;
use crate::store::{DataRecord, Store, StoreError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Tasks whose scores are written in one transaction.
const BATCH: usize = 1000;

/// What scoring anew came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rescored {
    /// Results that can be scored: with an archived forecast, or run away without one.
    pub scored: usize,
    /// Those of them whose scores are new or other than before.
    pub changed: usize,
    /// By metric, the results that have a score of it which is new or other than before.
    pub metrics: BTreeMap<String, usize>,
    /// The file that holds these scores; none if nothing changed.
    pub file: Option<PathBuf>,
}

/// Computes all metrics of this version from the forecasts archived in a run's folder.
///
/// Scores that are new or other than before go into a file of their own, which readers put in the
/// place of the earlier ones. Results themselves are left as they are.
///
/// # Errors
/// [`StoreError`] if the folder cannot be read or the file not written.
pub fn rescore(folder: &Path) -> Result<Rescored, StoreError> {
    let reader = Reader::open(folder)?;
    let run = reader.run()?;
    let mut rescored = Rescored::default();
    let mut store: Option<Store> = None;
    let mut batch: Vec<(String, BTreeMap<String, f64>)> = Vec::new();
    // Tasks of the same data one after another: each array is unpacked once.
    let mut records: Vec<_> = run.results.into_values().filter(|r| !r.scores.is_empty()).collect();
    records.sort_by(|a, b| (&a.data, &a.id).cmp(&(&b.data, &b.id)));
    let mut data: Option<DataRecord> = None;
    for mut record in records {
        if data.as_ref().is_none_or(|data| data.id != record.data) {
            data = reader.data(&record.data)?;
        }
        let Some(data) = &data else { continue };
        record.forecast = reader.forecast(&record.id)?;
        let before = std::mem::take(&mut record.scores);
        score(&mut record, data);
        rescored.scored += 1;
        let mut scores = record.scores;
        scores.retain(|metric, value| {
            before.get(metric).is_none_or(|old| *old != value.clamp(-f64::MAX, f64::MAX))
        });
        for metric in scores.keys() {
            *rescored.metrics.entry(metric.clone()).or_default() += 1;
        }
        if !scores.is_empty() {
            rescored.changed += 1;
            batch.push((record.id, scores));
        }
        if batch.len() == BATCH {
            flush(folder, &mut store, &mut batch)?;
        }
    }
    flush(folder, &mut store, &mut batch)?;
    rescored.file = store.map(|store| store.path().to_path_buf());
    Ok(rescored)
}

fn flush(
    folder: &Path,
    store: &mut Option<Store>,
    batch: &mut Vec<(String, BTreeMap<String, f64>)>,
) -> Result<(), StoreError> {
    if batch.is_empty() {
        return Ok(());
    }
    let store = match store {
        Some(store) => store,
        None => store.insert(Store::create(folder)?),
    };
    store.put_scores(batch.iter().map(|(id, scores)| (id.as_str(), scores)))?;
    batch.clear();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::read;
    use crate::record::{Series, Status};
    use crate::store::tests::sample;
    use ndarray::array;

    #[test]
    fn a_metric_that_a_run_did_not_have_is_there_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let values = array![[0.0, 1.0], [1.0, 3.0]];
        let series = Series { start: 0.0, step: 0.5, names: vec!["x".into(), "y".into()], values };
        let data = DataRecord {
            id: "d".into(),
            system: "Lorenz".into(),
            train: series.clone(),
            truth: series.clone(),
            discrete: false,
            noise: 0.0,
            clean: vec![(0.5, 0.5), (2.0, 1.0)],
            exponent: Some(1.0),
            trusted: 2,
            proof: None,
        };
        let mut record = sample("a", Status::Done);
        record.forecast = Some(series.values);
        // As an earlier version would have left it: one metric, of another definition.
        record.scores = BTreeMap::from([("smape".to_string(), 77.0)]);
        Store::create(folder.path()).unwrap().put(&record, Some(&data)).unwrap();
        let rescored = rescore(folder.path()).unwrap();
        assert_eq!((rescored.scored, rescored.changed), (1, 1));
        assert!(rescored.metrics.len() > 5 && rescored.metrics.contains_key("mae"));
        let scores = &read(folder.path()).unwrap().results["a"].scores;
        assert_eq!((scores["smape"], scores["mae"]), (0.0, 0.0));
        // Nothing is left to be done, and no file is begun.
        let again = rescore(folder.path()).unwrap();
        assert_eq!((again.changed, again.file), (0, None));
    }
}
