//! The ranking of methods, with confidence intervals.
//!
//! A method's figure is the median over systems of its mean over seeds. A task that failed counts as
//! the worst score that anyone has in its place. What counts is compared: a system and seed for
//! which some method has no result yet is left out for all, and so is one that has no data. Confidence intervals come from a bootstrap in two
//! stages: *groups* of systems are drawn, those of one form being one group, and within each system
//! its seeds; all methods get the same draws.

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use takens_catalog::Catalog;
use takens_core::Stream;
use takens_host::{Record, Run, Status};
use takens_metrics::{Direction, MetricError, MetricInfo, metric};

/// Bootstrap samples.
const DRAWS: u64 = 2000;
/// Seed of the bootstrap: the same run gives the same table.
const SEED: u64 = 0;

/// A ranking by one metric.
#[derive(Debug, Clone, Serialize)]
pub struct Leaderboard {
    /// Id of the metric.
    pub metric: String,
    /// Which end is the good one.
    pub direction: Direction,
    /// Systems that count.
    pub systems: usize,
    /// Groups of systems that the bootstrap draws from.
    pub groups: usize,
    /// Pairs of system and seed that do not count, because a method has no result for them yet or
    /// because their data cannot be made.
    pub left_out: usize,
    /// Methods, the best first.
    pub rows: Vec<Standing>,
}

/// One method's place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Standing {
    /// Place, from 1; equal figures share one.
    pub rank: usize,
    /// The method with its parameters, if they are not the defaults.
    pub method: String,
    /// Median over systems. Infinity is written as the largest number, for JSON has none.
    pub median: f64,
    /// Lower end of the 95 % interval of the median.
    pub low: f64,
    /// Upper end of the 95 % interval of the median.
    pub high: f64,
    /// Mean over systems of the place among all methods.
    pub mean_rank: f64,
    /// Share of the bootstrap samples in which this method's median is not worse than any other's.
    pub first: f64,
    /// Tasks of the method.
    pub tasks: usize,
    /// Tasks that ended in a finite forecast.
    pub done: usize,
    /// Tasks whose forecast ran away.
    pub diverged: usize,
    /// Tasks that ended otherwise, by kind.
    pub failures: BTreeMap<String, usize>,
    /// Median wall seconds of fit and forecast.
    pub seconds: Option<f64>,
}

/// A ranking that cannot be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LeaderboardError {
    /// No metric has this id.
    #[error(transparent)]
    Metric(#[from] MetricError),
    /// The run has no result.
    #[error("the run has no results yet")]
    Empty,
    /// No task has a score of this metric.
    #[error("no task has a {metric} score: all failed, or no system of the run allows it")]
    NoScore {
        /// The metric.
        metric: String,
    },
    /// Nothing can be compared yet.
    #[error("there is no system and seed yet for which all {methods} methods have a result")]
    NothingInCommon {
        /// Methods of the run.
        methods: usize,
    },
    /// Results that cannot stand in one table.
    #[error(
        "the folder holds results of several sweeps ({what}) and not the sweep that is to be ranked; run `takens bench SWEEP.toml --resume --out` this folder"
    )]
    Mixed {
        /// What there is more than one of.
        what: String,
    },
}

/// The name under which a record's method competes: other parameters, another competitor.
#[must_use]
pub fn competitor(record: &Record) -> String {
    if record.parameters == "{}" {
        record.method.clone()
    } else {
        format!("{} {}", record.method, record.parameters)
    }
}

/// The form of a system: the last of the chain of systems that each say they are a twin of the next.
#[must_use]
pub fn form(catalog: &Catalog, system: &str) -> String {
    let mut name = system.to_string();
    let mut seen = BTreeSet::new();
    while seen.insert(name.clone()) {
        match catalog.get(&name).and_then(|entry| entry.system.meta.same_form_as.first()) {
            Some(twin) => name.clone_from(twin),
            None => return name,
        }
    }
    // Twins that name each other go under the least of their names.
    seen.into_iter().next().unwrap_or(name)
}

/// Ranks the methods of a run by one metric.
///
/// `group` names the form of a system; systems of one form are drawn together.
///
/// # Errors
/// [`LeaderboardError`] for an unknown metric, or a run that has no score of it.
pub fn leaderboard(
    run: &Run,
    metric_id: &str,
    group: impl Fn(&str) -> String,
) -> Result<Leaderboard, LeaderboardError> {
    let info = metric(metric_id)?;
    if run.results.is_empty() {
        return Err(LeaderboardError::Empty);
    }
    let table = Table::of(run, info)?;
    let columns: Vec<Vec<f64>> = (0..table.methods.len())
        .map(|method| table.systems.iter().map(|system| system.mean(method)).collect())
        .collect();
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, system) in table.systems.iter().enumerate() {
        groups.entry(group(&system.name)).or_default().push(place);
    }
    let groups: Vec<Vec<usize>> = groups.into_values().collect();
    let sign = if info.direction == Direction::LowerIsBetter { 1.0 } else { -1.0 };
    let (intervals, first) = bootstrap(&table, &groups, sign);
    let mean_ranks = mean_ranks(&columns, sign);
    let mut rows: Vec<Standing> = table
        .methods
        .iter()
        .enumerate()
        .map(|(place, method)| {
            let records: Vec<&Record> =
                run.results.values().filter(|record| competitor(record) == *method).collect();
            let (low, high) = intervals[place];
            standing(
                method,
                &records,
                Figures {
                    median: writable(median(&columns[place])),
                    low: writable(low),
                    high: writable(high),
                    mean_rank: mean_ranks[place],
                    first: first[place],
                },
            )
        })
        .collect();
    rows.sort_by(|a, b| {
        (sign * a.median)
            .total_cmp(&(sign * b.median))
            .then(a.mean_rank.total_cmp(&b.mean_rank))
            .then(a.method.cmp(&b.method))
    });
    for place in 0..rows.len() {
        let tied = place > 0
            && rows[place].median == rows[place - 1].median
            && rows[place].mean_rank == rows[place - 1].mean_rank;
        rows[place].rank = if tied { rows[place - 1].rank } else { place + 1 };
    }
    Ok(Leaderboard {
        metric: metric_id.into(),
        direction: info.direction,
        systems: table.systems.len(),
        groups: groups.len(),
        left_out: table.left_out,
        rows,
    })
}

/// Mean over seeds by system and method; failures are given the worst score in their place.
///
/// Systems for which no method has a score of this metric are left out.
///
/// # Errors
/// [`LeaderboardError`] if the run has no such system, or results that cannot stand in one table.
pub fn scores_by_system(
    run: &Run,
    info: &MetricInfo,
) -> Result<BTreeMap<String, BTreeMap<String, f64>>, LeaderboardError> {
    let table = Table::of(run, info)?;
    let row = |system: &System| {
        let means = table.methods.iter().enumerate();
        means.map(|(place, method)| (method.clone(), system.mean(place))).collect()
    };
    Ok(table.systems.iter().map(|system| (system.name.clone(), row(system))).collect())
}

/// Scores by system, method and seed.
struct Table {
    /// All competitors, by name.
    methods: Vec<String>,
    systems: Vec<System>,
    /// Pairs of system and seed that do not count.
    left_out: usize,
}

/// One system's part of a [`Table`].
struct System {
    name: String,
    /// By method, then by seed: the score, the worst one for a failure.
    scores: Vec<Vec<f64>>,
}

/// The results of one system and seed, by method.
type Cell<'a> = Vec<Option<&'a Record>>;

impl Table {
    fn of(run: &Run, info: &MetricInfo) -> Result<Self, LeaderboardError> {
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
        let scores = (0..seeds[0].len())
            .map(|method| seeds.iter().map(|seed| score(seed[method]).unwrap_or(worst)).collect())
            .collect();
        Some(Self { name: name.into(), scores })
    }

    /// Mean of a method over all seeds.
    fn mean(&self, method: usize) -> f64 {
        self.mean_of(method, 0..self.scores[method].len())
    }

    /// Mean of a method over these seeds, repetitions counted.
    fn mean_of(&self, method: usize, seeds: impl ExactSizeIterator<Item = usize>) -> f64 {
        let count = seeds.len() as f64;
        seeds.map(|seed| self.scores[method][seed]).sum::<f64>() / count
    }
}

/// A stored score: the largest number stands for infinity there.
fn readable(score: f64) -> f64 {
    if score.abs() == f64::MAX { score.signum() * f64::INFINITY } else { score }
}

/// A figure as it is handed on; see [`Standing::median`].
fn writable(figure: f64) -> f64 {
    figure.clamp(-f64::MAX, f64::MAX)
}

struct Figures {
    median: f64,
    low: f64,
    high: f64,
    mean_rank: f64,
    first: f64,
}

fn standing(method: &str, records: &[&Record], figures: Figures) -> Standing {
    let count = |status| records.iter().filter(|record| record.status == status).count();
    let mut failures = BTreeMap::new();
    for record in
        records.iter().filter(|record| !matches!(record.status, Status::Done | Status::Diverged))
    {
        let kind = if record.kind.is_empty() { record.status.name() } else { &record.kind };
        *failures.entry(kind.to_string()).or_insert(0) += 1;
    }
    let seconds: Vec<f64> = records
        .iter()
        .filter_map(|record| Some(record.fit_seconds? + record.forecast_seconds?))
        .collect();
    Standing {
        rank: 0,
        method: method.into(),
        median: figures.median,
        low: figures.low,
        high: figures.high,
        mean_rank: figures.mean_rank,
        first: figures.first,
        tasks: records.len(),
        done: count(Status::Done),
        diverged: count(Status::Diverged),
        failures,
        seconds: (!seconds.is_empty()).then(|| median(&seconds)),
    }
}

/// The 95 % interval of each method's median, and how often it is first.
fn bootstrap(table: &Table, groups: &[Vec<usize>], sign: f64) -> (Vec<(f64, f64)>, Vec<f64>) {
    let methods = table.methods.len();
    let mut medians: Vec<Vec<f64>> = vec![Vec::new(); methods];
    let mut first = vec![0.0; methods];
    for draw in 0..DRAWS {
        let stream = Stream::new(SEED, draw);
        let mut place = 0;
        let mut pick = |count: usize| {
            place += 1;
            (stream.uniform(place) * count as f64) as usize
        };
        let mut drawn: Vec<Vec<f64>> = vec![Vec::new(); methods];
        for _ in 0..groups.len() {
            for &system in &groups[pick(groups.len())] {
                let system = &table.systems[system];
                let count = system.scores[0].len();
                let seeds: Vec<usize> = (0..count).map(|_| pick(count)).collect();
                for (method, column) in drawn.iter_mut().enumerate() {
                    column.push(system.mean_of(method, seeds.iter().copied()));
                }
            }
        }
        let drawn: Vec<f64> = drawn.iter().map(|column| median(column)).collect();
        let best = drawn.iter().map(|value| sign * value).fold(f64::INFINITY, f64::min);
        for (method, value) in drawn.into_iter().enumerate() {
            if sign * value <= best {
                first[method] += 1.0 / DRAWS as f64;
            }
            medians[method].push(value);
        }
    }
    let intervals = medians
        .into_iter()
        .map(|mut values| {
            values.sort_by(f64::total_cmp);
            let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
            (at(0.025), at(0.975))
        })
        .collect();
    (intervals, first)
}

/// Mean over systems of each method's place, ties sharing the mean of theirs.
fn mean_ranks(columns: &[Vec<f64>], sign: f64) -> Vec<f64> {
    let systems = columns.first().map_or(0, Vec::len);
    columns
        .iter()
        .map(|column| {
            let sum: f64 = (0..systems)
                .map(|system| {
                    let own = sign * column[system];
                    let better =
                        columns.iter().filter(|other| sign * other[system] < own).count() as f64;
                    let equal =
                        columns.iter().filter(|other| sign * other[system] == own).count() as f64;
                    better + (equal + 1.0) / 2.0
                })
                .sum();
            sum / systems.max(1) as f64
        })
        .collect()
}

/// The middle value; the mean of the two middle ones of an even number.
///
/// # Panics
/// If there is no value.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(system: &str, method: &str, seed: u64, smape: Option<f64>) -> Record {
        Record {
            id: format!("{system}-{method}-{seed}"),
            system: system.into(),
            method: method.into(),
            parameters: "{}".into(),
            seed,
            protocol: "p1-fine".into(),
            data: String::new(),
            status: if smape.is_some() { Status::Done } else { Status::TimedOut },
            kind: String::new(),
            message: String::new(),
            fit_seconds: Some(1.0),
            forecast_seconds: Some(0.5),
            cpu_seconds: None,
            peak_memory: None,
            provenance: String::new(),
            forecast: None,
            tuned: String::new(),
            scores: smape.map(|score| ("smape".to_string(), score)).into_iter().collect(),
        }
    }

    fn run(records: Vec<Record>) -> Run {
        Run {
            results: records.into_iter().map(|record| (record.id.clone(), record)).collect(),
            ..Run::default()
        }
    }

    #[test]
    fn a_failure_counts_as_the_worst_score() {
        let run = run(vec![
            record("A", "good", 0, Some(10.0)),
            record("A", "late", 0, None),
            record("B", "good", 0, Some(20.0)),
            record("B", "late", 0, Some(1.0)),
        ]);
        let board = leaderboard(&run, "smape", str::to_string).unwrap();
        assert_eq!(board.rows[0].method, "good");
        assert_eq!(board.rows[0].median, 15.0);
        assert_eq!(board.rows[1].median, (200.0 + 1.0) / 2.0);
        assert_eq!(board.rows[1].failures["timed_out"], 1);
    }

    #[test]
    fn what_some_method_has_not_run_yet_does_not_count() {
        let mut run = run(vec![
            record("A", "first", 0, Some(10.0)),
            record("A", "second", 0, Some(20.0)),
            record("A", "first", 1, Some(50.0)),
            record("B", "first", 0, Some(50.0)),
        ]);
        let board = leaderboard(&run, "smape", str::to_string).unwrap();
        assert_eq!((board.systems, board.left_out), (1, 2));
        let medians: Vec<f64> = board.rows.iter().map(|row| row.median).collect();
        assert_eq!(medians, [10.0, 20.0]);

        run.results.retain(|id, _| id != "A-first-0");
        let error = leaderboard(&run, "smape", str::to_string).unwrap_err();
        assert_eq!(error, LeaderboardError::NothingInCommon { methods: 2 });
    }

    #[test]
    fn a_seed_without_data_counts_for_no_method() {
        let no_data = |method: &str| Record {
            status: Status::Failed,
            kind: "data".into(),
            ..record("A", method, 1, None)
        };
        let run = run(vec![
            record("A", "a", 0, Some(10.0)),
            record("A", "b", 0, Some(20.0)),
            no_data("a"),
            no_data("b"),
        ]);
        let board = leaderboard(&run, "smape", str::to_string).unwrap();
        assert_eq!((board.rows[0].median, board.left_out), (10.0, 1));
        assert_eq!(board.rows[0].failures["data"], 1);
    }

    #[test]
    fn results_of_several_sweeps_are_not_mixed() {
        let mixed = |change: fn(&mut Record)| {
            let mut other = record("A", "b", 0, Some(1.0));
            other.id = "other".into();
            change(&mut other);
            let run = run(vec![record("A", "a", 0, Some(1.0)), other]);
            matches!(
                leaderboard(&run, "smape", str::to_string),
                Err(LeaderboardError::Mixed { .. })
            )
        };
        assert!(!mixed(|_| {}));
        assert!(mixed(|other| other.data = "other data".into()));
        assert!(mixed(|other| other.method = "a".into()));
        assert!(mixed(|other| other.protocol = "p3".into()));
    }

    #[test]
    fn an_infinite_score_stays_infinite_in_means() {
        let run = run(vec![
            record("A", "a", 0, Some(f64::MAX)),
            record("A", "a", 1, Some(1.0)),
            record("A", "b", 0, Some(2.0)),
            record("A", "b", 1, Some(2.0)),
        ]);
        let board = leaderboard(&run, "smape", str::to_string).unwrap();
        assert_eq!(board.rows[0].method, "b");
        assert_eq!(board.rows[1].median, f64::MAX);
    }

    #[test]
    fn seeds_are_averaged_before_the_median() {
        let run = run(vec![
            record("A", "m", 0, Some(10.0)),
            record("A", "m", 1, Some(30.0)),
            record("B", "m", 0, Some(50.0)),
            record("B", "m", 1, Some(50.0)),
        ]);
        let board = leaderboard(&run, "smape", str::to_string).unwrap();
        assert_eq!(board.rows[0].median, 35.0);
        assert_eq!(board.rows[0].first, board.rows[0].first.clamp(0.999, 1.001));
    }

    #[test]
    fn equal_methods_share_a_rank() {
        let run = run(vec![
            record("A", "a", 0, Some(10.0)),
            record("A", "b", 0, Some(10.0)),
            record("A", "c", 0, Some(11.0)),
        ]);
        let ranks: Vec<usize> = leaderboard(&run, "smape", str::to_string)
            .unwrap()
            .rows
            .iter()
            .map(|row| row.rank)
            .collect();
        assert_eq!(ranks, [1, 1, 3]);
    }

    #[test]
    fn unknown_metrics_and_empty_runs_are_refused() {
        assert!(matches!(
            leaderboard(&Run::default(), "smapee", str::to_string),
            Err(LeaderboardError::Metric(_))
        ));
        assert_eq!(
            leaderboard(&Run::default(), "smape", str::to_string).unwrap_err(),
            LeaderboardError::Empty
        );
    }
}
