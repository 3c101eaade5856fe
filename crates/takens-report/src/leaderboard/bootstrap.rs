//! How sure a ranking is: a paired bootstrap in two stages.
//!
//! A sample draws groups of systems with replacement, those of one form being one group, and within
//! each system its seeds. All methods get the same draws, so that what makes a sample easy or hard
//! cancels in their differences. Intervals are percentiles of the samples.
//!
//! # Source
//! B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap (1993), for percentile intervals; A. C.
//! Davison and D. V. Hinkley, Bootstrap Methods and their Application (1997), for samples of groups.

use super::statistics::{median_in_place, quantile};
use super::table::Table;
use takens_core::Stream;

/// Bootstrap samples.
pub(crate) const DRAWS: u64 = 2000;
/// Seed of the bootstrap: the same run gives the same table.
pub(crate) const SEED: u64 = 0;
/// The ends of a 95 % interval.
const ENDS: (f64, f64) = (0.025, 0.975);

/// What the bootstrap says of one method.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spread {
    /// 95 % interval of its median.
    pub(super) median: (f64, f64),
    /// 95 % interval of how far its median is behind that of the reference, positive where it is worse.
    pub(super) behind: (f64, f64),
    /// Share of the samples in which no method is better.
    pub(super) first: f64,
}

/// Draws samples of `groups`, each a list of systems by place in the table.
///
/// `sign` is 1 where low scores are good and -1 elsewhere; `reference` is the method that others are
/// compared with.
pub(super) fn bootstrap(
    table: &Table,
    groups: &[Vec<usize>],
    sign: f64,
    reference: usize,
) -> Vec<Spread> {
    let methods = table.methods.len();
    let mut medians: Vec<Vec<f64>> = vec![Vec::with_capacity(DRAWS as usize); methods];
    let mut first = vec![0.0; methods];
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); methods];
    for draw in 0..DRAWS {
        fill(&mut columns, table, groups, draw);
        let drawn: Vec<f64> = columns.iter_mut().map(|column| median_in_place(column)).collect();
        let best = drawn.iter().map(|value| sign * value).fold(f64::INFINITY, f64::min);
        for (method, value) in drawn.into_iter().enumerate() {
            if sign * value <= best {
                first[method] += 1.0 / DRAWS as f64;
            }
            medians[method].push(value);
        }
    }
    let behind = |method: usize| {
        let pairs = medians[method].iter().zip(&medians[reference]);
        interval(pairs.map(|(own, other)| difference(sign * own, sign * other)).collect())
    };
    (0..methods)
        .map(|method| Spread {
            median: interval(medians[method].clone()),
            behind: behind(method),
            first: first[method],
        })
        .collect()
}

/// One sample: for each method its scores on the systems drawn, means over the seeds drawn.
fn fill(columns: &mut [Vec<f64>], table: &Table, groups: &[Vec<usize>], draw: u64) {
    columns.iter_mut().for_each(Vec::clear);
    let stream = Stream::new(SEED, draw);
    let mut place = 0;
    let mut pick = |count: usize| {
        place += 1;
        (stream.uniform(place) * count as f64) as usize
    };
    let mut seeds = Vec::new();
    for _ in 0..groups.len() {
        for &system in &groups[pick(groups.len())] {
            let system = &table.systems[system];
            let count = system.seeds();
            seeds.clear();
            seeds.extend((0..count).map(|_| pick(count)));
            for (method, column) in columns.iter_mut().enumerate() {
                column.push(system.mean_of(method, seeds.iter().copied()));
            }
        }
    }
}

/// How much more `own` is. Two infinities are equal.
fn difference(own: f64, other: f64) -> f64 {
    if own == other { 0.0 } else { own - other }
}

fn interval(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    (quantile(&values, ENDS.0), quantile(&values, ENDS.1))
}
