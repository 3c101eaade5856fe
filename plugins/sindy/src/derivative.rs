//! Derivatives of sampled trajectories: finite differences where clean, local polynomials where not.
//!
//! Start at [`differentiate`]. How noisy data are is estimated by [`noise`].

use ndarray::{Array2, ArrayView2};

/// States and their time derivatives, at the instants where both are known.
#[derive(Debug, Clone)]
pub(crate) struct Slopes {
    pub(crate) states: Array2<f64>,
    pub(crate) slopes: Array2<f64>,
}

/// Half-width of the stencil of clean data: nine points, order eight.
pub(crate) const REACH: usize = 4;

/// Derivatives by least squares over the `2 · reach + 1` nearest instants.
///
/// A polynomial of degree `degree` is fitted around each sample: with `degree = 2 · reach` it
/// passes through all points (finite differences), below that it smooths (Savitzky and Golay, on
/// any grid). The first and last `reach` samples are dropped.
pub(crate) fn differentiate(
    times: &[f64],
    values: ArrayView2<f64>,
    reach: usize,
    degree: usize,
) -> Slopes {
    let (rows, dim) = values.dim();
    let kept = rows.saturating_sub(2 * reach);
    let mut states = Array2::zeros((kept, dim));
    let mut slopes = Array2::zeros((kept, dim));
    let mut cached: Option<(Vec<f64>, [Vec<f64>; 2])> = None;
    for row in 0..kept {
        let around = &times[row..=row + 2 * reach];
        let unit = (around[2 * reach] - around[0]) / (2 * reach) as f64;
        let offsets: Vec<f64> = around.iter().map(|t| (t - times[row + reach]) / unit).collect();
        // On a uniform grid the offsets are equal up to rounding: the weights are made once.
        let same = |old: &[f64]| old.iter().zip(&offsets).all(|(a, b)| (a - b).abs() < 1e-6);
        if !cached.as_ref().is_some_and(|(old, _)| same(old)) {
            let nearest = |x: f64| if (x - x.round()).abs() < 1e-6 { x.round() } else { x };
            let offsets: Vec<f64> = offsets.iter().map(|&x| nearest(x)).collect();
            let made = weights(&offsets, degree);
            cached = Some((offsets, made));
        }
        let Some((_, [value, slope])) = &cached else { continue };
        for c in 0..dim {
            let centre = values[[row + reach, c]];
            let (mut mean, mut rate) = (0.0, 0.0);
            for (k, (a, b)) in value.iter().zip(slope).enumerate() {
                // Differences from the centre: smaller numbers, less rounding.
                let difference = values[[row + k, c]] - centre;
                mean += a * difference;
                rate += b * difference;
            }
            states[[row, c]] = centre + mean;
            slopes[[row, c]] = rate / unit;
        }
    }
    Slopes { states, slopes }
}

/// Weights of the values at `offsets` in the value and the slope at 0 of the polynomial of least
/// squares, by orthogonal polynomials on the offsets.
fn weights(offsets: &[f64], degree: usize) -> [Vec<f64>; 2] {
    let count = offsets.len();
    let (mut value, mut slope) = (vec![0.0; count], vec![0.0; count]);
    // p at the offsets, p(0) and p'(0), for the present polynomial and the one before it.
    let mut before = (vec![0.0; count], 0.0, 0.0, 1.0);
    let mut p = (vec![1.0; count], 1.0, 0.0, count as f64);
    for _ in 0..=degree {
        for k in 0..count {
            value[k] += p.0[k] * p.1 / p.3;
            slope[k] += p.0[k] * p.2 / p.3;
        }
        // Three-term recurrence: next = (x - a) p - b before.
        let a = p.0.iter().zip(offsets).map(|(p, x)| x * p * p).sum::<f64>() / p.3;
        let b = if before.0.iter().any(|x| *x != 0.0) { p.3 / before.3 } else { 0.0 };
        let next: Vec<f64> =
            (0..count).map(|k| (offsets[k] - a) * p.0[k] - b * before.0[k]).collect();
        let at = -a * p.1 - b * before.1;
        let rate = p.1 - a * p.2 - b * before.2;
        let norm = next.iter().map(|x| x * x).sum();
        before = std::mem::replace(&mut p, (next, at, rate, norm));
    }
    [value, slope]
}

/// Standard deviation of white noise in each component, zero where there is none to be seen.
///
/// Differences of order `p` shrink a smooth signal and keep noise: over √binomial(2p, p), their
/// root mean square tends to the noise. It is believed where orders 5 and 7 agree within a fifth.
/// Smooth data sampled coarsely shrink as well, only more slowly.
pub(crate) fn noise(series: &[ArrayView2<f64>]) -> Vec<f64> {
    let dim = series.first().map_or(0, ArrayView2::ncols);
    let level = |c: usize, order: usize| {
        let (mut sum, mut count) = (0.0, 0usize);
        for values in series {
            let mut column = values.column(c).to_vec();
            for _ in 0..order {
                for k in 1..column.len() {
                    column[k - 1] = column[k] - column[k - 1];
                }
                column.pop();
            }
            sum += column.iter().map(|x| x * x).sum::<f64>();
            count += column.len();
        }
        let binomial = (1..=order).fold(1.0, |b, k| b * (order + k) as f64 / k as f64);
        (sum / count.max(1) as f64 / binomial).sqrt()
    };
    (0..dim)
        .map(|c| {
            let (low, high) = (level(c, 5), level(c, 7));
            let scale = series
                .iter()
                .flat_map(|v| v.column(c).to_vec())
                .fold(0.0, |m: f64, x| m.max(x.abs()));
            let seen = high > 1e-12 * scale && (low / high - 1.0).abs() < 0.2;
            if seen { high } else { 0.0 }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use takens_plugin::{Call, math};

    fn sine(times: &[f64]) -> Array2<f64> {
        Array2::from_shape_fn((times.len(), 1), |(k, _)| math::sin(times[k]))
    }

    fn worst(times: &[f64], values: &Array2<f64>, reach: usize, degree: usize) -> f64 {
        let found = differentiate(times, values.view(), reach, degree);
        (0..found.slopes.nrows())
            .map(|row| (found.slopes[[row, 0]] - math::cos(times[row + reach])).abs())
            .fold(0.0, f64::max)
    }

    #[test]
    fn nine_points_are_of_order_eight() {
        let error = |step: f64| {
            let times: Vec<f64> = (0..60).map(|k| f64::from(k) * step).collect();
            worst(&times, &sine(&times), REACH, 2 * REACH)
        };
        let order = (error(0.4) / error(0.2)).log2();
        assert!((order - 8.0).abs() < 0.2, "{order}");
    }

    #[test]
    fn uneven_grids_are_differentiated_too() {
        let times: Vec<f64> =
            (0..100).map(|k| 0.1 * f64::from(k) + 0.03 * f64::from(k % 3)).collect();
        let error = worst(&times, &sine(&times), REACH, 2 * REACH);
        assert!(error < 1e-9, "{error}");
    }

    #[test]
    fn noise_is_seen_where_it_is_and_nowhere_else() {
        let times: Vec<f64> = (0..2000).map(|k| 0.06 * f64::from(k)).collect();
        let mut values = sine(&times);
        assert_eq!(noise(&[values.view()]), [0.0]);
        let mut draws = vec![0.0; values.len()];
        Call::for_tests(1).normal(0, 0, &mut draws);
        values.iter_mut().zip(draws).for_each(|(x, draw)| *x += 0.01 * draw);
        let found = noise(&[values.view()])[0];
        assert!((found - 0.01).abs() < 0.001, "{found}");
        let coarse: Vec<f64> = (0..500).map(|k| 0.4 * f64::from(k)).collect();
        assert_eq!(noise(&[sine(&coarse).view()]), [0.0]);
    }

    #[test]
    fn smoothing_beats_differences_on_noisy_data() {
        let times: Vec<f64> = (0..600).map(|k| 0.05 * f64::from(k)).collect();
        let mut values = sine(&times);
        let mut draws = vec![0.0; values.len()];
        Call::for_tests(2).normal(0, 0, &mut draws);
        values.iter_mut().zip(draws).for_each(|(x, draw)| *x += 0.01 * draw);
        let (sharp, smooth) = (worst(&times, &values, 4, 8), worst(&times, &values, 15, 4));
        assert!(smooth < 0.1 * sharp, "{smooth} {sharp}");
    }
}
