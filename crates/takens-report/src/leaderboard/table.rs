//! What is compared: scores by system, method and seed, with failures in their place.

use super::LeaderboardError;
use super::names::competitor;
use std::collections::{BTreeMap, BTreeSet};
use takens_host::{Record, Run};
use takens_metrics::{Direction, MetricInfo};

/// Scores by system, method and seed.
pub(crate) struct Table {
    /// All competitors, by name.
    pub(crate) methods: Vec<String>,
    /// The systems that count, by name.
    pub(crate) systems: Vec<System>,
    /// Pairs of system and seed that do not count.
    pub(crate) left_out: usize,
}

/// One system's part of a [`Table`].
pub(crate) struct System {
    /// Its name.
    pub(crate) name: String,
    /// By method, then by seed: the score, the worst one for a failure.
    scores: Vec<Vec<f64>>,
    /// By method: seeds without a score of its own.
    pub(crate) failed: Vec<usize>,
}

/// The results of one system and seed, by method.
type Cell<'a> = Vec<Option<&'a Record>>;

impl Table {
    /// The results of a run, as far as they can be compared by this metric.
    ///
    /// # Errors
    /// [`LeaderboardError`] if there is nothing to compare, or results that cannot stand in one table.
    pub(crate) fn of(run: &Run, info: &MetricInfo) -> Result<Self, LeaderboardError> {
        if run.planned.is_none() {
            let protocols: BTreeSet<&str> =
                run.results.values().map(|record| record.protocol.as_str()).collect();
            if protocols.len() > 1 {
                let names: Vec<&str> = protocols.into_iter().collect();
                let what = format!("protocols {}", names.join(", "));
                return Err(LeaderboardError::Mixed { what });
            }
        }
        let methods: BTreeSet<String> = run.results.values().map(competitor).collect();
        let methods: Vec<String> = methods.into_iter().collect();
        let cells = cells(run, &methods)?;
        let count = cells.len();
        let mut complete: BTreeMap<&str, Vec<Vec<&Record>>> = BTreeMap::new();
        for ((system, _), cell) in cells {
            let records: Option<Vec<&Record>> = cell.into_iter().collect();
            if let Some(records) = records
                && !records.iter().any(|record| record.has_no_data())
            {
                complete.entry(system).or_default().push(records);
            }
        }
        if complete.is_empty() && run.results.values().any(|record| !record.scores.is_empty()) {
            return Err(LeaderboardError::NothingInCommon { methods: methods.len() });
        }
        let left_out = count - complete.values().map(Vec::len).sum::<usize>();
        let systems: Vec<System> = complete
            .into_iter()
            .filter_map(|(name, seeds)| System::of(name, &seeds, info))
            .collect();
        if systems.is_empty() {
            return Err(LeaderboardError::NoScore { metric: info.id.into() });
        }
        Ok(Self { methods, systems, left_out })
    }
}

/// The results by system and seed.
fn cells<'a>(
    run: &'a Run,
    methods: &[String],
) -> Result<BTreeMap<(&'a str, u64), Cell<'a>>, LeaderboardError> {
    let mut cells: BTreeMap<(&str, u64), Cell> = BTreeMap::new();
    for record in run.results.values() {
        let cell =
            cells.entry((&record.system, record.seed)).or_insert_with(|| vec![None; methods.len()]);
        let mixed = |what| LeaderboardError::Mixed {
            what: format!("{what} of {} on {}", record.method, record.system),
        };
        if cell.iter().flatten().any(|other| other.data != record.data) {
            return Err(mixed("data"));
        }
        let method =
            methods.binary_search(&competitor(record)).expect("methods come from the records");
        if cell[method].replace(record).is_some() {
            return Err(mixed("builds"));
        }
    }
    Ok(cells)
}

impl System {
    /// From the results by seed, then by method; `None` if none has a score.
    fn of(name: &str, seeds: &[Vec<&Record>], info: &MetricInfo) -> Option<Self> {
        let worse = |a: f64, b: f64| match info.direction {
            Direction::LowerIsBetter => a.max(b),
            Direction::HigherIsBetter => a.min(b),
        };
        let score = |record: &Record| record.scores.get(info.id).copied().map(readable);
        let worst_seen = seeds.iter().flatten().filter_map(|record| score(record)).reduce(worse)?;
        let worst = if info.worst().is_finite() { info.worst() } else { worst_seen };
        let methods = 0..seeds[0].len();
        let own = |method: usize| seeds.iter().map(move |seed| score(seed[method]));
        Some(Self {
            name: name.into(),
            scores: methods
                .clone()
                .map(|method| own(method).map(|score| score.unwrap_or(worst)).collect())
                .collect(),
            failed: methods.map(|method| own(method).filter(Option::is_none).count()).collect(),
        })
    }

    /// How many seeds count.
    pub(crate) fn seeds(&self) -> usize {
        self.scores.first().map_or(0, Vec::len)
    }

    /// Mean of a method over all seeds.
    pub(crate) fn mean(&self, method: usize) -> f64 {
        self.mean_of(method, 0..self.seeds())
    }

    /// Mean of a method over these seeds, repetitions counted.
    pub(crate) fn mean_of(
        &self,
        method: usize,
        seeds: impl ExactSizeIterator<Item = usize>,
    ) -> f64 {
        let count = seeds.len() as f64;
        seeds.map(|seed| self.scores[method][seed]).sum::<f64>() / count
    }
}

/// A stored score: the largest number stands for infinity there.
fn readable(score: f64) -> f64 {
    if score.abs() == f64::MAX { score.signum() * f64::INFINITY } else { score }
}
