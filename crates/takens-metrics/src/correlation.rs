//! Correlations: Pearson's of the values, Spearman's of the ranks, Kendall's of the pairs.
//!
//! Each is taken for every component and averaged. A component in which the truth or the forecast
//! is constant counts 0; one in which the forecast is not finite counts -1, the worst.

use crate::{Direction, MetricInfo, Pair};
use ndarray::ArrayView1;

pub(crate) const PEARSON: MetricInfo = MetricInfo {
    id: "pearson",
    direction: Direction::HigherIsBetter,
    range: (-1.0, 1.0),
    summary: "Pearson correlation, mean over components",
    compute: |pair, _| Ok(pearson(pair)),
};

pub(crate) const SPEARMAN: MetricInfo = MetricInfo {
    id: "spearman",
    direction: Direction::HigherIsBetter,
    range: (-1.0, 1.0),
    summary: "Spearman rank correlation, mean over components",
    compute: |pair, _| Ok(spearman(pair)),
};

pub(crate) const KENDALL: MetricInfo = MetricInfo {
    id: "kendall",
    direction: Direction::HigherIsBetter,
    range: (-1.0, 1.0),
    summary: "Kendall rank correlation tau-b, mean over components",
    compute: |pair, _| Ok(kendall(pair)),
};

/// Pearson correlation of truth and forecast, mean over components: covariance over the product of
/// the standard deviations.
///
/// From -1 to 1; edge cases as the module says.
#[must_use]
pub fn pearson(pair: &Pair) -> f64 {
    by_component(pair, linear)
}

/// Spearman correlation, mean over components: [`pearson`] of the ranks, equal values sharing the
/// mean of their ranks.
///
/// From -1 to 1; edge cases as the module says. In dysts the one-component `pearson` was this one.
///
/// # Source
/// C. Spearman, American Journal of Psychology 15, 72–101 (1904).
#[must_use]
pub fn spearman(pair: &Pair) -> f64 {
    by_component(pair, |truth, forecast| linear(&ranks(truth), &ranks(forecast)))
}

/// Kendall correlation tau-b, mean over components: concordant less discordant pairs of samples,
/// over the geometric mean of the numbers of pairs not tied in the truth and in the forecast.
///
/// From -1 to 1; edge cases as the module says. Takes O(n log n) time.
///
/// # Source
/// M. G. Kendall, Biometrika 33, 239–251 (1945), for tau-b; W. R. Knight, Journal of the American
/// Statistical Association 61, 436–439 (1966), for the counting.
#[must_use]
pub fn kendall(pair: &Pair) -> f64 {
    by_component(pair, tau_b)
}

fn by_component(pair: &Pair, correlation: impl Fn(&[f64], &[f64]) -> f64) -> f64 {
    pair.component_mean(|truth, forecast| {
        if forecast.iter().any(|x| !x.is_finite()) {
            return -1.0;
        }
        if is_constant(truth) || is_constant(forecast) {
            return 0.0;
        }
        correlation(&truth.to_vec(), &forecast.to_vec()).clamp(-1.0, 1.0)
    })
}

fn is_constant(values: ArrayView1<f64>) -> bool {
    values.iter().all(|x| *x == values[0])
}

fn linear(x: &[f64], y: &[f64]) -> f64 {
    let (x, y) = (centred(x), centred(y));
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    dot(&x, &y) / (dot(&x, &x).sqrt() * dot(&y, &y).sqrt())
}

/// Less the mean and over the greatest deviation, so that no square overflows or vanishes.
fn centred(values: &[f64]) -> Vec<f64> {
    let count = values.len() as f64;
    let mean: f64 = values.iter().map(|x| x / count).sum();
    let mut centred: Vec<f64> = values.iter().map(|x| x - mean).collect();
    let greatest = centred.iter().fold(0.0, |greatest: f64, x| greatest.max(x.abs()));
    if greatest > 0.0 {
        centred.iter_mut().for_each(|x| *x /= greatest);
    }
    centred
}

/// Ranks from 1, equal values sharing the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for run in order.chunk_by(|&a, &b| values[a] == values[b]) {
        for &index in run {
            ranks[index] = before as f64 + (run.len() + 1) as f64 / 2.0;
        }
        before += run.len();
    }
    ranks
}

fn tau_b(x: &[f64], y: &[f64]) -> f64 {
    let pairs_of = |count: usize| (count as f64) * (count as f64 - 1.0) / 2.0;
    let mut points: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let tied = |same: fn(&(f64, f64), &(f64, f64)) -> bool, points: &[(f64, f64)]| {
        points.chunk_by(same).map(|run| pairs_of(run.len())).sum::<f64>()
    };
    let all = pairs_of(points.len());
    let tied_x = tied(|a, b| a.0 == b.0, &points);
    let tied_both = tied(|a, b| a == b, &points);
    let mut second: Vec<f64> = points.iter().map(|point| point.1).collect();
    let discordant = sort_counting_swaps(&mut second);
    points.sort_by(|a, b| a.1.total_cmp(&b.1));
    let tied_y = tied(|a, b| a.1 == b.1, &points);
    let difference = all - tied_x - tied_y + tied_both - 2.0 * discordant;
    difference / ((all - tied_x).sqrt() * (all - tied_y).sqrt())
}

/// Merge sort; returns how many pairs stood in the wrong order.
fn sort_counting_swaps(values: &mut [f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let (left, right) = values.split_at_mut(values.len() / 2);
    let mut swaps = sort_counting_swaps(left) + sort_counting_swaps(right);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        if right[j] < left[i] {
            swaps += (left.len() - i) as f64;
            merged.push(right[j]);
            j += 1;
        } else {
            merged.push(left[i]);
            i += 1;
        }
    }
    merged.extend_from_slice(&left[i..]);
    merged.extend_from_slice(&right[j..]);
    values.copy_from_slice(&merged);
    swaps
}
