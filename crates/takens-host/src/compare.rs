//! Two runs beside each other: what is the same to the bit, and what has moved.

use crate::reader::Reader;
use crate::record::Record;
use crate::store::StoreError;
use ndarray::Array2;
use serde::Serialize;
use std::collections::BTreeMap;

/// How two runs differ.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Comparison {
    /// Tasks of one identity whose results are the same to the bit.
    pub equal: usize,
    /// Tasks of one identity with two results: the method is not deterministic.
    pub different: Vec<Difference>,
    /// Tasks that are the same but for what an identity guards: another build of the plugin, another
    /// definition of the system. Here scores may move.
    pub moved: Vec<Moved>,
    /// Tasks of the first run that the second has nothing like.
    pub only_first: usize,
    /// Tasks of the second run that the first has nothing like.
    pub only_second: usize,
}

/// One task, two results.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The task.
    pub task: String,
    /// Its system.
    pub system: String,
    /// Its method.
    pub method: String,
    /// Its seed.
    pub seed: u64,
    /// What the first run has.
    pub first: String,
    /// What the second run has.
    pub second: String,
}

/// Two tasks that correspond.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moved {
    /// The system.
    pub system: String,
    /// The method.
    pub method: String,
    /// Its parameters, canonical JSON.
    pub parameters: String,
    /// The seed.
    pub seed: u64,
    /// How the first ended, and how the second.
    pub statuses: (&'static str, &'static str),
    /// By metric, the score of the first and that of the second, where both have one.
    pub scores: BTreeMap<String, (f64, f64)>,
}

/// What makes two tasks of different identity correspond.
type Place<'a> = (&'a str, &'a str, &'a str, u64, &'a str);

fn place(record: &Record) -> Place<'_> {
    (&record.system, &record.method, &record.parameters, record.seed, &record.protocol)
}

/// Compares the results of two runs.
///
/// # Errors
/// [`StoreError`] if one of them cannot be read.
pub fn compare(first: &Reader, second: &Reader) -> Result<Comparison, StoreError> {
    let (a, b) = (first.run()?, second.run()?);
    let mut comparison = Comparison::default();
    let mut others: BTreeMap<Place, &Record> = BTreeMap::new();
    for record in b.results.values().filter(|record| !a.results.contains_key(&record.id)) {
        others.insert(place(record), record);
    }
    for record in a.results.values() {
        if let Some(other) = b.results.get(&record.id) {
            let forecasts = (first.forecast(&record.id)?, second.forecast(&other.id)?);
            match difference((record, forecasts.0.as_ref()), (other, forecasts.1.as_ref())) {
                None => comparison.equal += 1,
                Some((in_first, in_second)) => comparison.different.push(Difference {
                    task: record.id.clone(),
                    system: record.system.clone(),
                    method: record.method.clone(),
                    seed: record.seed,
                    first: in_first,
                    second: in_second,
                }),
            }
        } else if let Some(other) = others.remove(&place(record)) {
            comparison.moved.push(moved(record, other));
        } else {
            comparison.only_first += 1;
        }
    }
    comparison.only_second = others.len();
    Ok(comparison)
}

fn moved(record: &Record, other: &Record) -> Moved {
    let both = record
        .scores
        .iter()
        .filter_map(|(metric, score)| Some((metric.clone(), (*score, *other.scores.get(metric)?))));
    Moved {
        system: record.system.clone(),
        method: record.method.clone(),
        parameters: record.parameters.clone(),
        seed: record.seed,
        statuses: (record.status.name(), other.status.name()),
        scores: both.collect(),
    }
}

/// How two results differ, if they do: in how they ended, or in the forecast, bit by bit. Scores follow
/// from it, and costs are no part of it.
pub(crate) fn difference(
    first: (&Record, Option<&Array2<f64>>),
    second: (&Record, Option<&Array2<f64>>),
) -> Option<(String, String)> {
    let (a, b) = (first.0, second.0);
    if a.tuned != b.tuned {
        return Some((format!("tuned to {}", a.tuned), format!("tuned to {}", b.tuned)));
    }
    if (a.status, &a.kind) == (b.status, &b.kind) {
        return first_difference(first.1, second.1);
    }
    let end = |record: &Record| format!("{} {}", record.status.name(), record.kind);
    Some((end(a).trim_end().into(), end(b).trim_end().into()))
}

/// The first number in which two forecasts differ, as each has it.
fn first_difference(a: Option<&Array2<f64>>, b: Option<&Array2<f64>>) -> Option<(String, String)> {
    let shape = |array: Option<&Array2<f64>>| {
        array.map_or_else(|| "no forecast".into(), |array| format!("{:?}", array.dim()))
    };
    let (Some(x), Some(y)) = (a, b) else {
        return (a.is_some() != b.is_some()).then(|| (shape(a), shape(b)));
    };
    if x.dim() != y.dim() {
        return Some((shape(a), shape(b)));
    }
    let mut pairs = x.indexed_iter().zip(y);
    let ((place, in_x), in_y) = pairs.find(|((_, a), b)| a.to_bits() != b.to_bits())?;
    let say =
        |value: f64| format!("{value:e} at sample {}, component {}", place.0 + 1, place.1 + 1);
    Some((say(*in_x), say(*in_y)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Status;
    use crate::store::Store;
    use crate::store::tests::sample;

    #[test]
    fn each_task_is_equal_different_moved_or_alone() {
        let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let seeded = |id: &str, seed, status| Record { seed, ..sample(id, status) };
        let mut first = Store::create(a.path()).unwrap();
        let mut second = Store::create(b.path()).unwrap();
        for store in [&mut first, &mut second] {
            store.put(&seeded("same", 0, Status::Done), None).unwrap();
        }
        let mut other = seeded("differs", 1, Status::Done);
        first.put(&other, None).unwrap();
        other.forecast.as_mut().unwrap()[[0, 1]] = -2.0;
        second.put(&other, None).unwrap();
        first.put(&seeded("old build", 2, Status::Done), None).unwrap();
        let mut new = seeded("new build", 2, Status::Diverged);
        new.scores.insert("smape".into(), 10.0);
        second.put(&new, None).unwrap();
        first.put(&seeded("left", 3, Status::Done), None).unwrap();
        second.put(&seeded("right", 4, Status::Done), None).unwrap();

        let (a, b) = (Reader::open(a.path()).unwrap(), Reader::open(b.path()).unwrap());
        let found = compare(&a, &b).unwrap();
        assert_eq!((found.equal, found.only_first, found.only_second), (1, 1, 1));
        assert_eq!(found.different.len(), 1);
        assert!(found.different[0].first.contains("-2.5e0 at sample 1, component 2"));
        assert_eq!(found.moved.len(), 1);
        assert_eq!(found.moved[0].statuses, ("done", "diverged"));
        assert_eq!(found.moved[0].scores["smape"], (12.5, 10.0));
    }
}
