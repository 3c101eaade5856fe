//! The values of a Taylor polynomial.
//!
//! `x_0 + h Q(h)`: so the state is added last and its rounding is the only one of its size. `Q` is summed
//! as `E(h²) + h O(h²)`, from the smallest terms on, each half by Horner's rule: the two chains of operations
//! run side by side, which takes half the time of one.
//!
//! Coefficients lie order after order: `c[k · n + i]` is that of component `i` at order `k`.

use crate::vectorised;

/// Samples that are computed at once where there are many, and where there are few.
const WIDE: usize = 8;
const NARROW: usize = 4;

/// From so many components on, these and not the samples are computed side by side.
const MANY: usize = 16;

/// The state `h` after the start of a series.
///
/// - `coefficients`: of orders 0 to the highest, `n` components of each.
/// - `state`: `n` components.
///
/// # Panics
/// If the lengths do not fit.
pub fn series_at(coefficients: &[f64], n: usize, h: f64, state: &mut [f64]) {
    // Small systems by arrays that stay in registers; the operations are the same.
    match n {
        1 => at::<1>(coefficients, n, 0, h, state),
        2 => at::<2>(coefficients, n, 0, h, state),
        3 => at::<3>(coefficients, n, 0, h, state),
        _ => all_at(coefficients, n, h, state),
    }
}

vectorised! {
    /// As [`series_at`], in vectors of what the machine has.
    fn all_at(coefficients: &[f64], n: usize, h: f64, state: &mut [f64]) {
        let mut first = 0;
        while n - first >= 16 {
            at::<16>(coefficients, n, first, h, &mut state[first..]);
            first += 16;
        }
        while n - first >= 4 {
            at::<4>(coefficients, n, first, h, &mut state[first..]);
            first += 4;
        }
        for first in first..n {
            at::<1>(coefficients, n, first, h, &mut state[first..]);
        }
    }
}

/// As [`series_at`], for `N` components from `first` on.
#[inline(always)]
fn at<const N: usize>(coefficients: &[f64], n: usize, first: usize, h: f64, state: &mut [f64]) {
    let row = |row: &[f64]| -> [f64; N] { *row[first..].first_chunk().expect("all components") };
    let square = h * h;
    let [mut even, mut odd] = [[0.0; N]; 2];
    let (start, rest) = coefficients.split_at(n);
    let pairs = rest.chunks_exact(2 * n);
    let single = pairs.remainder();
    if !single.is_empty() {
        even = row(single);
    }
    for pair in pairs.rev() {
        let (low, high) = pair.split_at(n);
        let (low, high) = (row(low), row(high));
        for i in 0..N {
            even[i] = even[i] * square + low[i];
            odd[i] = odd[i] * square + high[i];
        }
    }
    let start = row(start);
    for i in 0..N {
        state[i] = start[i] + h * (even[i] + h * odd[i]);
    }
}

/// The derivative `h` after the start of a series.
///
/// # Panics
/// As [`series_at`].
pub fn series_slope_at(coefficients: &[f64], n: usize, h: f64, slope: &mut [f64]) {
    slope.fill(0.0);
    for (k, row) in coefficients.chunks_exact(n).enumerate().skip(1).rev() {
        for (slope, coefficient) in slope.iter_mut().zip(row) {
            *slope = *slope * h + coefficient * k as f64;
        }
    }
}

/// The states at `times` after the start of a series, into rows of `out`: at each the bits that
/// [`series_at`] gives.
///
/// - `coefficients`: as there.
/// - `out`: `time × component`.
///
/// # Panics
/// If the lengths do not fit.
pub fn sample_series(coefficients: &[f64], n: usize, times: &[f64], out: &mut [f64]) {
    assert_eq!(out.len(), times.len() * n, "a row for each instant");
    if n >= MANY {
        for (time, row) in times.iter().zip(out.chunks_exact_mut(n)) {
            all_at(coefficients, n, *time, row);
        }
        return;
    }
    side_by_side(coefficients, n, times, out);
}

vectorised! {
    /// As [`sample_series`], a few times at once.
    fn side_by_side(coefficients: &[f64], n: usize, times: &[f64], out: &mut [f64]) {
        let wide = times.len() - times.len() % WIDE;
        let whole = if times.len() - wide > NARROW { times.len() } else { wide };
        let (wide, few) = times.split_at(whole);
        let (rows, few_rows) = out.split_at_mut(wide.len() * n);
        for (times, rows) in wide.chunks(WIDE).zip(rows.chunks_mut(WIDE * n)) {
            lanes::<WIDE>(coefficients, n, times, rows);
        }
        if !few.is_empty() {
            lanes::<NARROW>(coefficients, n, few, few_rows);
        }
    }
}

/// As [`sample_series`], for at most `W` times.
#[inline(always)]
fn lanes<const W: usize>(coefficients: &[f64], n: usize, times: &[f64], rows: &mut [f64]) {
    let mut h = [0.0; W];
    h[..times.len()].copy_from_slice(times);
    let square = h.map(|h| h * h);
    let (first, rest) = coefficients.split_at(n);
    for component in 0..n {
        let [mut even, mut odd] = [[0.0; W]; 2];
        let pairs = rest.chunks_exact(2 * n);
        let single = pairs.remainder();
        if !single.is_empty() {
            even = [single[component]; W];
        }
        for pair in pairs.rev() {
            let (low, high) = (pair[component], pair[n + component]);
            for i in 0..W {
                even[i] = even[i] * square[i] + low;
                odd[i] = odd[i] * square[i] + high;
            }
        }
        let start = first[component];
        for (i, row) in rows.chunks_exact_mut(n).enumerate().take(W) {
            row[component] = start + h[i] * (even[i] + h[i] * odd[i]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(coefficients: &[f64], n: usize, h: f64) -> (Vec<f64>, Vec<f64>) {
        let (mut state, mut slope) = (vec![0.0; n], vec![0.0; n]);
        series_at(coefficients, n, h, &mut state);
        series_slope_at(coefficients, n, h, &mut slope);
        (state, slope)
    }

    #[test]
    fn a_polynomial_and_its_derivative() {
        // 1 + 2h + 3h², 4 - h + h², and the same with a cubic term
        let square = [1.0, 4.0, 2.0, -1.0, 3.0, 1.0];
        assert_eq!(at(&square, 2, 0.5), (vec![2.75, 3.75], vec![5.0, 0.0]));
        let cube = [&square[..], &[8.0, 0.0]].concat();
        assert_eq!(at(&cube, 2, 0.5), (vec![3.75, 3.75], vec![11.0, 0.0]));
    }

    #[test]
    fn samples_are_the_states_of_steps() {
        for n in [1, 2, 3, 4, 5, 8, 10, 15, 16, 37] {
            for order in [1, 2, 5, 8] {
                let count = (order + 1) * n;
                let c: Vec<f64> = (0..count).map(|i| (i * i % 17) as f64 / 7.0).collect();
                for len in [1, 4, 5, 8, 9, 13, 16] {
                    let times: Vec<f64> = (0..len).map(|i| 0.1 * f64::from(i)).collect();
                    let mut rows = vec![0.0; times.len() * n];
                    sample_series(&c, n, &times, &mut rows);
                    for (time, row) in times.iter().zip(rows.chunks_exact(n)) {
                        assert_eq!(at(&c, n, *time).0, row);
                    }
                }
            }
        }
    }
}
