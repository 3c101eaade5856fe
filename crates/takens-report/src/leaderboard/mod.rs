//! The ranking of methods, with confidence intervals.
//!
//! A method's figure is the median over systems of its mean over seeds. A task that failed counts as
//! the worst score in its place: the bad end of the metric's range, or, where the range has none, the
//! worst that anyone has on that system. What counts is compared: a system and seed for which some
//! method has no result yet is left out for all, and so is one that has no data.
//!
//! Start at [`leaderboard`]. `table` says what is compared, `bootstrap` how sure the ranking is.

mod bootstrap;
mod names;
mod statistics;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use bootstrap::{DRAWS, SEED};
pub use names::{competitor, form};
pub use statistics::median;
pub(crate) use statistics::quantile;
pub(crate) use table::Table;

use bootstrap::{Spread, bootstrap};
use serde::Serialize;
use statistics::mean_ranks;
use std::collections::BTreeMap;
use takens_host::{Record, Run, Status};
use takens_metrics::{Direction, MetricError, MetricInfo, metric};

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

/// One method's place. In figures, infinity is written as the largest number, for JSON has none.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Standing {
    /// Place, from 1; equal figures share one.
    pub rank: usize,
    /// The method with its parameters, if they are not the defaults.
    pub method: String,
    /// Median over systems.
    pub median: f64,
    /// Lower end of the 95 % interval of the median.
    pub low: f64,
    /// Upper end of the 95 % interval of the median.
    pub high: f64,
    /// How far the median is behind that of the first method, at the least: lower end of the 95 %
    /// interval of the paired difference, positive where this method is worse.
    pub behind_low: f64,
    /// The same at the most. An interval that holds zero does not tell the two methods apart.
    pub behind_high: f64,
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
    /// Median processor seconds of fit and forecast.
    pub cpu_seconds: Option<f64>,
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
    Ok(rank(run, &Table::of(run, info)?, info, group))
}

/// The ranking of a table.
pub(crate) fn rank(
    run: &Run,
    table: &Table,
    info: &MetricInfo,
    group: impl Fn(&str) -> String,
) -> Leaderboard {
    let sign = sign(info.direction);
    let columns: Vec<Vec<f64>> = (0..table.methods.len())
        .map(|method| table.systems.iter().map(|system| system.mean(method)).collect())
        .collect();
    let medians: Vec<f64> = columns.iter().map(|column| median(column)).collect();
    let mean_ranks = mean_ranks(&columns, sign);
    let mut order: Vec<usize> = (0..table.methods.len()).collect();
    order.sort_by(|&a, &b| {
        (sign * medians[a])
            .total_cmp(&(sign * medians[b]))
            .then(mean_ranks[a].total_cmp(&mean_ranks[b]))
            .then(table.methods[a].cmp(&table.methods[b]))
    });
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, system) in table.systems.iter().enumerate() {
        groups.entry(group(&system.name)).or_default().push(place);
    }
    let groups: Vec<Vec<usize>> = groups.into_values().collect();
    let spreads = bootstrap(table, &groups, sign, order[0]);
    let mut records: BTreeMap<String, Vec<&Record>> = BTreeMap::new();
    for record in run.results.values() {
        records.entry(competitor(record)).or_default().push(record);
    }
    let mut rows: Vec<Standing> = Vec::with_capacity(order.len());
    for (place, method) in order.into_iter().enumerate() {
        let tied = rows.last().filter(|above| {
            above.median == writable(medians[method]) && above.mean_rank == mean_ranks[method]
        });
        let rank = tied.map_or(place + 1, |above| above.rank);
        let figures = (medians[method], mean_ranks[method]);
        let name = &table.methods[method];
        rows.push(standing(rank, name, figures, spreads[method], &records[name]));
    }
    Leaderboard {
        metric: info.id.into(),
        direction: info.direction,
        systems: table.systems.len(),
        groups: groups.len(),
        left_out: table.left_out,
        rows,
    }
}

/// 1 where low scores are good, -1 where high ones are.
pub(crate) fn sign(direction: Direction) -> f64 {
    if direction == Direction::LowerIsBetter { 1.0 } else { -1.0 }
}

/// A figure as it is handed on; see [`Standing`].
fn writable(figure: f64) -> f64 {
    figure.clamp(-f64::MAX, f64::MAX)
}

/// One method's place; `figures` are its median and its mean rank.
fn standing(
    rank: usize,
    method: &str,
    figures: (f64, f64),
    spread: Spread,
    records: &[&Record],
) -> Standing {
    let count = |status| records.iter().filter(|record| record.status == status).count();
    let mut failures = BTreeMap::new();
    for record in records {
        if !matches!(record.status, Status::Done | Status::Diverged) {
            *failures.entry(end(record).to_string()).or_insert(0) += 1;
        }
    }
    let middle = |seconds: &dyn Fn(&Record) -> Option<f64>| {
        let all: Vec<f64> = records.iter().filter_map(|record| seconds(record)).collect();
        (!all.is_empty()).then(|| median(&all))
    };
    Standing {
        rank,
        method: method.into(),
        median: writable(figures.0),
        low: writable(spread.median.0),
        high: writable(spread.median.1),
        behind_low: writable(spread.behind.0),
        behind_high: writable(spread.behind.1),
        mean_rank: figures.1,
        first: spread.first,
        tasks: records.len(),
        done: count(Status::Done),
        diverged: count(Status::Diverged),
        failures,
        seconds: middle(&|record| Some(record.fit_seconds? + record.forecast_seconds?)),
        cpu_seconds: middle(&|record| record.cpu_seconds),
    }
}

/// How a task ended, in a word: the kind of a failure, where there is one.
pub(crate) fn end(record: &Record) -> &str {
    if record.kind.is_empty() { record.status.name() } else { &record.kind }
}
