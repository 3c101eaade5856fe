//! The 0-1 test: chaos from a series alone.

use crate::AnalysisError;
use std::f64::consts::PI;
use takens_core::{Stream, math};

/// Frequencies over which the median is taken.
const FREQUENCIES: u64 = 100;
/// Displacements are looked at up to this part of the series, at so many places.
const CUT: usize = 10;
const PLACES: usize = 80;
/// Fewer values than this say nothing.
pub(crate) const LEAST_VALUES: usize = 500;

/// The 0-1 test of Gottwald and Melbourne: near 1 for a chaotic series, near 0 for a regular one.
///
/// The series `φ` drives a point in the plane, `p(n) + i q(n) = Σ_{j ≤ n} φ(j) e^{ijc}`. For a regular
/// series it stays in bounds, for a chaotic one it spreads as a random walk, so that its mean square
/// displacement over `n` values grows with `n`. For each of 100 frequencies `c`, uniform in
/// `(π/5, 4π/5)` from a fixed seed, the displacement without the oscillating term that `φ`'s mean makes
/// is correlated with `n`, for `n` up to a tenth of the series; the median of the correlations is `K`.
///
/// - `series`: values in even steps of time. Steps must not be short against the time in which the
///   motion varies, or the values of a chaotic flow look regular; about half the dominant period does well.
///
/// # Errors
/// [`AnalysisError::TooFew`] for fewer than 500 values.
///
/// # Source
/// G. A. Gottwald, I. Melbourne, SIAM Journal on Applied Dynamical Systems 8, 129-145 (2009).
pub fn zero_one_test(series: &[f64]) -> Result<f64, AnalysisError> {
    if series.len() < LEAST_VALUES {
        return Err(AnalysisError::TooFew { got: series.len(), least: LEAST_VALUES });
    }
    let stream = Stream::new(0, 1);
    let mut growths: Vec<f64> = (0..FREQUENCIES)
        .map(|place| growth(series, PI / 5.0 + 3.0 * PI / 5.0 * stream.uniform(place)))
        .collect();
    growths.sort_by(f64::total_cmp);
    let middle = growths.len() / 2;
    Ok(0.5 * (growths[middle - 1] + growths[middle]))
}

/// The correlation of the mean square displacement at frequency `c` with the time it took.
fn growth(series: &[f64], c: f64) -> f64 {
    let mean = series.iter().sum::<f64>() / series.len() as f64;
    let mut point = (0.0, 0.0);
    let path: Vec<(f64, f64)> = series
        .iter()
        .enumerate()
        .map(|(j, value)| {
            let angle = (j + 1) as f64 * c;
            point.0 += value * math::cos(angle);
            point.1 += value * math::sin(angle);
            point
        })
        .collect();
    let cut = series.len() / CUT;
    let starts = series.len() - cut;
    let places = (1..=PLACES).map(|place| (place * cut / PLACES).max(1));
    let (times, displacements): (Vec<f64>, Vec<f64>) = places
        .map(|n| {
            let square = |(from, to): (&(f64, f64), &(f64, f64))| {
                let (p, q) = (to.0 - from.0, to.1 - from.1);
                p * p + q * q
            };
            let sum: f64 = path[..starts].iter().zip(&path[n..]).map(square).sum();
            let time = n as f64;
            let oscillation = mean * mean * (1.0 - math::cos(time * c)) / (1.0 - math::cos(c));
            (time, sum / starts as f64 - oscillation)
        })
        .unzip();
    correlation(&times, &displacements)
}

/// Pearson's correlation; 0 where one side does not vary.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let count = a.len() as f64;
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / count, b.iter().sum::<f64>() / count);
    let (mut both, mut square_a, mut square_b) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        both += (x - mean_a) * (y - mean_b);
        square_a += (x - mean_a) * (x - mean_a);
        square_b += (y - mean_b) * (y - mean_b);
    }
    let scale = (square_a * square_b).sqrt();
    if scale > 0.0 { both / scale } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up::{logistic, noise};

    #[track_caller]
    fn check(series: &[f64], low: f64, high: f64) {
        let k = zero_one_test(series).unwrap();
        assert!((low..=high).contains(&k), "{k}");
    }

    #[test]
    fn chaos_is_one_and_order_is_zero() {
        check(&logistic(4.0, 4000), 0.99, 1.0);
        // The case of the source: 3.55 is periodic, 3.97 chaotic.
        check(&logistic(3.97, 4000), 0.99, 1.0);
        check(&logistic(3.55, 4000), -0.05, 0.05);
        let torus: Vec<f64> = (0..4000)
            .map(|i| (0.7 * f64::from(i)).sin() + (1.1 * 2f64.sqrt() * f64::from(i)).cos())
            .collect();
        check(&torus, -0.1, 0.1);
    }

    #[test]
    fn oversampling_hides_chaos() {
        // Noise drawn out over a hundred values each: why the step is set by the period.
        let slow: Vec<f64> = (0..4000)
            .map(|i| {
                let (whole, part) = (i / 100, (i % 100) as f64 / 100.0);
                let values = noise(50);
                values[whole] * (1.0 - part) + values[whole + 1] * part
            })
            .collect();
        check(&slow, -0.2, 0.9);
        check(&noise(4000), 0.99, 1.0);
    }

    #[test]
    fn short_series_are_refused() {
        assert_eq!(zero_one_test(&[0.0; 10]), Err(AnalysisError::TooFew { got: 10, least: 500 }));
    }
}
