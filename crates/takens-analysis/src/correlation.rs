//! Correlation sums: how often two points of an orbit lie near each other.
//!
//! Start at [`correlation_dimension`] and [`correlation_entropy`]. The pairs are counted in `pairs`.

use crate::pairs::{BLOCKS, Pairs};
use crate::{AnalysisError, Estimate};
use ndarray::ArrayView2;
use takens_core::math::log;

/// A slope of a logarithmic plot with the stretch it was taken from.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Scaling {
    /// The slope.
    pub value: f64,
    /// Its standard error: from the scatter of eight parts of the orbit, and from the curve's bend.
    pub standard_error: f64,
    /// The least and the greatest distance of the scaling range, in the units of the points.
    pub range: [f64; 2],
}

/// Where the correlation sum is above this, distances are those of the whole attractor.
const MOST_NEAR: f64 = 0.05;
/// Fewer pairs than this of one part of the orbit have no logarithm worth a point on the curve.
const LEAST_PAIRS: u64 = 20;
/// Points to an octave of `r`.
const OCTAVE: usize = 8;
/// The scaling range is at least two octaves.
const LEAST_POINTS: usize = 2 * OCTAVE + 1;

/// The correlation dimension `D₂`: the exponent with which the number of pairs of points nearer than `r`
/// grows with `r`.
///
/// Pairs nearer in time than `theiler` samples are left out: that these are near each other says how
/// densely the orbit was sampled, not what it lies on. Distances are Euclidean.
///
/// The scaling range is found by one rule. Points of the curve `ln C(r)` over `ln r`, eight to an octave
/// of `r`, count where each eighth of the orbit has 20 pairs at least and where `C(r) ≤ 0.05`. The range begins
/// at the least such `r`, since the dimension is what is found when `r` goes to zero; of all its lengths, two octaves
/// or more, the one is taken whose slope has the least error: the standard error of the slopes of
/// eight parts of the orbit, and half the difference between the slopes of the range's lower and
/// upper half, added in squares.
///
/// - `points`: `time × component`, of similar size in every component.
///
/// # Errors
/// [`AnalysisError::NoScaling`] if no stretch is long enough, or if the slope is above `2 log₁₀ N` for `N`
/// points: so many points do not tell such a dimension.
///
/// # Source
/// P. Grassberger, I. Procaccia, Physica D 9, 189-208 (1983); J. Theiler, Physical Review A 34, 2427-2432
/// (1986); for the limit, J.-P. Eckmann, D. Ruelle, Physica D 56, 185-187 (1992).
pub fn correlation_dimension(
    points: ArrayView2<'_, f64>,
    theiler: usize,
) -> Result<Scaling, AnalysisError> {
    dimension_of(&Pairs::count(points, theiler, &[1])?)
}

/// The correlation entropy `K₂` per unit of time, a lower bound of the Kolmogorov-Sinai entropy.
///
/// Of pairs of points that stay nearer than `r` for `m` samples the share `e^(-m · step · K₂)` does so for
/// `2m`, once `m` is large and `r` small: `m` is the greatest of 8, 4, 2 and 1 for which enough pairs stay. The
/// logarithm of the share is averaged over the lowest octave of `r` in which every eighth of the
/// orbit has 20 such pairs (and `C(r) ≤ 0.05`); the error has a part from the scatter of these eighths and one from
/// the trend with `r`.
///
/// - `step`: the time from one point to the next.
///
/// # Errors
/// As [`correlation_dimension`].
///
/// # Source
/// P. Grassberger, I. Procaccia, Physical Review A 28, 2591-2593 (1983).
pub fn correlation_entropy(
    points: ArrayView2<'_, f64>,
    theiler: usize,
    step: f64,
) -> Result<Estimate, AnalysisError> {
    let pairs = Pairs::count(points, theiler, &STAYS)?;
    entropy_of(&pairs, step)
}

/// Samples for which pairs stay near: one for the dimension, and those that the entropy compares.
pub(crate) const STAYS: [usize; 5] = [1, 2, 4, 8, 16];

pub(crate) fn dimension_of(pairs: &Pairs) -> Result<Scaling, AnalysisError> {
    let curves = Curves::new(pairs);
    let mut best: Option<Scaling> = None;
    let count = curves.radii.len();
    for to in LEAST_POINTS..=count {
        let found = curves.slope(0, to);
        if best.is_none_or(|best| found.standard_error < best.standard_error) {
            best = Some(found);
        }
    }
    let refuse = |reason| Err(AnalysisError::NoScaling { points: pairs.points, reason });
    match best {
        None => refuse("too few pairs are near each other"),
        Some(found) if found.value > 2.0 * log(pairs.points as f64) / log(10.0) => {
            refuse("the slope is above twice the decimal logarithm of their number")
        }
        Some(found) => Ok(found),
    }
}

/// The curve `ln C` over `ln r` of every eighth of the orbit and of the whole.
struct Curves {
    /// `ln r`.
    radii: Vec<f64>,
    /// `ln C` of the parts, then of the whole.
    logs: Vec<Vec<f64>>,
}

impl Curves {
    fn new(pairs: &Pairs) -> Self {
        let places: Vec<usize> = (0..pairs.radii.len())
            .filter(|&place| {
                let least = (0..BLOCKS).map(|block| pairs.within(0, block, place)).min();
                least.is_some_and(|least| least >= LEAST_PAIRS)
                    && pairs.total(0, place) as f64 <= MOST_NEAR * pairs.all as f64
            })
            .collect();
        let curve = |count: &dyn Fn(usize) -> u64| {
            places.iter().map(|&place| log(count(place) as f64)).collect::<Vec<f64>>()
        };
        let mut logs: Vec<Vec<f64>> =
            (0..BLOCKS).map(|block| curve(&|place| pairs.within(0, block, place))).collect();
        logs.push(curve(&|place| pairs.total(0, place)));
        Self { radii: places.iter().map(|&place| log(pairs.radii[place])).collect(), logs }
    }

    fn slope(&self, from: usize, to: usize) -> Scaling {
        let slope =
            |curve: &[f64], from: usize, to: usize| line(&self.radii[from..to], &curve[from..to]);
        let whole = &self.logs[BLOCKS];
        let parts: Vec<f64> =
            self.logs[..BLOCKS].iter().map(|curve| slope(curve, from, to)).collect();
        let middle = (from + to) / 2;
        let bend = 0.5 * (slope(whole, from, middle) - slope(whole, middle, to));
        Scaling {
            value: slope(whole, from, to),
            standard_error: error_of_mean(&parts).hypot(bend),
            range: [self.radii[from], self.radii[to - 1]].map(takens_core::math::exp),
        }
    }
}

pub(crate) fn entropy_of(pairs: &Pairs, step: f64) -> Result<Estimate, AnalysisError> {
    let stays = STAYS.len() - 1;
    let reason = "too few pairs stay near each other";
    (1..=stays)
        .rev()
        .find_map(|longer| entropy_between(pairs, longer, step))
        .ok_or(AnalysisError::NoScaling { points: pairs.points, reason })
}

/// The entropy from the share of pairs that stay near for `STAYS[longer]` samples among those that do for half
/// of them.
fn entropy_between(pairs: &Pairs, longer: usize, step: f64) -> Option<Estimate> {
    let counts = |place: &usize| {
        let least = (0..BLOCKS).map(|block| pairs.within(longer, block, *place)).min();
        least.is_some_and(|least| least >= LEAST_PAIRS)
            && pairs.total(0, *place) as f64 <= MOST_NEAR * pairs.all as f64
    };
    let places: Vec<usize> = (0..pairs.radii.len()).filter(counts).take(OCTAVE).collect();
    if places.len() < OCTAVE {
        return None;
    }
    let time = (STAYS[longer] - STAYS[longer - 1]) as f64 * step;
    let rate = |near: u64, stayed: u64| log(near as f64 / stayed as f64) / time;
    let rates: Vec<f64> = places
        .iter()
        .map(|&place| rate(pairs.total(longer - 1, place), pairs.total(longer, place)))
        .collect();
    let of_block = |block: usize| {
        let rates = places.iter().map(|&place| {
            rate(pairs.within(longer - 1, block, place), pairs.within(longer, block, place))
        });
        rates.sum::<f64>() / places.len() as f64
    };
    let parts: Vec<f64> = (0..BLOCKS).map(of_block).collect();
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (lower, upper) = rates.split_at(OCTAVE / 2);
    let trend = mean(lower) - mean(upper);
    Some(Estimate { value: mean(&rates), standard_error: error_of_mean(&parts).hypot(trend) })
}

/// The slope of the line of least squares.
fn line(x: &[f64], y: &[f64]) -> f64 {
    let count = x.len() as f64;
    let (mean_x, mean_y) = (x.iter().sum::<f64>() / count, y.iter().sum::<f64>() / count);
    let both: f64 = x.iter().zip(y).map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let square: f64 = x.iter().map(|x| (x - mean_x) * (x - mean_x)).sum();
    both / square
}

fn error_of_mean(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (squares / (count * (count - 1.0))).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up::logistic;
    use ndarray::Array2;
    use takens_core::Stream;

    #[track_caller]
    fn check(points: &Array2<f64>, want: f64, error: f64) {
        let found = correlation_dimension(points.view(), 10).unwrap();
        assert!((found.value - want).abs() < error, "{found:?}, not {want}");
        assert!(found.standard_error < error, "{found:?}");
        assert!(found.range[1] > 3.9 * found.range[0]);
    }

    fn made(count: usize, columns: usize, value: impl Fn(usize, usize) -> f64) -> Array2<f64> {
        Array2::from_shape_fn((count, columns), |(row, column)| value(row, column))
    }

    #[test]
    fn lines_squares_and_henon_have_their_dimension() {
        let stream = Stream::new(4, 0);
        check(&made(4000, 2, |i, j| [1.0, -0.5][j] * stream.uniform(i as u64)), 1.0, 0.1);
        let stream = Stream::new(5, 0);
        check(&made(6000, 2, |i, j| stream.uniform((2 * i + j) as u64)), 2.0, 0.1);
        check(&made(6000, 3, |i, j| stream.uniform((3 * i + j) as u64)), 3.0, 0.2);
        // Grassberger and Procaccia give 1.21 ± 0.01 and, from the whole attractor, 1.25 ± 0.02.
        let mut state = (0.1, 0.1);
        let orbit: Vec<(f64, f64)> = (0..10_100)
            .map(|_| {
                state = (1.0 - 1.4 * state.0 * state.0 + state.1, 0.3 * state.0);
                state
            })
            .skip(100)
            .collect();
        check(
            &made(10_000, 2, |i, j| if j == 0 { orbit[i].0 } else { orbit[i].1 / 0.3 }),
            1.22,
            0.05,
        );
        // And 0.325 ± 0.02 for the entropy.
        let points = made(10_000, 2, |i, j| if j == 0 { orbit[i].0 } else { orbit[i].1 / 0.3 });
        let entropy = correlation_entropy(points.view(), 10, 1.0).unwrap();
        assert!((entropy.value - 0.325).abs() < 0.03 + 2.0 * entropy.standard_error, "{entropy:?}");
        assert!(entropy.standard_error < 0.05, "{entropy:?}");
    }

    #[test]
    fn the_full_logistic_map_forgets_one_bit_a_step() {
        let orbit = logistic(4.0, 8000);
        let points = made(orbit.len(), 1, |i, _| orbit[i]);
        let entropy = correlation_entropy(points.view(), 10, 0.5).unwrap();
        let want = 2.0 * 2f64.ln();
        assert!((entropy.value - want).abs() < 0.05 + 2.0 * entropy.standard_error, "{entropy:?}");
        assert!(entropy.standard_error < 0.1, "{entropy:?}");
    }

    #[test]
    fn high_dimensions_are_refused() {
        let stream = Stream::new(6, 0);
        let cloud = made(2000, 12, |i, j| stream.normal((12 * i + j) as u64));
        let refused = correlation_dimension(cloud.view(), 1);
        assert!(matches!(refused, Err(AnalysisError::NoScaling { .. })), "{refused:?}");
    }
}
